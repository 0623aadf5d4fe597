"""What is public is decided piece by piece: a copy that the reviewer prepares, and what was kept and looked at of each publication."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "026"
down_revision = "025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_copies",
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("decisions", JSONB(), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_public_copies_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name=op.f("fk_public_copies_reply_id_replies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_public_copies")),
    )
    op.add_column("publications", sa.Column("kept", JSONB(), nullable=False, server_default="[]"))
    op.add_column("publications", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("publications", sa.Column("masked_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("publications", "kept", server_default=None)


def downgrade() -> None:
    op.drop_column("publications", "masked_at")
    op.drop_column("publications", "looked_at")
    op.drop_column("publications", "kept")
    op.drop_table("public_copies")
