"""Tokens end, know their last use and may be bound to addresses; those that are there already get a year from now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "035"
down_revision = "034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, default in (("expires_at", "now() + interval '365 days'"), ("watched_from", "now()")):
        column = sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text(default))
        op.add_column("api_tokens", column)
        op.alter_column("api_tokens", name, server_default=None)
    op.add_column(
        "api_tokens",
        sa.Column("networks", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
    )
    op.alter_column("api_tokens", "networks", server_default=None)
    op.add_column("api_tokens", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("api_tokens", sa.Column("last_used_from", sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("last_used_from", "last_used_at", "networks", "watched_from", "expires_at"):
        op.drop_column("api_tokens", name)
