"""Compares database and engine, letter by letter, and repairs what needs no decision."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import chain

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.clock import SystemClock
from letterbox.domain.permissions import Actor, require_operator
from letterbox.domain.vocabulary import LetterStatus
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import AnswerLost, EngineRefused, LostRace
from letterbox.outbox import queue as outbox
from letterbox.outbox.due_moves import TaskLimits
from letterbox.services.audit.log import About, AdminAction, Administration, Subject
from letterbox.services.operations.reconcile.differences import (
    CAUSES,
    DIFFERENCE_WORDS,
    Difference,
    DifferenceKind,
    Reconciliation,
)
from letterbox.services.operations.reconcile.inner_steps import InnerRules, expected_steps, read_inner
from letterbox.services.operations.reconcile.record_checks import falsified_among
from letterbox.services.operations.reconcile.repairs import Repairs
from letterbox.services.operations.reconcile.rules import Rules
from letterbox.services.operations.reconcile.sides import EngineSide, LetterSide, read_engine, read_letters
from letterbox.services.rules.rulebook import Rulebook
from letterbox.services.visibility.hidden import HIDDEN_LETTER, hidden_among
from letterbox.store.database import Database

SECOND_LOOK_S = 1.0
"""A difference counts if it is there twice: the two sides cannot be read at one instant."""
REASON = "核对数据库与流程引擎"


class Reconciling:
    def __init__(
        self,
        database: Database,
        engine: EngineClient,
        rulebook: Rulebook,
        administration: Administration,
        repairs: Repairs,
        pause: Callable[[float], None] = time.sleep,
        engine_now: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._engine = engine
        self._rulebook = rulebook
        self._administration = administration
        self._repairs = repairs
        self._pause = pause
        self._engine_now = engine_now or SystemClock().now
        self._task_limits = TaskLimits(engine)

    def compare(self, actor: Actor, only: Collection[str] = ()) -> Reconciliation:
        """Changes nothing. ``only``: these letters. Raises NotAllowed, Unavailable."""
        require_operator(actor)
        return self._shown_to(actor, self._compared(only))

    def _compared(self, only: Collection[str]) -> Reconciliation:
        first = self._look(only)
        if not first.differences:
            return first
        self._pause(SECOND_LOOK_S)
        suspects = {each.letter for each in first.differences}
        again = self._look(only)
        both = {_key(each) for each in first.differences}
        kept = [each for each in again.differences if each.letter in suspects and _key(each) in both]
        return replace(again, differences=tuple(kept))

    def _shown_to(self, actor: Actor, found: Reconciliation) -> Reconciliation:
        """What differs in a letter from which he is kept away is counted and mended like the rest, and not named (A5)."""
        with self._database.reading() as session:
            hidden = hidden_among(session, actor, (each.letter for each in found.differences))
        shown = (
            replace(each, letter=HIDDEN_LETTER, detail="", target=()) if each.letter in hidden else each
            for each in found.differences
        )
        return replace(found, differences=tuple(shown))

    def repair(self, actor: Actor, only: Collection[str] = ()) -> Reconciliation:
        """Compare, mend what is repairable, look again: ``repaired`` is what is gone, or just under way."""
        require_operator(actor)
        found = self._compared(only)
        repairable = [each for each in found.differences if each.is_repairable]
        for each in repairable:
            self._record(actor, each)
            with suppress(EngineRefused, AnswerLost, LostRace):  # the second look says that it is still there
                self._repairs.repair(each)
        left = {_key(each) for each in self._look(only).differences} if repairable else set()
        compared = (replace(each, repaired=each in repairable and _key(each) not in left) for each in found.differences)
        return self._shown_to(actor, replace(found, differences=tuple(compared)))

    def _look(self, only: Collection[str]) -> Reconciliation:
        engine, inner = read_engine(self._engine), read_inner(self._engine, self._engine_now())
        numbers = engine.numbers & set(only) if only else engine.numbers
        with self._database.reading() as session:
            letters = read_letters(session, self._rulebook, numbers, only)
            open_tasks = [task.id for tasks in engine.tasks.values() for task in tasks]
            completed = outbox.applied_among(session, open_tasks)
            steps, falsified = (
                expected_steps(session, letters.values()),
                falsified_among(session, self._rulebook, letters),
            )
        rules = Rules(engine, self._task_limits.of, completed)
        inside = InnerRules(engine, inner, steps, completed)
        found = list(chain.from_iterable(falsified.values()))
        for number, letter in letters.items():
            if not any(each.kind in CAUSES for each in falsified[number]):
                found += _compared(letter, rules, inside)
        found += self._unknown(engine, numbers - letters.keys())
        under_way = sum(rules.is_under_way(letter) for letter in letters.values())
        return Reconciliation(len(letters), under_way, tuple(self._refined(each, letters) for each in found))

    def _unknown(self, engine: EngineSide, numbers: Collection[str]) -> Sequence[Difference]:
        """Processes of letters that the database does not have at all."""
        detail = "流程引擎里有它的流程，数据库里没有这封来信"
        return [
            Difference(
                letter=number,
                kind=DifferenceKind.PROCESS_LEFT_OVER,
                detail=detail,
                target=tuple(each.id for each in engine.instances(number)),
            )
            for number in sorted(numbers)
        ]

    def _refined(self, difference: Difference, letters: dict[str, LetterSide]) -> Difference:
        """A letter just received of which the engine has never heard can safely be started again."""
        if difference.kind is not DifferenceKind.NO_PROCESS:
            return difference
        if letters[difference.letter].status != LetterStatus.RECEIVED:
            return difference
        known = {each.process_key for each in self._engine.history.instances(difference.letter)}
        if ProcessKey.LETTER_HANDLING in known:
            return difference
        return replace(difference, kind=DifferenceKind.START_LOST, detail="流程引擎从没有收到过这封来信的启动指令")

    def _record(self, actor: Actor, difference: Difference) -> None:
        about = About(Subject.LETTER, difference.letter, f"{difference.letter} {DIFFERENCE_WORDS[difference.kind]}")
        before = {"place": DIFFERENCE_WORDS[difference.kind], "cause": difference.detail}
        with self._administration.change(actor) as change:
            change.record(AdminAction.DIFFERENCE_REPAIRED, about, reason=REASON, before=before)


def _compared(letter: LetterSide, rules: Rules, inner: InnerRules) -> list[Difference]:
    found = list(rules.differences(letter))
    return found if any(each.kind in CAUSES for each in found) else [*found, *inner.differences(letter)]


def _key(difference: Difference) -> tuple[str, DifferenceKind, tuple[str, ...]]:
    return difference.letter, difference.kind, difference.target
