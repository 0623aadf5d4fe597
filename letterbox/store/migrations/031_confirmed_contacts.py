"""Contacts that anybody could have typed get nothing but one question until their holder has answered it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "031"
down_revision = "030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confirmed_contacts",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_confirmed_contacts"),
    )
    op.add_column("writers", sa.Column("must_confirm", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("writers", "must_confirm", server_default=None)
    held = sa.text("status = 'held'")
    op.create_index("ix_deliveries_held", "deliveries", ["created_at"], postgresql_where=held)


def downgrade() -> None:
    op.drop_index("ix_deliveries_held", "deliveries")
    op.drop_column("writers", "must_confirm")
    op.drop_table("confirmed_contacts")
