"""Letters, writers, events, attachments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _number_series()
    _letters()
    _letters_indexes()
    _attachments()
    _letter_events()
    _writers()


def downgrade() -> None:
    op.drop_index(op.f("ix_writers_phone"), table_name="writers")
    op.drop_index(op.f("ix_writers_email"), table_name="writers")
    op.drop_table("writers")
    op.drop_index("ix_letter_events_name_at", table_name="letter_events")
    op.drop_index("ix_letter_events_letter_id_id", table_name="letter_events")
    op.drop_table("letter_events")
    op.drop_index(op.f("ix_attachments_letter_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index("ix_letters_status_received_at", table_name="letters")
    op.drop_index("ix_letters_received_at", table_name="letters")
    op.drop_index("ix_letters_lead_unit_status", table_name="letters")
    op.drop_table("letters")
    op.drop_table("number_series")


def _number_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_number_series")),
    )


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("channel_reference", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("matter", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("red_flag", sa.Boolean(), nullable=False),
        sa.Column("important", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=200), nullable=False),
        sa.Column("lead_unit", sa.Text(), nullable=True),
        sa.Column("accused_unit", sa.Text(), nullable=True),
        sa.Column("failed_reviews", sa.Integer(), nullable=False),
        sa.Column("suggestion", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("query_code_hash", sa.Text(), nullable=False),
        sa.Column("watch_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["accused_unit"], ["units.code"], name=op.f("fk_letters_accused_unit_units")),
        sa.ForeignKeyConstraint(["lead_unit"], ["units.code"], name=op.f("fk_letters_lead_unit_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("number", name=op.f("uq_letters_number")),
        sa.UniqueConstraint("source_key", name=op.f("uq_letters_source_key")),
    )


def _letters_indexes() -> None:
    op.create_index("ix_letters_lead_unit_status", "letters", ["lead_unit", "status"], unique=False)
    op.create_index(
        "uq_letters_channel_reference",
        "letters",
        ["channel", "channel_reference"],
        unique=True,
        postgresql_where=sa.text("channel_reference IS NOT NULL"),
    )
    op.create_index("ix_letters_received_at", "letters", [sa.literal_column("received_at DESC")], unique=False)
    op.create_index("ix_letters_status_received_at", "letters", ["status", "received_at"], unique=False)


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_attachments_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("token", name=op.f("uq_attachments_token")),
    )
    op.create_index(op.f("ix_attachments_letter_id"), "attachments", ["letter_id"], unique=False)


def _letter_events() -> None:
    op.create_table(
        "letter_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_role", sa.Text(), nullable=True),
        sa.Column("by_unit", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_letter_events_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_events")),
    )
    op.create_index("ix_letter_events_letter_id_id", "letter_events", ["letter_id", "id"], unique=False)
    op.create_index("ix_letter_events_name_at", "letter_events", ["name", "at"], unique=False)


def _writers() -> None:
    op.create_table(
        "writers",
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_writers_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_writers")),
    )
    op.create_index(op.f("ix_writers_email"), "writers", ["email"], unique=False)
    op.create_index(op.f("ix_writers_phone"), "writers", ["phone"], unique=False)
