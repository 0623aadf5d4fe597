"""What writers do with their code: supplement, withdraw, evaluate, each sometimes too late or not at all."""

from __future__ import annotations

import datetime as dt
from functools import partial

from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel
from letterbox.simulation.conduct import Conduct
from letterbox.simulation.diary import Diary
from letterbox.simulation.hours import Hours
from letterbox.simulation.lives import Life, Lives
from letterbox.wiring import Services

CHANNELS = (
    Channel.PORTAL,
    Channel.PORTAL,
    Channel.PORTAL,
    Channel.WENZHENG_HUNAN,
    Channel.CITY_PORTAL,
    Channel.COUNTER,
)
LONGEST_SUPPLEMENT, LONGEST_EVALUATION = 9.0, 18.0
"""Days; some come after the limit and are refused."""


class Writers:
    def __init__(self, services: Services, conduct: Conduct, hours: Hours, lives: Lives, diary: Diary) -> None:
        self._services = services
        self._conduct = conduct
        self._hours = hours
        self._lives = lives
        self._diary = diary
        self.may_be_unsatisfied = False

    def write(self, life: Life, _now: dt.datetime) -> None:
        paper, dice = life.paper, life.dice("write")
        channel = dice.choice(CHANNELS)
        reference = None if channel in {Channel.PORTAL, Channel.COUNTER} else f"{channel}-{life.index}"
        draft = LetterDraft(
            channel,
            paper.title,
            paper.body,
            is_public=paper.is_public,
            writer=WriterDetails(paper.name, paper.phone, paper.email),
            place=paper.place,
            channel_reference=reference,
        )
        receipt = self._services.intake.submit(draft, WRITER)
        life.number, life.code = receipt.number, receipt.query_code or ""
        self._lives.add(life)

    def may_withdraw(self, life: Life, now: dt.datetime) -> None:
        dice = life.dice("withdraw")
        if dice.random() < self._conduct.withdrawn and not life.count("withdraw") > 1:
            at = self._hours.at_home(now, dice.uniform(0, 9))
            self._diary.plan(at, "withdrawal", life, partial(self._withdraw, life))

    def may_add(self, life: Life, now: dt.datetime) -> None:
        """More words that nobody asked for."""
        dice = life.dice("add")
        if dice.random() < self._conduct.adds and not life.count("add") > 1:
            at = self._hours.at_home(now, dice.uniform(0, 8))
            self._diary.plan(at, "addition", life, partial(self._supplement, life))

    def may_supplement(self, life: Life, now: dt.datetime) -> None:
        dice = life.dice("supplement")
        if dice.random() < self._conduct.supplemented:
            at = self._hours.at_home(now, dice.uniform(0.1, LONGEST_SUPPLEMENT))
            self._diary.plan(at, "supplement", life, partial(self._supplement, life))

    def may_evaluate(self, life: Life, now: dt.datetime) -> None:
        dice = life.dice("evaluate")
        life.count("evaluate")
        if dice.random() < self._conduct.evaluated:
            at = self._hours.at_home(now, dice.uniform(0.2, LONGEST_EVALUATION))
            self._diary.plan(at, "evaluation", life, partial(self._evaluate, life, dice.random(), dice.random()))

    def may_confirm(self, life: Life, now: dt.datetime) -> None:
        """Whether what was promised was done, in the writer's own eyes (H11)."""
        dice = life.dice("confirm")
        if dice.random() < self._conduct.confirmed:
            at = self._hours.at_home(now, dice.uniform(0.1, 5))
            self._diary.plan(at, "confirmation", life, partial(self._confirm, life, dice.random()))

    def _open(self, life: Life) -> None:
        self._services.writers_side.open(life.number, life.code, f"client-{life.index}")

    def _withdraw(self, life: Life, _now: dt.datetime) -> None:
        self._open(life)
        self._services.writers_side.withdraw(life.number, "问题已经解决。")

    def _supplement(self, life: Life, _now: dt.datetime) -> None:
        self._open(life)
        self._services.writers_side.supplement(life.number, "就在村口第二座桥旁边，上周三晚上。")

    def _evaluate(self, life: Life, pleased: float, solved: float, _now: dt.datetime) -> None:
        self._open(life)
        satisfied = pleased < self._conduct.satisfied or not self.may_be_unsatisfied
        self._services.writers_side.evaluate(life.number, satisfied=satisfied, solved=satisfied and solved < 0.8)

    def _confirm(self, life: Life, dice: float, _now: dt.datetime) -> None:
        self._open(life)
        self._services.writers_side.confirm_promise(life.number, kept=dice < self._conduct.kept)
