"""Beside the words of mail that waits, those without a word that somebody typed: its letter may become an accusation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "041"
down_revision = "040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("neutral_subject", "neutral_body"):
        op.add_column("deliveries", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("neutral_subject", "neutral_body"):
        op.drop_column("deliveries", name)
