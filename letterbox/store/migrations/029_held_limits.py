"""A fault keeps what its letter's limits were due by before it; a stall says whether it is of the letter's own way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "029"
down_revision = "028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("'{}'::jsonb")
    op.add_column("faults", sa.Column("dues", postgresql.JSONB(), nullable=False, server_default=empty))
    op.add_column("stalls", sa.Column("is_own", sa.Boolean(), nullable=False, server_default=sa.text("true")))


def downgrade() -> None:
    op.drop_column("stalls", "is_own")
    op.drop_column("faults", "dues")
