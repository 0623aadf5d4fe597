"""Trying stuck things again: with a reason, checked before and read back after, so that the answer is the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from letterbox.domain.permissions import Actor, require_operator
from letterbox.services.audit.log import About, AdminAction, Administration, Subject, required_reason
from letterbox.services.operations.stuck.causes import meaning
from letterbox.services.operations.stuck.items import RetryOutcome, Stuck, StuckKind
from letterbox.services.operations.stuck.retry_kinds import Attempt, Attempts
from letterbox.services.operations.stuck.work import StuckWork

WAIT_S = 8.0
"""How long answers are waited for; a worker that is well takes work within a second or two."""
LOOK_EVERY_S = 0.25
BEFORE = {RetryOutcome.GONE, RetryOutcome.REFUSED}


@dataclass(frozen=True, slots=True)
class Retried:
    stuck: Stuck
    outcome: RetryOutcome
    detail: str

    @property
    def meaning(self) -> str:
        """What a failure's detail means in plain words; empty if that is not known."""
        return meaning(self.detail)


class Retrying:
    def __init__(
        self,
        work: StuckWork,
        attempts: Attempts,
        administration: Administration,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._work = work
        self._attempts = attempts
        self._administration = administration
        self._pause = pause

    def retry(self, actor: Actor, seen: Sequence[Stuck], reason: str, *, wait_s: float = WAIT_S) -> list[Retried]:
        """Try each once, the engine's own steps first and the commands that wait for them later.

        Raises FieldErrors without a reason, NotAllowed, Unavailable before anything was tried.
        """
        require_operator(actor)
        reason = required_reason(reason)
        still = {(each.kind, each.id): each for each in self._work.all(actor).items}
        order = list(StuckKind)
        begun = []
        for each in sorted(seen, key=lambda one: order.index(one.kind)):
            now = still.get((each.kind, each.id))
            begun.append((now or each, self._begin(actor, now, reason)))
        results = self._answered(begun, wait_s)
        self._record_ends(actor, results)
        return results

    def _begin(self, actor: Actor, stuck: Stuck | None, reason: str) -> Attempt:
        """The wish is on record before anything is done."""
        if stuck is None:
            return lambda: (RetryOutcome.GONE, "重试之前它已经不再停滞，什么也没有做")
        obstacle = stuck.obstacle
        if obstacle:
            return lambda: (RetryOutcome.REFUSED, obstacle)
        with self._administration.change(actor) as change:
            before = {"place": stuck.name, "cause": stuck.cause}
            change.record(AdminAction.RETRY_ASKED, about(stuck), reason=reason, before=before)
        return self._attempts.begin(stuck, actor)

    def _answered(self, begun: Sequence[tuple[Stuck, Attempt]], wait_s: float) -> list[Retried]:
        """Look until all are settled or the time is up."""
        until = time.monotonic() + wait_s
        while True:
            results = [Retried(stuck, *look()) for stuck, look in begun]
            if time.monotonic() >= until or all(each.outcome is not RetryOutcome.WAITING for each in results):
                return results
            self._pause(LOOK_EVERY_S)

    def _record_ends(self, actor: Actor, results: Sequence[Retried]) -> None:
        tried = [each for each in results if each.outcome not in BEFORE]
        if not tried:
            return
        with self._administration.change(actor) as change:
            for each in tried:
                after = {"place": each.stuck.name, "outcome": each.outcome, "cause": each.detail}
                change.record(AdminAction.RETRY_ENDED, about(each.stuck), after=after)


def about(stuck: Stuck) -> About:
    if stuck.letter is None:
        kind = Subject.NOTICE if stuck.kind is StuckKind.DELIVERY else Subject.PROCESS
        return About(kind, stuck.id, stuck.name)
    return About(Subject.LETTER, stuck.letter, f"{stuck.letter} {stuck.name}")
