"""Supervisions with their rounds, leaders' instructions, promises."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _supervisions()
    _rounds()
    _instructions()
    _promises()


def downgrade() -> None:
    for table in ("promises", "instructions", "supervision_rounds", "supervisions"):
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False, short: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=200) if short else sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_letter(table: str, *columns: sa.Column[Any]) -> None:
    """A table of rows that belong to a letter, a unit and a limit."""
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("limit_id", sa.BigInteger(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=f"fk_{table}_letter_id_letters", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=f"fk_{table}_unit_code_units"),
        sa.ForeignKeyConstraint(["limit_id"], ["limits.id"], name=f"fk_{table}_limit_id_limits", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_letter_id", table, ["letter_id"])


def _supervisions() -> None:
    _of_letter(
        "supervisions",
        _text("office", short=True),
        _text("cause", short=True),
        _text("handling_opinion", nullable=True),
        _instant("opened_at"),
        _text("opened_by"),
        _instant("closed_at", nullable=True),
        _text("end_cause", short=True, nullable=True),
        _instant("reported_at", nullable=True),
    )
    op.create_index("ix_supervisions_closed_at_opened_at", "supervisions", ["closed_at", "opened_at"])


def _rounds() -> None:
    op.create_table(
        "supervision_rounds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("supervision_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        _text("request"),
        _instant("asked_at"),
        _instant("due_at"),
        _text("feedback", nullable=True),
        _text("answered_by", nullable=True),
        _instant("answered_at", nullable=True),
        _text("outcome", short=True, nullable=True),
        _text("comment", nullable=True),
        _text("assessed_by", nullable=True),
        _instant("assessed_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["supervision_id"],
            ["supervisions.id"],
            name="fk_supervision_rounds_supervision_id_supervisions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_supervision_rounds"),
        sa.UniqueConstraint("supervision_id", "round", name="uq_supervision_rounds_supervision_id_round"),
    )


def _instructions() -> None:
    _of_letter(
        "instructions",
        _text("instruction"),
        _instant("given_at"),
        _text("given_by"),
        sa.Column(
            "person_id",
            sa.BigInteger(),
            sa.ForeignKey("people.id", name="fk_instructions_person_id_people"),
            nullable=True,
        ),
        _text("answer", nullable=True),
        _text("answered_by", nullable=True),
        _instant("answered_at", nullable=True),
        _text("end_cause", short=True, nullable=True),
    )


def _promises() -> None:
    _of_letter(
        "promises",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("promise_on", sa.Date(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=True),
        _text("comment", nullable=True),
        _text("reported_by", nullable=True),
        _instant("reported_at", nullable=True),
        sa.Column("writer_kept", sa.Boolean(), nullable=True),
        _text("writer_comment", nullable=True),
        _instant("confirmed_at", nullable=True),
    )
    op.create_index(
        "ix_promises_broken",
        "promises",
        ["letter_id"],
        postgresql_where=sa.text("kept IS FALSE OR writer_kept IS FALSE"),
    )
