"""Sessions that the server knows and can end; passwords have an age and a history; attempts are purged by their age."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "030"
down_revision = "029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=200), nullable=False),
        sa.Column("awaits", sa.Text(), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_staff_sessions_person_id_people"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    op.create_index(op.f("ix_staff_sessions_person_id"), "staff_sessions", ["person_id"])
    op.create_index(op.f("ix_staff_sessions_seen_at"), "staff_sessions", ["seen_at"])
    _others()


def _others() -> None:
    op.create_table(
        "writer_sessions",
        sa.Column("token_hash", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_writer_sessions")),
    )
    op.create_index(op.f("ix_writer_sessions_ends_at"), "writer_sessions", ["ends_at"])
    op.create_index(op.f("ix_attempts_at"), "attempts", ["at"])
    op.create_table(
        "former_passwords",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_passwords")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_former_passwords_person_id_people"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_former_passwords_person_id"), "former_passwords", ["person_id"])
    op.add_column("people", sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE people SET password_set_at = now() WHERE password_hash IS NOT NULL")
    _second_factors()


def _second_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("offered", sa.Text(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id_people"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id_people"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_recovery_codes_person_id"), "recovery_codes", ["person_id"])


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
    op.drop_column("people", "password_set_at")
    op.drop_table("former_passwords")
    op.drop_index(op.f("ix_attempts_at"), table_name="attempts")
    op.drop_table("writer_sessions")
    op.drop_table("staff_sessions")
