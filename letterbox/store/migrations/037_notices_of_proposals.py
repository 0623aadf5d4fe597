"""A notice that a proposed bundle waits for a second owner, worth telling only while it waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "037"
down_revision = "036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("proposal_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_proposal_id_studio_proposals"),
        "notices",
        "studio_proposals",
        ["proposal_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(
        "ix_notices_proposal_id", "notices", ["proposal_id"], postgresql_where=sa.text("proposal_id IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_column("notices", "proposal_id")
