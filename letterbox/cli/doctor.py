"""``letterbox doctor``: is everything well, and if not, what to do (contract, "Command line")."""

from __future__ import annotations

import click

from letterbox import settings, wiring
from letterbox.cli.output import answer, json_option, refused, unreachable
from letterbox.services.operations.doctor.run import Check, Diagnosis
from letterbox.wiring.operators import OperatorServices


@click.command("doctor", help="检查各部分是否正常；不正常的说明怎么办。")
@json_option
def doctor(as_json: bool) -> None:
    services = wiring.build(settings.load())
    try:
        found = OperatorServices(services).doctor.examine()
    finally:
        services.close()
    answer(_document(found), as_json, lambda: "\n".join(map(_words, found.checks)))
    if not found.is_reachable:
        unreachable()
    if not found.ok:
        refused()


def _document(found: Diagnosis) -> dict[str, object]:
    checks = [{"name": each.name, "ok": each.ok, "detail": each.detail, "remedy": each.remedy} for each in found.checks]
    return {"ok": found.ok, "checks": checks}


def _words(check: Check) -> str:
    mark = "正常" if check.ok else "不正常"
    return f"{mark}  {check.title}：{check.detail}" + (f"\n        → {check.remedy}" if check.remedy else "")
