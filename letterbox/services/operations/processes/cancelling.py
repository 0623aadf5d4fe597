"""Ends letters that should never have been handled (a test, a double import), as a withdrawal does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.errors import NotFound, WrongState
from letterbox.domain.permissions import Actor, require_operator
from letterbox.engine.client import EngineClient
from letterbox.services.audit.log import About, AdminAction, Administration, Subject, required_reason
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.procedure.withdrawing import Withdrawing


class CancelOutcome(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Cancelled:
    letter: str
    outcome: CancelOutcome
    detail: str


class Cancelling:
    def __init__(
        self, engine: EngineClient, casebook: Casebook, administration: Administration, withdrawing: Withdrawing
    ) -> None:
        self._engine = engine
        self._casebook = casebook
        self._administration = administration
        self._withdrawing = withdrawing

    def cancel(self, actor: Actor, letters: Sequence[str], reason: str, *, dry_run: bool = False) -> list[Cancelled]:
        """Each letter by itself; a finished or answered one is refused. Raises FieldErrors without a reason, Unavailable."""
        require_operator(actor)
        reason = reason if dry_run else required_reason(reason)
        return [self._one(actor, number, reason, dry_run) for number in dict.fromkeys(letters)]

    def _one(self, actor: Actor, number: str, reason: str, dry_run: bool) -> Cancelled:
        has_process = bool(self._engine.processes.of(number, ProcessKey.LETTER_HANDLING))
        process_words = "流程结束" if has_process else "没有流程"
        try:
            if dry_run:
                return self._planned(actor, number, process_words)
            with self._casebook.open(number, actor, act=Act.CANCEL) as case:
                if refusal := self._withdrawing.may_withdraw(case):
                    raise WrongState(refusal)
                self._withdrawing.withdraw(case, {"reason": reason}, has_process=has_process)
        except (NotFound, WrongState) as refused:
            return Cancelled(number, CancelOutcome.REFUSED, refused.message)
        self._record(actor, number, reason)
        return Cancelled(number, CancelOutcome.CANCELLED, f"{process_words}，未了时限作废，记为撤回")

    def _planned(self, actor: Actor, number: str, process_words: str) -> Cancelled:
        with self._casebook.look(number, actor) as case:
            refusal = self._withdrawing.may_withdraw(case)
        outcome = CancelOutcome.REFUSED if refusal else CancelOutcome.PLANNED
        return Cancelled(number, outcome, refusal or f"{process_words}，未了时限作废，记为撤回")

    def _record(self, actor: Actor, number: str, reason: str) -> None:
        """The letter's own record has the event already; this is for those who look at what operators did."""
        with self._administration.change(actor) as change:
            change.record(AdminAction.LETTER_CANCELLED, About(Subject.LETTER, number, number), reason=reason)
