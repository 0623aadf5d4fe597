"""``letterbox instances migrate``: running letters go on by another version of the diagrams."""

from __future__ import annotations

import click

from letterbox.cli._services import services
from letterbox.cli.instances.shared import operator, reason_option, reasoned
from letterbox.cli.output import answer, json_option, refused
from letterbox.services.operations.processes.migrating import Migrated, Migrating, MigrationOutcome
from letterbox.services.operations.processes.migration_plan import ProcessPlan


@click.command("migrate", help="让旧版本流程图上的来信改按新版本继续办理：一个旧版本的全部来信，或者指定的几封。")
@click.argument("letters", nargs=-1, metavar="[LETTER…]")
@click.option(
    "--from", "source", type=click.IntRange(1), help="旧版本（LetterHandlingProcess 的版本号）；指定来信时不用"
)
@click.option("--to", "target", type=click.IntRange(1), required=True, help="新版本")
@reason_option
@click.option("--dry-run", is_flag=True, help="只说会迁移多少、哪些环节在新版本里没有")
@json_option
def migrate(
    letters: tuple[str, ...], source: int | None, target: int, reason: str, dry_run: bool, as_json: bool
) -> None:
    if bool(letters) == (source is not None):
        raise click.UsageError("请指定旧版本（--from）或者来信编号，只指定其中一样")
    with services() as opened, reasoned(reason, dry_run):
        migrating = opened.operator.migrating
        if dry_run:
            plans = _plans(migrating, letters, source, target)
            answer({"processes": [_plan(each) for each in plans]}, as_json, lambda: _plan_words(plans))
            if any(each.unmapped or each.plan is None for each in plans):
                refused()
            return
        done = _migrated(migrating, letters, source, target, reason)
    answer({"instances": [_document(each) for each in done]}, as_json, lambda: _words(done))
    if any(each.outcome is MigrationOutcome.REFUSED for each in done):
        refused()


def _plans(migrating: Migrating, letters: tuple[str, ...], source: int | None, target: int) -> tuple[ProcessPlan, ...]:
    if source is None:
        return migrating.plan_letters(operator(), letters, target)
    return migrating.plan(operator(), source, target)


def _migrated(
    migrating: Migrating, letters: tuple[str, ...], source: int | None, target: int, reason: str
) -> list[Migrated]:
    if source is None:
        return migrating.migrate_letters(operator(), letters, target, reason)
    return migrating.migrate(operator(), source, target, reason)


def _plan(plan: ProcessPlan) -> dict[str, object]:
    problems = [
        {"element": each.element, "name": each.name, "letters": list(each.letters), "message": each.message}
        for each in plan.unmapped
    ]
    return {
        "process": plan.process,
        "from": plan.source.version,
        "to": plan.target.version if plan.target else None,
        "instances": plan.instances,
        "problems": problems,
    }


def _plan_words(plans: tuple[ProcessPlan, ...]) -> str:
    lines = []
    for plan in plans:
        lines.append(f"{plan.name}（{plan.process}）：{plan.instances} 个运行中")
        lines += [
            f"    {each.name}（{each.element}）：{each.message}：{'、'.join(each.letters)}" for each in plan.unmapped
        ]
    return "\n".join(lines) or "没有要迁移的流程"


def _document(one: Migrated) -> dict[str, object]:
    problems = [{"element": each.element or None, "message": each.message} for each in one.objections]
    return {"letter": one.letter, "process": one.process, "outcome": one.outcome, "problems": problems}


def _words(done: list[Migrated]) -> str:
    refusals = [each for each in done if each.outcome is MigrationOutcome.REFUSED]
    lines = [
        f"{each.letter or '—':<16} {each.process}  不能迁移  "
        + "；".join(f"{o.element} {o.message}" for o in each.objections)
        for each in refusals
    ]
    return "\n".join([*lines, f"已迁移 {len(done) - len(refusals)} 个，不能迁移 {len(refusals)} 个"])
