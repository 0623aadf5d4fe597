"""Outbox, worker effects, bundles, calendar, state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _bundles()
    _calendar_days()
    _calendar_years()
    _engine_facts()
    _state()
    _task_deliveries()
    _worker_effects()
    _bundle_files()
    _outbox()
    _outbox_leases()


def downgrade() -> None:
    op.drop_table("outbox_leases")
    op.drop_index(
        "ix_outbox_waiting", table_name="outbox", postgresql_where=sa.text("status IN ('pending', 'stopped')")
    )
    op.drop_index("ix_outbox_status_available_at", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("bundle_files")
    op.drop_table("worker_effects")
    op.drop_table("task_deliveries")
    op.drop_table("state")
    op.drop_table("engine_facts")
    op.drop_table("calendar_years")
    op.drop_table("calendar_days")
    op.drop_index("uq_bundles_live", table_name="bundles", postgresql_where=sa.text("is_live"))
    op.drop_table("bundles")


def _bundles() -> None:
    op.create_table(
        "bundles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("deployment_id", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deployed_by", sa.Text(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
        sa.UniqueConstraint("deployment_id", name=op.f("uq_bundles_deployment_id")),
    )
    op.create_index("uq_bundles_live", "bundles", ["is_live"], unique=True, postgresql_where=sa.text("is_live"))


def _calendar_days() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )


def _calendar_years() -> None:
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )


def _engine_facts() -> None:
    op.create_table(
        "engine_facts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_engine_facts")),
        prefixes=["UNLOGGED"],
    )


def _state() -> None:
    op.create_table(
        "state",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_state")),
    )


def _task_deliveries() -> None:
    op.create_table(
        "task_deliveries",
        sa.Column("external_task_id", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("external_task_id", name=op.f("pk_task_deliveries")),
    )


def _worker_effects() -> None:
    op.create_table(
        "worker_effects",
        sa.Column("external_task_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("variables", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("external_task_id", name=op.f("pk_worker_effects")),
    )


def _bundle_files() -> None:
    op.create_table(
        "bundle_files",
        sa.Column("bundle_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundles.id"], name=op.f("fk_bundle_files_bundle_id_bundles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bundle_id", "name", name=op.f("pk_bundle_files")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=200), nullable=False),
        sa.Column("is_uncertain", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_outbox_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("command_id", name=op.f("uq_outbox_command_id")),
        sa.UniqueConstraint("task_id", name=op.f("uq_outbox_task_id")),
    )
    op.create_index("ix_outbox_status_available_at", "outbox", ["status", "available_at"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["letter_id", "lane", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('pending', 'stopped')"),
    )


def _outbox_leases() -> None:
    op.create_table(
        "outbox_leases",
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_outbox_leases_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", "lane", name=op.f("pk_outbox_leases")),
    )
