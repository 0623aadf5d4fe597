"""The audit trail: numbered, chained, only added to; records of letters and administration likewise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None

# 183 days: half a year at least (Cybersecurity Law, article 21(3)); the database refuses to delete a younger row.
FUNCTIONS = """
CREATE FUNCTION is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% are append-only', TG_TABLE_NAME;
END $$;

CREATE FUNCTION audit_content(entry audit_events) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT json_build_array(
    entry.position, to_char(entry.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.act, entry.result, entry.by_kind,
    entry.by_id, entry.by_name, entry.by_roles, entry.address, entry.request_id, entry.object_kind, entry.object_id,
    entry.detail::text, entry.previous
  )::text
$$;

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  head audit_head;
BEGIN
  SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
  NEW.position := head.position + 1;
  NEW.previous := head.hash;
  NEW.hash := encode(sha256(convert_to(audit_content(NEW), 'UTF8')), 'hex');
  UPDATE audit_head SET position = NEW.position, hash = NEW.hash;
  RETURN NEW;
END $$;

CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.recorded_at >= now() - interval '183 days' THEN
    RAISE EXCEPTION 'audit_events are kept 183 days';
  END IF;
  RETURN OLD;
END $$;

CREATE FUNCTION audit_expire(upto bigint, signed text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  last audit_events;
  ended bigint;
BEGIN
  PERFORM 1 FROM audit_head FOR UPDATE;
  SELECT * INTO last FROM audit_events WHERE position = upto;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  DELETE FROM audit_events WHERE position <= upto;
  GET DIAGNOSTICS ended = ROW_COUNT;
  INSERT INTO audit_checkpoints (position, hash, rows, ended_at, signature)
  VALUES (upto, last.hash, ended, clock_timestamp(), signed);
  RETURN ended;
END $$;

REVOKE ALL ON FUNCTION audit_chain(), audit_expire(bigint, text) FROM PUBLIC;
"""
TRIGGERS = """
CREATE TRIGGER audit_events_chained BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_chain();
CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_events_unchanged BEFORE UPDATE ON audit_events FOR EACH ROW EXECUTE FUNCTION is_append_only();
CREATE TRIGGER audit_events_whole BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
"""
APPEND_ONLY = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION is_append_only();
CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();
"""
TABLES = ("admin_events", "letter_events", "audit_checkpoints")


def upgrade() -> None:
    _events()
    op.create_table(
        "audit_head",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_audit_head")),
    )
    op.execute("INSERT INTO audit_head (position, hash) VALUES (0, repeat('0', 64))")
    op.create_table(
        "audit_checkpoints",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_checkpoints")),
    )
    op.execute(FUNCTIONS)
    op.execute(TRIGGERS)
    op.execute("DROP TRIGGER admin_events_append_only ON admin_events")
    op.execute("DROP FUNCTION admin_events_are_append_only()")
    for table in TABLES:
        op.execute(APPEND_ONLY.format(table=table))


def _events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=200), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.Column("by_kind", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_roles", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.String(length=200), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("position", name=op.f("uq_audit_events_position")),
    )
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"])
    op.create_index(op.f("ix_audit_events_act"), "audit_events", ["act"])
    op.create_index("ix_audit_events_by_id_position", "audit_events", ["by_id", "position"])
    op.create_index("ix_audit_events_object_kind_object_id", "audit_events", ["object_kind", "object_id"])


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP TRIGGER {table}_whole ON {table}")
    op.execute("DROP FUNCTION audit_expire(bigint, text)")
    op.execute("DROP FUNCTION audit_content(audit_events)")
    op.drop_table("audit_events")
    op.drop_table("audit_head")
    op.drop_table("audit_checkpoints")
    op.execute("DROP FUNCTION audit_chain()")
    op.execute("DROP FUNCTION audit_is_kept()")
    op.execute("DROP FUNCTION is_append_only()")
    op.execute(
        "CREATE FUNCTION admin_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
        "BEGIN RAISE EXCEPTION 'admin_events are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER admin_events_append_only BEFORE UPDATE OR DELETE ON admin_events"
        " FOR EACH ROW EXECUTE FUNCTION admin_events_are_append_only()"
    )
