"""``letterbox units``: codes and names of the active units."""

from __future__ import annotations

import click

from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option


@click.command("units", help="列出单位的代码、名称和性质。")
@json_option
def units(as_json: bool) -> None:
    with services() as opened:
        found = opened.core.unit_directory.units()
    document = [{"code": unit.code, "name": unit.name, "kind": unit.kind} for unit in found]
    answer(document, as_json, lambda: "\n".join(f"{unit.code:<24}{unit.kind:<13}{unit.name}" for unit in found))
