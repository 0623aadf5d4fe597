"""A sight by a task ends with the task, unless that was done; the office that stands in for the accused is told once a task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "036"
down_revision = "035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task_sights", sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("task_sights", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE task_sights SET worked_at = seen_at")  # whether those tasks were done is not known any more
    op.drop_constraint("pk_task_sights", "task_sights")
    op.create_primary_key("pk_task_sights", "task_sights", ["letter_id", "holder", "task_id"])


def downgrade() -> None:
    op.execute(
        "DELETE FROM task_sights AS later USING task_sights AS earlier WHERE later.letter_id = earlier.letter_id"
        " AND later.holder = earlier.holder AND later.task_id > earlier.task_id"
    )
    op.drop_constraint("pk_task_sights", "task_sights")
    op.create_primary_key("pk_task_sights", "task_sights", ["letter_id", "holder"])
    op.drop_column("task_sights", "told_at")
    op.drop_column("task_sights", "worked_at")
