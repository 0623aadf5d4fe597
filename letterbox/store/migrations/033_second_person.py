"""Deployments that one process owner has proposed and another decides about; who proposed a bundle that was deployed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "033"
down_revision = "032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_proposals()
    _create_their_files()
    op.add_column("bundles", sa.Column("proposed_by", sa.Text(), nullable=True))


def _create_proposals() -> None:
    op.create_table(
        "studio_proposals",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("action", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("live_digest", sa.Text(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(200), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_studio_proposals_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_proposals")),
    )
    op.create_index(
        "uq_studio_proposals_person_id",
        "studio_proposals",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_their_files() -> None:
    op.create_table(
        "studio_proposal_files",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["studio_proposals.id"],
            name=op.f("fk_studio_proposal_files_proposal_id_studio_proposals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "name", name=op.f("pk_studio_proposal_files")),
    )


def downgrade() -> None:
    op.drop_column("bundles", "proposed_by")
    op.drop_table("studio_proposal_files")
    op.drop_table("studio_proposals")
