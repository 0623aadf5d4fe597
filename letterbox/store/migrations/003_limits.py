"""Limits and the steps taken on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _limits()
    _steps_taken()


def downgrade() -> None:
    op.drop_table("steps_taken")
    op.drop_index(
        "ix_limits_open_due_at", table_name="limits", postgresql_where=sa.text("ended_at IS NULL AND voided_at IS NULL")
    )
    op.drop_index(
        "ix_limits_open", table_name="limits", postgresql_where=sa.text("ended_at IS NULL AND voided_at IS NULL")
    )
    op.drop_index("ix_limits_letter_id_kind", table_name="limits")
    op.drop_table("limits")


def _limits() -> None:
    op.create_table(
        "limits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("length_unit", sa.String(length=200), nullable=False),
        sa.Column("paused_days", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_limits_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_limits_unit_code_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limits")),
    )
    op.create_index("ix_limits_letter_id_kind", "limits", ["letter_id", "kind"], unique=False)
    op.create_index(
        "ix_limits_open",
        "limits",
        ["letter_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND voided_at IS NULL"),
    )
    op.create_index(
        "ix_limits_open_due_at",
        "limits",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND voided_at IS NULL"),
    )


def _steps_taken() -> None:
    op.create_table(
        "steps_taken",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("limit_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["limit_id"], ["limits.id"], name=op.f("fk_steps_taken_limit_id_limits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps_taken")),
        sa.UniqueConstraint("limit_id", "step", name=op.f("uq_steps_taken_limit_id_step")),
    )
