"""Every writer whom a reply answers is asked about its promise: a row for each, which names the leading letter's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("promises", sa.Column("leading_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_promises_leading_id_promises"), "promises", "promises", ["leading_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("ix_promises_leading_id"), "promises", ["leading_id"])


def downgrade() -> None:
    op.execute("DELETE FROM promises WHERE leading_id IS NOT NULL")
    op.drop_column("promises", "leading_id")
