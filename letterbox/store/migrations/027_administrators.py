"""Three administrators that exclude each other, a second person for office roles, leaves that lend unit roles only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "027"
down_revision = "026"
branch_labels = None
depends_on = None

ENTERED_BY_PRINCIPAL = """
UPDATE substitutions SET unit_codes = entered.units
FROM (
  SELECT s.id, array_agg(DISTINCT a.unit_code) AS units
  FROM substitutions s
  JOIN admin_events e ON e.action = 'LeaveEntered' AND e.subject_kind = 'person' AND e.subject_id = s.person_id::text
    AND e.after->>'from_on' = s.from_on::text AND e.by_kind = 'person' AND e.by_id <> s.person_id::text
  JOIN assignments a ON a.person_id::text = e.by_id AND a.role = 'unit_principal'
  WHERE NOT EXISTS (SELECT FROM assignments o WHERE o.person_id::text = e.by_id AND o.role = 'admin')
  GROUP BY s.id
) entered
WHERE entered.id = substitutions.id
"""
"""Leaves that a principal entered for somebody else: they lend the roles of his own units."""


def upgrade() -> None:
    op.add_column("substitutions", sa.Column("unit_codes", postgresql.ARRAY(sa.Text()), nullable=True))
    op.execute(ENTERED_BY_PRINCIPAL)
    op.create_index(
        "uq_assignments_one_administrator",
        "assignments",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND role IN ('admin', 'security_admin', 'auditor')"),
    )
    op.create_table(
        "rights_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("unit_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by_name", sa.Text(), nullable=False),
        sa.Column("by_security", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rights_requests_person_id_people")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_rights_requests_proposed_by_people")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_rights_requests_unit_code_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
    )
    op.create_index(op.f("ix_rights_requests_person_id"), "rights_requests", ["person_id"])
    op.alter_column("notices", "letter_id", nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE letter_id IS NULL")
    op.alter_column("notices", "letter_id", nullable=False)
    op.drop_table("rights_requests")
    op.drop_index("uq_assignments_one_administrator", table_name="assignments")
    op.drop_column("substitutions", "unit_codes")
