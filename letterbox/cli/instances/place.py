"""``letterbox instances move``, ``restart``, ``cancel`` and ``clean_up``: what is done to the processes of single letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import click

from letterbox.cli._days import PossibleDate
from letterbox.cli._services import services
from letterbox.cli.instances.shared import operator, reason_option, reasoned
from letterbox.cli.output import answer, json_option, refused
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.services.operations.processes.cancelling import Cancelled
from letterbox.services.operations.processes.ending import Ended
from letterbox.services.operations.processes.repositioning import Repositioned
from letterbox.services.operations.reconcile.cleanup import CleanupResult
from letterbox.services.operations.stalls.faults import FaultMark

OUTCOMES = {
    "planned": "将会", "moved": "已移动", "restarted": "已重启", "cancelled": "已取消",
    "ended": "已结束", "settled": "已了结", "held": "已标记", "goes_on": "已恢复", "refused": "没有做", "unknown": "不清楚",
}  # fmt: skip
letters_argument = click.argument("letters", nargs=-1, required=True, metavar="LETTER…")
to_option = click.option("--to", metavar="ELEMENT", help="流程图里的环节；省略时是来信的状态所在的环节")
some_letters = click.argument("letters", nargs=-1, metavar="[LETTER…]")
all_option = click.option("--all", "every", is_flag=True, help="全部：流程引擎停过、所有来信都停住时")
dry_run_option = click.option("--dry-run", is_flag=True, help="只说会做什么")


@click.command("move", help="把来信的流程移到它的记录所说的环节（状态与流程位置不符时）。")
@letters_argument
@to_option
@reason_option
@dry_run_option
@json_option
def move(letters: tuple[str, ...], to: str | None, reason: str, dry_run: bool, as_json: bool) -> None:
    with services() as opened, reasoned(reason, dry_run):
        done = opened.operator.repositioning.move(operator(), letters, reason, to=to, dry_run=dry_run)
    _answer(done, as_json)


@click.command("restart", help="给没有流程的来信重新启动流程，从它的记录所说的环节开始。")
@letters_argument
@to_option
@reason_option
@dry_run_option
@json_option
def restart(letters: tuple[str, ...], to: str | None, reason: str, dry_run: bool, as_json: bool) -> None:
    with services() as opened, reasoned(reason, dry_run):
        done = opened.operator.repositioning.restart(operator(), letters, reason, to=to, dry_run=dry_run)
    _answer(done, as_json)


@click.command("cancel", help="结束不该办理的来信（测试、重复导入）：记为撤回，流程和时限随之结束。")
@letters_argument
@reason_option
@dry_run_option
@json_option
def cancel(letters: tuple[str, ...], reason: str, dry_run: bool, as_json: bool) -> None:
    with services() as opened, reasoned(reason, dry_run):
        done = opened.operator.cancelling.cancel(operator(), letters, reason, dry_run=dry_run)
    _answer(done, as_json)


@click.command(
    "settle", help="了结已经结束（撤回、办结、不予受理、并入）却还在进行的来信：作废时限，结束守望、督办和多余的流程。"
)
@letters_argument
@reason_option
@dry_run_option
@json_option
def clean_up(letters: tuple[str, ...], reason: str, dry_run: bool, as_json: bool) -> None:
    with services() as opened, reasoned(reason, dry_run):
        done = opened.operator.cleanup.clean_up(operator(), letters, reason, dry_run=dry_run)
    _answer(done, as_json)


@click.command("hold", help="标记技术故障：来信被故障停住，从现在起不催办、不算超期，碰到的工作日整天顺延。")
@some_letters
@all_option
@click.option(
    "--since", type=PossibleDate(["%Y-%m-%dT%H:%M"]), help="故障的开始（办公时区，2026-09-10T09:30）；省略时是现在"
)
@reason_option
@dry_run_option
@json_option
def mark_fault(
    letters: tuple[str, ...], every: bool, since: datetime | None, reason: str, dry_run: bool, as_json: bool
) -> None:
    began = since.replace(tzinfo=OFFICE_ZONE) if since else None
    with services() as opened, reasoned(reason, dry_run):
        faults = opened.operator.faults
        numbers = _chosen(letters, every, lambda: faults.every(operator(), marked=False))
        done = faults.mark(operator(), numbers, reason, since=began, dry_run=dry_run)
    _answer(done, as_json)


@click.command("go-on", help="结束技术故障：时限按故障碰到的工作日顺延，恢复催办，通知有关的人。")
@some_letters
@all_option
@reason_option
@dry_run_option
@json_option
def end_fault(letters: tuple[str, ...], every: bool, reason: str, dry_run: bool, as_json: bool) -> None:
    with services() as opened, reasoned(reason, dry_run):
        faults = opened.operator.faults
        numbers = _chosen(letters, every, lambda: faults.every(operator(), marked=True))
        done = faults.end(operator(), numbers, reason, dry_run=dry_run)
    _answer(done, as_json)


def _chosen(letters: tuple[str, ...], every: bool, find: Callable[[], list[str]]) -> list[str]:
    """The letters named, or all there are: one of the two has to be said."""
    if bool(letters) is every:
        raise click.UsageError("请写出来信编号，或者用 --all 表示全部，二者选一")
    return find() if every else list(letters)


@click.command("end", help="结束一个多余的流程（核对说多余、重复或者没有记录的），来信的记录不变。")
@click.argument("letter", metavar="LETTER")
@click.option("--process", metavar="ID", help="流程实例；省略时列出这封来信多余的流程")
@reason_option
@dry_run_option
@json_option
def end(letter: str, process: str | None, reason: str, dry_run: bool, as_json: bool) -> None:
    with services() as opened, reasoned(reason, dry_run or process is None):
        ending = opened.operator.ending
        ids = [process] if process else list(ending.superfluous(operator(), letter))
        is_plan = dry_run or process is None
        done = [ending.end(operator(), letter, each, reason, dry_run=is_plan) for each in ids]
    rows = [
        {
            "letter": each.letter,
            "process": each.instance_id,
            "name": each.name,
            "at": list(each.places),
            "outcome": each.outcome,
            "detail": each.detail,
        }
        for each in done
    ]
    answer({"results": rows}, as_json, lambda: "\n".join(map(_ended_words, done)) or "没有多余的流程")
    if any(each.outcome == "refused" for each in done):
        refused()


def _ended_words(one: Ended) -> str:
    where = f"{one.name}，停在 {'、'.join(one.places)}：" if one.name else ""
    return f"{one.letter:<16} {OUTCOMES[one.outcome]}：{one.instance_id} {where}{one.detail}"


def _answer(done: Sequence[Repositioned | Cancelled | CleanupResult | FaultMark], as_json: bool) -> None:
    answer({"results": [_document(each) for each in done]}, as_json, lambda: "\n".join(map(_words, done)))
    if any(each.outcome in {"refused", "unknown"} for each in done):
        refused()


def _document(one: Repositioned | Cancelled | CleanupResult | FaultMark) -> dict[str, object]:
    places = {"from": list(one.places), "to": one.target or None} if isinstance(one, Repositioned) else {}
    return {"letter": one.letter, "outcome": one.outcome, **places, "detail": one.detail}


def _words(one: Repositioned | Cancelled | CleanupResult | FaultMark) -> str:
    return f"{one.letter:<16} {OUTCOMES[one.outcome]}：{one.detail}"
