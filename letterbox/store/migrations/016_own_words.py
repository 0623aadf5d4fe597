"""The words of an accusation as its writer wrote them, kept with the writer while everybody reads them without him."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("writers", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("writers", sa.Column("body", sa.Text(), nullable=True))


def downgrade() -> None:
    op.execute(
        "UPDATE letters SET title = w.title, body = w.body FROM writers w WHERE w.letter_id = letters.id AND w.title IS NOT NULL"
    )
    op.drop_column("writers", "body")
    op.drop_column("writers", "title")
