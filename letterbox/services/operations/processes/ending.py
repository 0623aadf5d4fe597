"""Ending one process that the record does not need, once somebody has looked and decided."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from letterbox.domain.permissions import Actor, require_operator
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineNotFound
from letterbox.services.audit.log import About, AdminAction, Administration, Subject, required_reason
from letterbox.services.deployment.element_names import ElementNames
from letterbox.services.operations.reconcile.differences import Difference, DifferenceKind
from letterbox.services.operations.reconcile.run import Reconciling

SUPERFLUOUS = frozenset(
    {
        DifferenceKind.PROCESS_LEFT_OVER,
        DifferenceKind.PROCESS_DOUBLED,
        DifferenceKind.SIDE_PROCESS_UNKNOWN,
    }
)
"""Differences whose ``target`` are instances of which one may be ended; what needs no decision is repaired instead."""
NOT_SUPERFLUOUS = "核对没有说这个流程多余，不能结束它：要停止办理请取消来信；可以自动修复的，请用核对里的修复"


class EndOutcome(StrEnum):
    PLANNED = "planned"
    ENDED = "ended"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Ended:
    """``name`` of the process, ``places`` where its tokens are by their names, ``detail``: why, or why not."""

    letter: str
    instance_id: str
    outcome: EndOutcome
    name: str
    places: tuple[str, ...]
    detail: str


class Ending:
    def __init__(
        self, engine: EngineClient, reconciling: Reconciling, administration: Administration, names: ElementNames
    ) -> None:
        self._engine = engine
        self._reconciling = reconciling
        self._administration = administration
        self._names = names

    def superfluous(self, actor: Actor, number: str) -> Mapping[str, Difference]:
        """Instance id → the difference that names it. Raises NotAllowed, Unavailable."""
        found = self._reconciling.compare(actor, [number]).differences
        return {each: one for one in found if one.kind in SUPERFLUOUS for each in one.target}

    def end(self, actor: Actor, number: str, instance_id: str, reason: str, *, dry_run: bool = False) -> Ended:
        """Looked at afresh, so that of two the last cannot be ended too. Raises FieldErrors without a reason."""
        require_operator(actor)
        reason = reason if dry_run else required_reason(reason)
        difference = self.superfluous(actor, number).get(instance_id)
        if difference is None:
            return Ended(
                letter=number,
                instance_id=instance_id,
                outcome=EndOutcome.REFUSED,
                name="",
                places=(),
                detail=NOT_SUPERFLUOUS,
            )
        planned = self._planned(number, instance_id, difference)
        if dry_run or planned.outcome is EndOutcome.REFUSED:
            return planned
        self._record(actor, planned, reason)
        with suppress(EngineNotFound):
            self._engine.processes.delete(instance_id)
        return Ended(
            letter=number,
            instance_id=instance_id,
            outcome=EndOutcome.ENDED,
            name=planned.name,
            places=planned.places,
            detail=difference.detail,
        )

    def _planned(self, number: str, instance_id: str, difference: Difference) -> Ended:
        try:
            instance = self._engine.processes.get(instance_id)
            leaves = self._engine.processes.tree(instance_id).leaves()
        except EngineNotFound:
            return Ended(
                letter=number,
                instance_id=instance_id,
                outcome=EndOutcome.REFUSED,
                name="",
                places=(),
                detail="它已经不在了",
            )
        places = tuple(each.name or self._names.name(each.activity_id) for each in leaves)
        name = self._names.name(instance.process_key)
        return Ended(
            letter=number,
            instance_id=instance_id,
            outcome=EndOutcome.PLANNED,
            name=name,
            places=places,
            detail=difference.detail,
        )

    def _record(self, actor: Actor, planned: Ended, reason: str) -> None:
        """Before it is done: the wish is on record even if the engine's answer is lost."""
        before = {"place": f"{planned.name}：{'、'.join(planned.places)}", "cause": planned.detail}
        with self._administration.change(actor) as change:
            about = About(Subject.LETTER, planned.letter, f"{planned.letter} {planned.name}")
            change.record(AdminAction.PROCESS_ENDED, about, reason=reason, before=before)
