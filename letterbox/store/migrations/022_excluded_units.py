"""Who may not know of a letter: the accused unit, also one accused before that nobody has cleared yet; and by what task
a unit that is not its lead has come to read it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "022"
down_revision = "021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    none = sa.text("'{}'")
    op.add_column(
        "letters", sa.Column("excluded_units", postgresql.ARRAY(sa.Text()), nullable=False, server_default=none)
    )
    op.execute("UPDATE letters SET excluded_units = ARRAY[accused_unit] WHERE accused_unit IS NOT NULL")
    op.create_index("ix_letters_excluded_units", "letters", ["id"], postgresql_where=sa.text("excluded_units <> '{}'"))
    op.create_table(
        "task_sights",
        sa.Column("letter_id", sa.BigInteger(), sa.ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("holder", sa.Text(), primary_key=True),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_task_sights_holder", "task_sights", ["holder"])


def downgrade() -> None:
    op.drop_table("task_sights")
    op.drop_index("ix_letters_excluded_units", "letters")
    op.drop_column("letters", "excluded_units")
