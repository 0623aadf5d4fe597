"""Making something else of an accusation waits for its writer, or for a second person of the office."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "024"
down_revision = "023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("letter_id", sa.BigInteger(), sa.ForeignKey("letters.id", ondelete="CASCADE"), nullable=False),
        sa.Column("category", sa.String(200), nullable=False),
        sa.Column("accused_unit", sa.Text(), sa.ForeignKey("units.code"), nullable=True),
        sa.Column("accused_stated", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_kind", sa.String(200), nullable=False),
        sa.Column("asked_by_id", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(200), nullable=True),
        sa.Column("decided_by", sa.String(200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
    )
    is_open = sa.text("outcome IS NULL")
    op.create_index(
        "uq_category_requests_letter_id", "category_requests", ["letter_id"], unique=True, postgresql_where=is_open
    )


def downgrade() -> None:
    op.drop_table("category_requests")
