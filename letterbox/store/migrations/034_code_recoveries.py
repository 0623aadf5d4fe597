"""A lost code is answered from a queue, and stays good until the new one is used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "034"
down_revision = "033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("next_code_hash", sa.Text(), nullable=True))
    op.create_table(
        "code_recoveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_code_recoveries"),
    )


def downgrade() -> None:
    op.drop_table("code_recoveries")
    op.drop_column("letters", "next_code_hash")
