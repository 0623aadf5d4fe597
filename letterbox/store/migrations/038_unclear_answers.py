"""How often the engine answered a command with an error that nobody has named."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "038"
down_revision = "037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("unclear", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("outbox", "unclear", server_default=None)


def downgrade() -> None:
    op.drop_column("outbox", "unclear")
