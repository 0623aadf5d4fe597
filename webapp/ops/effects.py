"""What mending would do, in sentences: to the process, to limits and watch, to the record and to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from letterbox.bundle.vocabulary import TaskKey, UnitStep
from letterbox.services.deployment.element_names import ElementNames
from letterbox.services.operations.processes.migrating import Migrated, MigrationOutcome
from letterbox.services.operations.processes.migration_plan import ProcessPlan
from letterbox.services.operations.processes.repositioning import Repositioned
from letterbox.services.operations.processes.views import ProcessesOfLetter
from letterbox.services.operations.reconcile.cleanup import CleanupResult
from letterbox.services.operations.stuck.causes import meaning

STEPS = {
    UnitStep.RECEIVE: TaskKey.RECEIVE_LETTER,
    UnitStep.SUBMIT_TO_DEPUTY: TaskKey.SUBMIT_TO_DEPUTY,
    UnitStep.INSTRUCT: TaskKey.INSTRUCT_HANDLER,
    UnitStep.DRAFT: TaskKey.DRAFT_REPLY,
    UnitStep.SIGN_OFF: TaskKey.SIGN_OFF_REPLY,
}
LOGGED = "谁、何时、为什么、结果怎样，记入运维记录；不通知来信人和单位"


@dataclass(frozen=True, slots=True)
class Effects:
    process: Sequence[str] = ()
    limits: Sequence[str] = ()
    record: Sequence[str] = ()

    def all(self) -> Iterator[str]:
        yield from (*self.process, *self.limits, *self.record)


def moved(view: ProcessesOfLetter, repositioned: Repositioned, names: ElementNames) -> Effects:
    here = "、".join(names.name(each) for each in repositioned.places)
    is_there = repositioned.places == (repositioned.target,)
    process = [
        f"流程已经停在“{here}”：移动只是取消现在的任务，从“{_target(repositioned, names)}”重新开始"
        if is_there
        else f"流程现在停在“{here}”，移到“{_target(repositioned, names)}”",
        "原来那里的任务取消，没有提交的草稿不会带到新任务；被取消的子流程一并结束",
        *_variables(view),
    ]
    return Effects(process, _limits_stay(view), ["来信的状态和记录不变：是流程回到记录所说的地方", LOGGED])


def restarted(view: ProcessesOfLetter, repositioned: Repositioned, names: ElementNames) -> Effects:
    process = [
        f"按现行的第 {max(view.bundles, default=0)} 版流程图启动一个流程，从“{_target(repositioned, names)}”开始",
        *_variables(view),
    ]
    return Effects(process, _limits_stay(view), ["来信的状态和记录不变", LOGGED])


def migrated(view: ProcessesOfLetter, plans: Sequence[ProcessPlan], target: int) -> Effects:
    """An element that only the old version has is named as that one names it."""
    process = [line for plan in plans for line in _plan(plan, target, _named(view))]
    return Effects(
        process,
        ["时限、任务期限和守望的定时都不变：停在哪里仍在哪里，定时不重新计算"],
        ["打开着的任务改用新版本的表单；来信的状态和记录不变", LOGGED],
    )


def cancelled(view: ProcessesOfLetter, names: ElementNames) -> Effects:
    record = view.record
    process = ["来信的流程结束，打开着的任务取消" if view.own else "流程引擎里没有这封来信的流程，只改记录"]
    process += [f"{names.name(each.process)}（{each.unit}）停止" for each in record.side_processes]
    process += [f"并入它的 {each} 解除并案，重新甄别" for each in record.followers]
    notified = ["来信人收到撤回的通知", *([f"{record.lead_unit}的承办专人得到通知"] if record.lead_unit else [])]
    return Effects(
        process,
        [_limits(view, "作废，不算按时也不算超期"), "时限守望结束，不再催办"],
        ["来信记为“已撤回”，由您提出，原因写进来信的记录：记下就不能改、不能恢复", *notified, "这次操作记入运维记录"],
    )


def cleaned_up(planned: CleanupResult) -> Effects:
    """The service says it in sentences: limits first, then what runs in the engine, then record and people."""
    limits = [line for line in planned.lines if "时限" in line]
    process = [line for line in planned.lines if "流程引擎" in line or "停止" in line]
    return Effects(process, limits, [line for line in planned.lines if line not in {*limits, *process}])


def repositioned(done: Repositioned, names: ElementNames) -> str:
    here = "、".join(names.name(each) for each in done.places) or "没有流程"
    return f"{here} → {_target(done, names)}"


def taken_over(view: ProcessesOfLetter, done: Migrated, names: ElementNames) -> str:
    """``view``: from before."""
    named = _named(view)
    name = names.name(done.process)
    if done.outcome is MigrationOutcome.MIGRATED:
        return f"{name}：已迁移"
    explained = (
        (named.get(each.element) or names.name(each.element), meaning(each.message) or each.message)
        for each in done.objections
    )
    why = "；".join(f"“{element}”：{message}" if element else message for element, message in explained)
    return f"{name}：没有迁移，仍按原来的版本办理：{why}"


def _named(view: ProcessesOfLetter) -> dict[str, str]:
    return {place.element: place.name for each in view.running for place in each.places}


def _target(repositioned: Repositioned, names: ElementNames) -> str:
    inside = f"（从“{names.name(STEPS[UnitStep(repositioned.unit_step)])}”开始）" if repositioned.unit_step else ""
    return f"{names.name(repositioned.target)}{inside}"


def _variables(view: ProcessesOfLetter) -> Iterator[str]:
    yield "流程变量按来信的记录重新写：主办单位、类别、各项期限；单位自己定的较早日期不再带着"
    stopped = sum(each.is_stopped and each.is_own_way for each in view.record.commands)
    if stopped:
        yield f"{stopped} 条被拒的指令作废：新的位置已经把它们的作用算进去"


def _limits_stay(view: ProcessesOfLetter) -> list[str]:
    limits = _limits(view, "不变")
    if len(view.watches) == 1 or not view.record.limits:
        return [limits, "时限守望不受影响，照常提醒" if view.watches else "没有时限守望，也不需要"]
    return [limits, f"时限守望有 {len(view.watches)} 个，应有一个：这里不会改正，请到“核对”里修复"]


def _limits(view: ProcessesOfLetter, fate: str) -> str:
    count = len(view.record.limits)
    return f"上面列出的 {count} 个未了时限{fate}" if count else "没有未了的时限"


def _plan(plan: ProcessPlan, target: int, named: Mapping[str, str]) -> Iterator[str]:
    if plan.plan is None:
        yield f"{plan.name}：第 {target} 版里没有这个流程，留在原来的版本"
        return
    if not plan.unmapped:
        yield f"{plan.name}：改按第 {target} 版流程图办理"
    for each in plan.unmapped:
        yield f"{plan.name}：停在“{named.get(each.element, each.name)}”，第 {target} 版里没有这个环节，留在原来的版本"
