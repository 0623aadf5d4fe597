"""A notice that presses somebody knows its limit, so that it is not sent any more once the limit has ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("limit_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_limit_id_limits"), "notices", "limits", ["limit_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index(
        op.f("ix_notices_limit_id"), "notices", ["limit_id"], postgresql_where=sa.text("limit_id IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_column("notices", "limit_id")
