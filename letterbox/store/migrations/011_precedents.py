"""The coordinator's final rulings between units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    units = [("from_unit", "fk_precedents_from_unit_units"), ("to_unit", "fk_precedents_to_unit_units")]
    op.create_table(
        "precedents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ruled_by", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("from_unit", sa.Text(), nullable=True),
        sa.Column("to_unit", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_precedents_letter_id_letters"), ondelete="CASCADE"
        ),
        *(sa.ForeignKeyConstraint([column], ["units.code"], name=op.f(name)) for column, name in units),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedents")),
    )
    op.create_index(op.f("ix_precedents_letter_id"), "precedents", ["letter_id"])


def downgrade() -> None:
    op.drop_table("precedents")
