"""What an operator may do to one letter's processes: what it would do, said before; doing it; what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.domain.permissions import Actor
from letterbox.services.case.places import fitting
from letterbox.services.operations.processes.cancelling import CancelOutcome
from letterbox.services.operations.processes.migrating import MigrationOutcome
from letterbox.services.operations.processes.repositioning import Repositioned, RepositionOutcome
from letterbox.services.operations.processes.views import ProcessesOfLetter
from letterbox.services.operations.reconcile.cleanup import CleanupOutcome
from letterbox.services.operations.stalls.faults import FaultMark, FaultOutcome
from webapp.ops import effects
from webapp.ops.effects import Effects
from webapp.services import operator


class Repair(StrEnum):
    MOVE = "move"
    RESTART = "restart"
    MIGRATE = "migrate"
    CANCEL = "cancel"
    CLEAN_UP = "settle"
    MARK_FAULT = "hold"
    END_FAULT = "go_on"


FAULT_MARKS = frozenset({Repair.MARK_FAULT, Repair.END_FAULT})


@dataclass(frozen=True, slots=True)
class RepairOffer:
    """``obstacle`` says why it cannot be done now; empty: it can."""

    action: Repair
    obstacle: str


@dataclass(frozen=True, slots=True)
class RepairPreview:
    """``choice`` among ``choices`` (value, words) is where the process would go; empty if there is nothing to choose."""

    action: Repair
    view: ProcessesOfLetter
    obstacle: str
    effects: Effects
    choice: str = ""
    choices: Sequence[tuple[str, str]] = ()

    @property
    def seen(self) -> str:
        """A mark of everything that is said here and of the visits it is said of: what is confirmed is what was shown, once."""
        limits = [f"{each.kind} {each.unit} {each.due_at.isoformat()}" for each in self.view.record.limits]
        said = "\n".join([self.choice, self.view.record.status, *limits, *self.view.tokens, *self.effects.all()])
        return hashlib.sha256(said.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class RepairResult:
    """``lines``: what the services say they did, or why they did not. ``is_partly``: some of it was done."""

    is_done: bool
    lines: Sequence[str]
    is_partly: bool = False


def offers(view: ProcessesOfLetter, actor: Actor) -> list[RepairOffer]:
    return [RepairOffer(each, _preview(actor, view, each, "").obstacle) for each in Repair]


def known(action: str) -> Repair:
    """Raises NotFound for an address that names no action."""
    if action not in set(Repair):
        raise NotFound("没有这种操作")
    return Repair(action)


def preview(actor: Actor, number: str, action: Repair, choice: str) -> RepairPreview:
    """Changes nothing. Raises NotFound, NotAllowed, Unavailable."""
    return _preview(actor, operator().processes.of(actor, number), action, choice)


def _preview(actor: Actor, view: ProcessesOfLetter, action: Repair, choice: str) -> RepairPreview:
    if action is Repair.CANCEL:
        return _cancelling(actor, view)
    if action is Repair.CLEAN_UP:
        return _clean_up(actor, view)
    if action in FAULT_MARKS:
        return _fault_preview(actor, view, action)
    if action is Repair.MIGRATE:
        return _migrating(actor, view, choice)
    return _repositioning(actor, view, action, choice)


def _repositioning(actor: Actor, view: ProcessesOfLetter, action: Repair, choice: str) -> RepairPreview:
    names = operator().names
    fits = fitting(view.record.status)
    wanted = choice if choice in fits else ""
    repositioned = _place(actor, view.record.number, action, "", wanted, dry_run=True)
    refusal = repositioned.detail if repositioned.outcome is RepositionOutcome.REFUSED else ""
    choices = [(each, names.name(each)) for each in fits]
    said = (
        effects.moved(view, repositioned, names)
        if action is Repair.MOVE
        else effects.restarted(view, repositioned, names)
    )
    return RepairPreview(
        action=action,
        view=view,
        obstacle=refusal,
        effects=Effects() if refusal else said,
        choice=repositioned.target,
        choices=choices,
    )


def _migrating(actor: Actor, view: ProcessesOfLetter, choice: str) -> RepairPreview:
    choices = [(str(each), f"第 {each} 版{'（现行）' if each == max(view.bundles) else ''}") for each in view.bundles]
    target = int(choice) if choice in dict(choices) else max(view.bundles, default=0)
    obstacle = "" if view.running else "流程引擎里没有这封来信的流程"
    plans = [] if obstacle else operator().migrating.plan_letters(actor, [view.record.number], target)
    if not obstacle and not plans:
        obstacle = f"这封来信的流程都已经按第 {target} 版流程图办理"
    said = Effects() if obstacle else effects.migrated(view, plans, target)
    return RepairPreview(
        action=Repair.MIGRATE, view=view, obstacle=obstacle, effects=said, choice=str(target), choices=choices
    )


def _cancelling(actor: Actor, view: ProcessesOfLetter) -> RepairPreview:
    (planned,) = operator().cancelling.cancel(actor, [view.record.number], "", dry_run=True)
    refusal = planned.detail if planned.outcome is CancelOutcome.REFUSED else ""
    return RepairPreview(
        action=Repair.CANCEL,
        view=view,
        obstacle=refusal,
        effects=Effects() if refusal else effects.cancelled(view, operator().names),
    )


def _clean_up(actor: Actor, view: ProcessesOfLetter) -> RepairPreview:
    (planned,) = operator().cleanup.clean_up(actor, [view.record.number], "", dry_run=True)
    if planned.outcome is CleanupOutcome.REFUSED:
        return RepairPreview(action=Repair.CLEAN_UP, view=view, obstacle=planned.detail, effects=Effects())
    return RepairPreview(action=Repair.CLEAN_UP, view=view, obstacle="", effects=effects.cleaned_up(planned))


def _fault_preview(actor: Actor, view: ProcessesOfLetter, action: Repair) -> RepairPreview:
    planned = _mark_fault(actor, action, view.record.number, "", dry_run=True)
    refused = planned.outcome is FaultOutcome.REFUSED
    said = Effects() if refused else Effects(["流程不变"], [planned.detail], ["原因写进来信的记录", effects.LOGGED])
    return RepairPreview(action=action, view=view, obstacle=planned.detail if refused else "", effects=said)


def _mark_fault(actor: Actor, action: Repair, number: str, reason: str, *, dry_run: bool) -> FaultMark:
    faults = operator().faults
    (done,) = (faults.mark if action is Repair.MARK_FAULT else faults.end)(actor, [number], reason, dry_run=dry_run)
    return done


def carry_out(actor: Actor, planned: RepairPreview, reason: str) -> RepairResult:
    """Raises FieldErrors without a reason, NotAllowed, Unavailable."""
    number = planned.view.record.number
    if planned.action is Repair.CANCEL:
        (cancelled,) = operator().cancelling.cancel(actor, [number], reason)
        return RepairResult(cancelled.outcome is CancelOutcome.CANCELLED, [cancelled.detail])
    if planned.action in FAULT_MARKS:
        marked = _mark_fault(actor, planned.action, number, reason, dry_run=False)
        return RepairResult(marked.outcome is not FaultOutcome.REFUSED, [marked.detail])
    if planned.action is Repair.CLEAN_UP:
        (cleaned_up,) = operator().cleanup.clean_up(actor, [number], reason)
        return RepairResult(cleaned_up.outcome is CleanupOutcome.CLEANED_UP, cleaned_up.lines or [cleaned_up.detail])
    if planned.action is Repair.MIGRATE:
        return _migrate(actor, planned.view, int(planned.choice), reason)
    repositioned = _place(actor, number, planned.action, reason, planned.choice, dry_run=False)
    if repositioned.outcome in {RepositionOutcome.REFUSED, RepositionOutcome.UNKNOWN}:
        return RepairResult(False, [repositioned.detail])
    return RepairResult(True, [effects.repositioned(repositioned, operator().names)])


def _migrate(actor: Actor, view: ProcessesOfLetter, target: int, reason: str) -> RepairResult:
    done = operator().migrating.migrate_letters(actor, [view.record.number], target, reason)
    outcomes = {each.outcome for each in done}
    lines = [effects.taken_over(view, each, operator().names) for each in done] or ["没有要迁移的流程"]
    return RepairResult(outcomes == {MigrationOutcome.MIGRATED}, lines, MigrationOutcome.MIGRATED in outcomes)


def _place(actor: Actor, number: str, action: Repair, reason: str, to: str, *, dry_run: bool) -> Repositioned:
    repositioning = operator().repositioning
    place = repositioning.move if action is Repair.MOVE else repositioning.restart
    (repositioned,) = place(actor, [number], reason, to=to or None, dry_run=dry_run)
    return repositioned


def check_confirmation(planned: RepairPreview, typed: str) -> None:
    """What cannot be undone asks for the number once more. Raises FieldErrors."""
    if planned.action is Repair.CANCEL and typed.strip().upper() != planned.view.record.number:
        raise FieldErrors({"number": f"请输入来信编号 {planned.view.record.number}，确认取消的是这一封"})
