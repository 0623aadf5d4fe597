"""A writer's own calls have no token: whose key it is becomes a scope. What was kept lives for a day at most and is let go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("idempotency_keys")
    _create(sa.Column("scope", sa.Text(), nullable=False), "scope")


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    _create(sa.Column("token_id", sa.BigInteger(), nullable=False), "token_id")
    op.create_foreign_key(
        op.f("fk_idempotency_keys_token_id_api_tokens"), "idempotency_keys", "api_tokens", ["token_id"], ["id"]
    )


def _create(owner: sa.Column[object], name: str) -> None:
    op.create_table(
        "idempotency_keys",
        owner,
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(name, "key", name=op.f("pk_idempotency_keys")),
    )
