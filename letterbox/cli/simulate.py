"""``letterbox simulate``: some weeks of the county's life in minutes, judged by the oracle."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from letterbox import wiring
from letterbox.bundle.model.diagram_model import Level
from letterbox.cli._days import DAY
from letterbox.cli.output import answer, json_option, note, refused
from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.errors import ConfigError, WrongState
from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.verdict import judge
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from letterbox.settings import Settings
from letterbox.simulation.export import export
from letterbox.simulation.readers import Reader
from letterbox.simulation.run import County, Outcome, Period
from letterbox.stack.engine import launch
from letterbox.stack.own_stack import own_stack
from letterbox.wiring.machine import MachineServices

MOST_LETTERS, MOST_DAYS = 20_000, 400
SHOWN = 40
COUNTED = {
    "received": "收到",
    "accepted": "受理",
    "declined": "不予受理",
    "returned": "退回",
    "extended": "延期",
    "replied_in_time": "按时答复",
    "overdue": "超期",
    "satisfied": "满意",
    "solved": "解决",
}


@click.command(
    "simulate", help="模拟一段时间的办信：虚构来信和人员，真实的流程、时限和程序，最后由独立的核查程序逐条对照规则。"
)
@click.option("--from", "first", type=DAY, required=True, help="第一天，例如 2026-03-02")
@click.option("--to", "last", type=DAY, required=True, help="最后一天（含）")
@click.option("--letters", type=click.IntRange(1, MOST_LETTERS), required=True, help="来信封数")
@click.option("--seed", type=int, default=1, show_default=True, help="随机数种子：同一种子，同样的来信和选择")
@click.option(
    "--diagrams",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="改用此文件夹的流程图、决策表和表单",
)
@click.option("--keep-log", type=click.Path(dir_okay=False, path_type=Path), help="把核查所依据的记录存为文件")
@json_option
def simulate(
    first: dt.datetime,
    last: dt.datetime,
    letters: int,
    seed: int,
    diagrams: Path | None,
    keep_log: Path | None,
    as_json: bool,
) -> None:
    period = _period(first.date(), last.date(), letters, seed)
    files = _checked(diagrams) if diagrams is not None else None
    start = dt.datetime.combine(period.first, dt.time(7), OFFICE_ZONE)
    environment = {"LETTERBOX_PROFILE": "simulation", "LETTERBOX_CLOCK": iso(start)}
    note(f"启动自带的系统，时钟从 {iso(start)} 开始…")
    with own_stack(environment) as settings:
        engine = launch.version(settings.engine_url, settings.engine_user, settings.engine_password)
        outcome, log = _live(settings, period, files)
    if keep_log is not None:
        keep_log.write_text(json.dumps(log, ensure_ascii=False), encoding="utf-8")
    found = judge(log)
    document = {"engine": engine, **_document(period, outcome, log, found)}
    answer(document, as_json, lambda: _words(document))
    if found or outcome.troubles:
        refused()


def _period(first: dt.date, last: dt.date, letters: int, seed: int) -> Period:
    if last < first or (last - first).days > MOST_DAYS:
        raise ConfigError(f"--to 应在 --from 当天或之后，最长 {MOST_DAYS} 天 (--to must not be before --from)")
    return Period(first=first, last=last, letters=letters, seed=seed)


def _checked(folder: Path) -> dict[str, bytes]:
    """The bundle to try. Raises ConfigError naming file and element of every fault."""
    files = repository_files(folder)
    faults = [each for each in findings_of(files) if each.level is Level.ERROR]
    if faults or not files:
        details = "；".join(f"{each.file} {each.element or ''}：{each.message}" for each in faults) or "没有流程图"
        raise ConfigError(f"{folder} 里的一套流程图不能用 (the bundle has faults)：{details}")
    return files


def _live(settings: Settings, period: Period, files: dict[str, bytes] | None) -> tuple[Outcome, dict[str, Any]]:
    with closing(wiring.build(settings)) as services:
        machine = MachineServices(services)
        if machine.test_clock is None:
            raise WrongState("这套系统的时钟不能移动 (the clock is not movable)")
        if files is not None:
            services.design.deploy_repository(files, "letterbox simulate", replace=True)
        county = County(services, machine, machine.test_clock, period, note=note)
        outcome = county.live()
        note("读取记录…")
        return outcome, export(services, Reader(settings.public_url, services), county.officials, period, outcome)


def _document(period: Period, outcome: Outcome, log: dict[str, Any], found: list[Discrepancy]) -> dict[str, Any]:
    rows = log["figures"]["rows"]
    events = Counter(event["name"] for letter in log["letters"] for event in letter["record"]["events"])
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "seed": period.seed,
        "letters": len(log["letters"]),
        "figures": {name: sum(row[name] for row in rows) for name in COUNTED},
        "by_unit": rows,
        "events": dict(sorted(events.items())),
        "acts": dict(sorted(outcome.done.items())),
        "refused": dict(sorted(outcome.refused.items())),
        "troubles": outcome.troubles,
        "unknown": outcome.unknown,
        "measured": {
            "seconds": round(outcome.wall_s, 1),
            "moments": outcome.moments,
            "cpu_s": {"simulation": _cpu_s(resource.RUSAGE_SELF), "stack": _cpu_s(resource.RUSAGE_CHILDREN)},
            "processors": os.cpu_count(),
        },
        "discrepancies": [each.document() for each in found],
    }


def _cpu_s(whose: int) -> float:
    """Processor seconds; the stack's, its start and stop included, are known once it has ended."""
    used = resource.getrusage(whose)
    return round(used.ru_utime + used.ru_stime, 1)


def _words(document: dict[str, Any]) -> str:
    """For people: the figures, then the discrepancies by kind and the first of them."""
    figures, found = document["figures"], document["discrepancies"]
    lines = [
        f"{document['from']} 至 {document['to']}，来信 {document['letters']} 封，用时 {document['measured']['seconds']} 秒"
    ]
    lines.append("，".join(f"{words} {figures[name]}" for name, words in COUNTED.items()))
    lines.append("事件：" + "，".join(f"{name} {count}" for name, count in document["events"].items()))
    lines.append("未获同意：" + ("，".join(f"{name} {count}" for name, count in document["refused"].items()) or "无"))
    lines += [f"意外：{each}" for each in document["troubles"][:SHOWN]]
    kinds = Counter((each["clause"], each["kind"]) for each in found)
    lines.append(f"与规则不符：{len(found)} 处")
    lines += [f"  {clause} {kind}: {count}" for (clause, kind), count in kinds.most_common()]
    lines += [f"  {each['letter'] or '—'} [{each['clause']}] {each['detail']}" for each in found[:SHOWN]]
    return "\n".join(lines)
