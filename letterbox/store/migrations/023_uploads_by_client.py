"""From where an upload came, so that one client cannot fill the disk; and a quick look for those without a letter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "023"
down_revision = "022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("client", sa.Text(), nullable=True))
    op.create_index(
        "ix_attachments_waiting", "attachments", ["uploaded_at"], postgresql_where=sa.text("letter_id IS NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_attachments_waiting", "attachments")
    op.drop_column("attachments", "client")
