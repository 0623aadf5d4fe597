"""Who a person is at the provider of single sign-on, and whether a password still opens his account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "032"
down_revision = "031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("sso_subject", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_people_sso_subject"), "people", ["sso_subject"])
    op.add_column("people", sa.Column("may_use_password", sa.Boolean(), nullable=False, server_default=sa.text("true")))
    op.alter_column("people", "may_use_password", server_default=None)


def downgrade() -> None:
    op.drop_column("people", "may_use_password")
    op.drop_column("people", "sso_subject")
