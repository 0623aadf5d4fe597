"""``letterbox instances``: what stands still, and repairing running process instances."""

from __future__ import annotations

import click

from letterbox.cli.instances.migrate import migrate
from letterbox.cli.instances.place import cancel, clean_up, end, end_fault, mark_fault, move, restart
from letterbox.cli.instances.retry import retry
from letterbox.cli.instances.stuck import stuck

instances = click.Group(
    "instances",
    help="运行中的流程：停滞的事项、重试和修复。",
    commands=[stuck, retry, move, restart, cancel, clean_up, mark_fault, end_fault, end, migrate],
)
