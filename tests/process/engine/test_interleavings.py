"""People's acts and single steps of the machinery in any order: whatever comes late, the record stays the regime's.

Workers pause between taking a task, doing its effect and telling the engine; commands wait in the outbox; continuations
wait in the engine. In the end everything that was held up happens, and both sides and the oracle are asked.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from letterbox.domain.errors import LetterboxError, Unavailable
from letterbox.domain.vocabulary import FINAL_STATUSES, EventName
from letterbox.outbox import queue as outbox
from letterbox.services.case import effects
from letterbox.services.case.case import Case
from letterbox.wiring.operators import OperatorServices
from tests.process.engine.test_effects_in_time import assigned, passed, reassigned, received, rehandled
from tests.support.engine.single_steps import Machinery, SentLate
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import County
from tests.support.office.histories import History, Move
from tests.support.office.staffed import accepted, answered, submitted
from tests.support.oracle.of import judged

pytestmark = pytest.mark.engine

STARTS = (County.write, received, assigned, accepted, reassigned, submitted, passed, answered, rehandled)
AFTER_THE_END = frozenset({
    EventName.LETTER_CLOSED, EventName.EFFECT_SKIPPED, EventName.COMMAND_SUPERSEDED, EventName.NOTICE_SENT,
    EventName.NOTICE_FAILED, EventName.WRITER_UNMASKED, EventName.QUERY_CODE_RENEWED, EventName.LETTER_REMINDED,
    EventName.SUPERVISION_OPENED, EventName.SUPERVISION_ANSWERED, EventName.SUPERVISION_PRESSED,
    EventName.SUPERVISION_CLOSED, EventName.SUPERVISION_REPORTED, EventName.INSTRUCTION_GIVEN,
    EventName.INSTRUCTION_ANSWERED, EventName.PROMISE_REPORTED, EventName.PROMISE_CONFIRMED,
})  # fmt: skip
"""What may happen to a letter that has ended: nothing of its own way."""
STEPS = 26
PEOPLE = 0.4


class Interleaved(History):
    """``History`` whose acts do not wait until everything that follows has happened."""

    def __init__(self, county: County, number: str, dice: random.Random) -> None:
        self.county, self.number, self.dice = county, number, dice
        self.leading = county.write("同一件事的来信")
        self.told: list[str] = []
        self.machines = [Machinery(county, number), Machinery(county, self.leading)]

    def play(self, steps: int, wanted: Callable[[Move], bool] = lambda _: True) -> None:
        with SentLate(self.county):
            for _ in range(steps):
                self.county.clock.move(seconds=20)
                moves = [move for move in (*self._tasks(), *self._actions(), *self._writers()) if wanted(move)]
                if moves and self.dice.random() < PEOPLE:
                    self._act(self.dice.choice(moves))
                else:
                    self._step()
        for machine in self.machines:
            machine.go_on()
        for machine in self.machines:  # what the one set going in the other
            machine.go_on()

    def _act(self, move: Move) -> None:
        """A refusal changes nothing."""
        before = self.county.names(self.number)
        self.told.append(move.name)
        try:
            move.do()
        except Unavailable:
            raise
        except LetterboxError:
            assert self.county.names(self.number) == before, self.told

    def _step(self) -> None:
        machine = self.machines[0] if self.dice.random() < 0.8 else self.machines[1]
        name, about = self.dice.choice(list(machine.steps()))
        self.told.append(f"{name} {getattr(about, 'topic', '')}".strip())
        machine.step(name, about)

    def assert_right(self) -> None:
        numbers = (self.number, self.leading)
        operator = OperatorServices(self.county.services)
        assert list(operator.reconciling.compare(OPERATOR, numbers).differences) == [], self.told
        assert judged(self.county, *numbers) == [], self.told
        for number in numbers:
            self._assert_quiet(number)
        self.check()

    def _assert_quiet(self, number: str) -> None:
        letter, engine = self.county.letter(number), self.county.services.engine
        with self.county.services.database.reading() as session:
            assert outbox.lanes_of(session, letter.id) == set(), self.told
        instances = engine.processes.of(number)
        assert not any(engine.external_tasks.of_instance(each.id) for each in instances), self.told
        assert not any(engine.incidents.of_instance(each.id) for each in instances), self.told
        if letter.status in FINAL_STATUSES:
            names = self.county.names(number)
            last = names.index(EventName.LETTER_CLOSED)
            assert set(names[last:]) <= AFTER_THE_END, (names[last:], self.told)


def played(county: County, seed: int, start: Callable[[County], str], **how: Any) -> Interleaved:
    found = Interleaved(county, start(county), random.Random(seed))
    found.play(**{"steps": STEPS, **how})
    return found


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("start", STARTS, ids=lambda each: each.__name__)
def test_in_whatever_order_things_happen_the_record_is_the_regimes(
    county: County, start: Callable[[County], str], seed: int
) -> None:
    played(county, seed, start).assert_right()


def test_without_the_gate_this_finds_the_letter_that_was_dispatched_after_its_withdrawal(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same test with workers that do not ask: within a few orders one is wrong."""

    def ungated(case: Case, _topic: str, work: Callable[[Case], dict[str, Any]]) -> dict[str, Any]:
        return work(case)

    monkeypatch.setattr(effects, "run", ungated)
    caught = []
    for seed in range(12):
        history = played(county, seed, assigned, steps=10, wanted=lambda move: move.name == "writer withdraws")
        try:
            history.assert_right()
        except AssertionError as wrong:
            caught.append(str(wrong))
            break
    assert caught, "no order of twelve found it"
    assert any(said in caught[0] for said in ("LetterDispatched", "ended_goes_on", "时限"))
