"""Units that co-handle a letter, and which letters a unit's limits beside the lead open to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "co_handlings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("limit_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("given_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_co_handlings_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["limit_id"], ["limits.id"], name=op.f("fk_co_handlings_limit_id_limits"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_co_handlings_unit_code_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_handlings")),
    )
    op.create_index(op.f("ix_co_handlings_letter_id"), "co_handlings", ["letter_id"])
    op.create_index(
        "uq_co_handlings_letter_id_unit_code",
        "co_handlings",
        ["letter_id", "unit_code"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index("ix_limits_unit_code_kind", "limits", ["unit_code", "kind"])


def downgrade() -> None:
    op.drop_index("ix_limits_unit_code_kind", table_name="limits")
    op.drop_table("co_handlings")
