"""Record of administration, leave without substitute or ended early, passwords to be changed at first sign-in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE FUNCTION admin_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'admin_events are append-only';
END $$
"""
TRIGGER = """
CREATE TRIGGER admin_events_append_only BEFORE UPDATE OR DELETE ON admin_events
FOR EACH ROW EXECUTE FUNCTION admin_events_are_append_only()
"""


def upgrade() -> None:
    op.create_table(
        "admin_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=200), nullable=False),
        sa.Column("subject_kind", sa.String(length=200), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_events")),
    )
    op.create_index(op.f("ix_admin_events_at"), "admin_events", ["at"], unique=False)
    op.create_index(
        "ix_admin_events_subject_kind_subject_id", "admin_events", ["subject_kind", "subject_id"], unique=False
    )
    op.execute(APPEND_ONLY)
    op.execute(TRIGGER)
    op.add_column(
        "people", sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.alter_column("people", "must_change_password", server_default=None)
    op.alter_column("substitutions", "substitute_id", nullable=True)
    op.add_column("substitutions", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("substitutions", "ended_at")
    op.execute("DELETE FROM substitutions WHERE substitute_id IS NULL")
    op.alter_column("substitutions", "substitute_id", nullable=False)
    op.drop_column("people", "must_change_password")
    op.drop_index("ix_admin_events_subject_kind_subject_id", table_name="admin_events")
    op.drop_index(op.f("ix_admin_events_at"), table_name="admin_events")
    op.drop_table("admin_events")
    op.execute("DROP FUNCTION admin_events_are_append_only()")
