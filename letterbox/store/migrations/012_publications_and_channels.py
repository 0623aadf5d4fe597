"""Earlier versions of what was published, and when a reply went back to its foreign channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("was_withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_versions")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], ondelete="CASCADE", name=op.f("fk_publication_versions_letter_id_letters")
        ),
    )
    op.create_index(op.f("ix_publication_versions_letter_id"), "publication_versions", ["letter_id"])
    op.add_column("publications", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("letters", sa.Column("handed_back_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("letters", "handed_back_at")
    op.drop_column("publications", "corrected_at")
    op.drop_table("publication_versions")
