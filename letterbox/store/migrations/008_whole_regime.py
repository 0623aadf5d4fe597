"""Letters joined under another, returned, taken up again, and whether their watch runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("is_watched", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.execute("UPDATE letters SET is_watched = closed_at IS NULL")
    op.alter_column("letters", "is_watched", server_default=None)
    op.add_column("letters", sa.Column("returns", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.alter_column("letters", "returns", server_default=None)
    op.add_column("letters", sa.Column("rehandled", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.alter_column("letters", "rehandled", server_default=None)
    op.add_column("letters", sa.Column("leading_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_letters_leading_id_letters"), "letters", "letters", ["leading_id"], ["id"])
    op.create_index(op.f("ix_letters_leading_id"), "letters", ["leading_id"])


def downgrade() -> None:
    for column in ("leading_id", "rehandled", "returns", "is_watched"):
        op.drop_column("letters", column)
