"""Repositioning: a letter's process is moved, or started anew, to the element where the letter's record says it is.

The record is the truth of what happened; an operator never moves a letter past what people did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from letterbox.bundle.vocabulary import ProcessKey, Variable, due_variable
from letterbox.domain.clock import iso
from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.permissions import Actor, require_operator
from letterbox.domain.vocabulary import FINAL_AT, LimitKind
from letterbox.domain.words import label
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import AnswerLost, EngineRefused, LostRace
from letterbox.engine.final_reasons import reason as known_reason
from letterbox.engine.values import Scalar
from letterbox.services.audit.log import About, AdminAction, Administration, Subject, required_reason
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.places import UNIT_HANDLING, fitting, place_of, unit_step
from letterbox.services.case.position_facts import (
    drafting_due,
    due_instants,
    event_names,
    open_kinds,
    unsent,
    withdraw_stopped,
)
from letterbox.services.case.standing import Act
from letterbox.store.commands import CommandStatus


class RepositionOutcome(StrEnum):
    PLANNED = "planned"
    MOVED = "moved"
    RESTARTED = "restarted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The engine gave no answer: perhaps it was done."""


@dataclass(frozen=True, slots=True)
class Repositioned:
    """``places``: where the process's tokens were; ``target`` where they are to be, empty if that could not be said;
    ``unit_step`` (UnitStep) where the unit's work goes on, if it is there."""

    letter: str
    outcome: RepositionOutcome
    places: tuple[str, ...]
    target: str
    detail: str
    unit_step: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    instance_id: str | None
    places: tuple[str, ...]
    target: str
    variables: dict[str, Scalar]


class Repositioning:
    def __init__(self, engine: EngineClient, casebook: Casebook, administration: Administration) -> None:
        self._engine = engine
        self._casebook = casebook
        self._administration = administration

    def move(
        self, actor: Actor, letters: Sequence[str], reason: str, *, to: str | None = None, dry_run: bool = False
    ) -> list[Repositioned]:
        """The tokens of each letter's running process go to ``to``, or where its status belongs. Raises FieldErrors."""
        return self._each(actor, letters, reason, to, dry_run, is_move=True)

    def restart(
        self, actor: Actor, letters: Sequence[str], reason: str, *, to: str | None = None, dry_run: bool = False
    ) -> list[Repositioned]:
        """A process for each letter that has none, begun where the letter is. Raises FieldErrors."""
        return self._each(actor, letters, reason, to, dry_run, is_move=False)

    def _each(
        self, actor: Actor, letters: Sequence[str], reason: str, to: str | None, dry_run: bool, *, is_move: bool
    ) -> list[Repositioned]:
        require_operator(actor)
        reason = reason if dry_run else required_reason(reason)
        return [self._one(actor, number, reason, to, dry_run, is_move) for number in dict.fromkeys(letters)]

    def _one(
        self, actor: Actor, number: str, reason: str, to: str | None, dry_run: bool, is_move: bool
    ) -> Repositioned:
        try:
            plan = self._plan(actor, number, to, is_move)
        except (WrongState, FieldErrors, NotFound) as refusal:
            return Repositioned(
                letter=number, outcome=RepositionOutcome.REFUSED, places=(), target=to or "", detail=refusal.message
            )
        if dry_run:
            return _done(number, plan, RepositionOutcome.PLANNED)
        self._record(actor, number, plan, reason, is_move)
        try:
            self._do(number, plan, reason)
        except EngineRefused as refused:
            return _not_done(number, plan, RepositionOutcome.REFUSED, known_reason(refused.detail) or refused.detail)
        except LostRace as refused:
            return _not_done(number, plan, RepositionOutcome.REFUSED, known_reason(refused.detail) or refused.message)
        except AnswerLost as lost:
            return _not_done(number, plan, RepositionOutcome.UNKNOWN, lost.message)
        with self._casebook.open(number, actor, act=Act.REPOSITION) as case:
            withdraw_stopped(case)
        return _done(number, plan, RepositionOutcome.MOVED if is_move else RepositionOutcome.RESTARTED)

    def _plan(self, actor: Actor, number: str, to: str | None, is_move: bool) -> _Plan:
        running = self._engine.processes.of(number, ProcessKey.LETTER_HANDLING)
        if is_move and len(running) != 1:
            other = "没有流程可移动，可以重启" if not running else f"有 {len(running)} 个流程，不知道移动哪一个"
            raise WrongState(f"这封来信{other}")
        if not is_move and running:
            raise WrongState("这封来信的流程还在运行，不能再启动一个")
        with self._casebook.look(number, actor) as case:
            target = _target(case, to)
            variables = _variables(case)
        if not is_move:
            return _Plan(instance_id=None, places=(), target=target, variables=variables)
        leaves = self._engine.processes.tree(running[0].id).leaves()
        return _Plan(
            instance_id=running[0].id,
            places=tuple(sorted({leaf.activity_id for leaf in leaves})),
            target=target,
            variables=variables,
        )

    def _do(self, number: str, plan: _Plan, reason: str) -> None:
        if plan.instance_id is None:
            self._engine.moves.start_at(ProcessKey.LETTER_HANDLING, number, plan.target, plan.variables)
        else:
            self._engine.moves.move(plan.instance_id, plan.target, plan.variables, reason)

    def _record(self, actor: Actor, number: str, plan: _Plan, reason: str, is_move: bool) -> None:
        """Before it is done: the wish is on record even if the engine's answer is lost."""
        action = AdminAction.PROCESS_MOVED if is_move else AdminAction.PROCESS_RESTARTED
        with self._administration.change(actor) as change:
            about = About(Subject.LETTER, number, f"{number} {plan.target}")
            change.record(
                action, about, reason=reason, before={"place": "、".join(plan.places)}, after={"place": plan.target}
            )


