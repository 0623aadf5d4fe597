"""What letters are found by; a step of the start fills both tables for the letters that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "045"
down_revision = "043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_search",
        sa.Column("letter_id", sa.BigInteger(), sa.ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
    )
    op.execute("ALTER TABLE letter_search ALTER COLUMN text SET STORAGE MAIN")
    op.create_index(
        "ix_letter_search_words",
        "letter_search",
        ["words"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "writer_keys",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("letter_id", sa.BigInteger(), sa.ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("ix_writer_keys_letter_id", "writer_keys", ["letter_id"])


def downgrade() -> None:
    op.drop_table("writer_keys")
    op.drop_table("letter_search")
