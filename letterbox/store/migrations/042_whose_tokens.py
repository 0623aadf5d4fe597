"""Who answers for a token, and which human asked for another category: a token and an account may be one human's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "042"
down_revision = "041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_tokens", sa.Column("person_id", sa.BigInteger(), sa.ForeignKey("people.id"), nullable=True))
    op.add_column("category_requests", sa.Column("asked_by_person", sa.Text(), nullable=True))
    op.execute("UPDATE category_requests SET asked_by_person = asked_by_id WHERE asked_by_kind = 'person'")


def downgrade() -> None:
    op.drop_column("category_requests", "asked_by_person")
    op.drop_column("api_tokens", "person_id")