def _target(case: Case, to: str | None) -> str:
    letter = case.letter
    if unsent(case, CommandStatus.PENDING):
        raise WrongState("还有指令正在发往流程引擎：等它们发完再来")
    kinds = open_kinds(case)
    if LimitKind.EXTENSION_DECISION in kinds:
        raise WrongState("有一份延期申请等着审批，移动会使它落空：请先审批")
    usual = place_of(letter.status, kinds)
    if usual is None:
        raise WrongState("这封来信已经结束，没有可去的环节")
    fits = fitting(letter.status)
    if to is not None and to not in fits:
        raise FieldErrors({"to": f"来信的状态是“{label(letter.status, 'LetterStatus')}”，只能在 {'、'.join(fits)}"})
    return to or usual


def _variables(case: Case) -> dict[str, Scalar]:
    """What the diagrams ask for, from the letter's rows: as its services would have written it."""
    letter, dues, own = case.letter, due_instants(case), drafting_due(case)
    known: dict[str, Scalar] = {
        Variable.LETTER_ID: letter.id,
        Variable.CATEGORY: letter.category,
        Variable.URGENT: letter.urgent,
        Variable.LEAD_UNIT: letter.lead_unit,
        Variable.UNIT_STEP: unit_step(event_names(case)),
        Variable.UNIT_DUE_AT: iso(own) if own else None,
        Variable.IS_FINAL_RETURN: letter.returns >= FINAL_AT,
    }
    return known | {due_variable(kind): iso(dues[kind]) if kind in dues else None for kind in LimitKind}


def _step(plan: _Plan) -> str:
    return str(plan.variables.get(Variable.UNIT_STEP)) if plan.target == UNIT_HANDLING else ""


def _done(number: str, plan: _Plan, outcome: RepositionOutcome) -> Repositioned:
    return Repositioned(
        letter=number,
        outcome=outcome,
        places=plan.places,
        target=plan.target,
        detail=_in_words(plan),
        unit_step=_step(plan),
    )


def _not_done(number: str, plan: _Plan, outcome: RepositionOutcome, detail: str) -> Repositioned:
    return Repositioned(letter=number, outcome=outcome, places=plan.places, target=plan.target, detail=detail)


def _in_words(plan: _Plan) -> str:
    inside = f"（从 {_step(plan)} 开始）" if _step(plan) else ""
    return f"{'、'.join(plan.places) or '没有流程'} → {plan.target}{inside}"
