"""A year's calendar staged before it is published, and whether the open limits have followed a publication."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_drafts",
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("days", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("staged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staged_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_drafts")),
    )
    op.add_column("calendar_years", sa.Column("limits_moved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("calendar_years", "limits_moved_at")
    op.drop_table("calendar_drafts")
