"""Why a bundle was deployed, and files that a process owner has uploaded and not yet deployed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bundles", sa.Column("note", sa.Text(), nullable=False, server_default=sa.text("''")))
    digest = sa.Computed("encode(sha256(content), 'hex')", persisted=True)
    op.add_column("bundle_files", sa.Column("digest", sa.Text(), digest, nullable=False))
    op.create_table(
        "studio_files",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_studio_files_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_studio_files")),
    )


def downgrade() -> None:
    op.drop_table("studio_files")
    op.drop_column("bundle_files", "digest")
    op.drop_column("bundles", "note")
