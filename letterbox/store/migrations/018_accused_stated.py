"""Whether it was said whom an accusation is against: where it was not, a unit may be missing that must be kept away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("accused_stated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE letters SET accused_stated = true WHERE accused_unit IS NOT NULL")
    op.alter_column("letters", "accused_stated", server_default=None)


def downgrade() -> None:
    op.drop_column("letters", "accused_stated")
