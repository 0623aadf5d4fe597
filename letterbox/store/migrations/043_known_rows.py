"""By what an imported row is known again in a mended file; what was written beside a telephone number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "043"
down_revision = "042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("content_key", sa.Text(), nullable=True))
    op.add_column("letters", sa.Column("row_key", sa.Text(), nullable=True))
    op.create_index(op.f("ix_letters_content_key"), "letters", ["content_key"])
    op.add_column("writers", sa.Column("contact_remark", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("writers", "contact_remark")
    op.drop_index(op.f("ix_letters_content_key"), "letters")
    op.drop_column("letters", "row_key")
    op.drop_column("letters", "content_key")
