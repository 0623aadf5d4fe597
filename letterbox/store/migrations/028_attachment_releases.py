"""Files of an accusation wait for the e-gov office: one decision a file, released to the units or kept back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "028"
down_revision = "027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment_releases",
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.String(200), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_attachment_releases_attachment_id_attachments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_releases")),
    )


def downgrade() -> None:
    op.drop_table("attachment_releases")
