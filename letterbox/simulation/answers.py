"""What officials put into the forms of their tasks (contract, "Tasks and their decisive fields")."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.vocabulary import Category, Criterion, Ground
from letterbox.services.case.accused import NO_UNIT
from letterbox.simulation.conduct import Conduct
from letterbox.simulation.hours import Hours
from letterbox.simulation.lives import Life, Lives

GOOD: dict[str, str] = dict.fromkeys(Criterion, "pass")
REPLY = "经核实，您反映的情况属实。我们已安排人员处理，具体办法和时间如下，请您监督。"
Values = dict[str, Any]


class Answers:
    """``features``: actions and tasks that the product has just now; what needs others is not tried."""

    def __init__(
        self, conduct: Conduct, hours: Hours, lives: Lives, units: Sequence[str], features: frozenset[str]
    ) -> None:
        self._conduct = conduct
        self._hours = hours
        self._lives = lives
        self._units = units
        self._features = features

    def to(self, task: str, life: Life, now: dt.datetime) -> Values | None:
        """None: nobody of the simulation knows this task."""
        answer = BY_TASK.get(task)
        if answer is None:
            return None
        dice = life.dice(task)
        life.count(task)
        return answer(self, life, dice, now)

    def screen(self, life: Life, dice: random.Random, _now: dt.datetime) -> Values:
        conduct, chance = self._conduct, dice.random()
        if chance < conduct.asked_to_supplement and not life.times("asked"):
            life.count("asked")
            return {"outcome": "supplement", "question": "请说明具体地点和时间。"}
        if chance < conduct.asked_to_supplement + conduct.declined:
            return self._decline(life, dice)
        if "join" in self._features and dice.random() < conduct.joined and not life.times("joined"):
            other = self._lives.other(life)
            if other is not None:
                life.count("joined")
                return {"outcome": "join", "joined_to": other.number, "reason": "同一事项"}
        return self.accept(life, dice)

    def accept(self, life: Life, dice: random.Random) -> Values:
        category = life.paper.category
        values = {
            "outcome": "accept",
            "category": str(category),
            "scope": str(dice.randrange(1, 7)),
            "urgent": dice.random() < self._conduct.urgent,
            "important": dice.random() < self._conduct.important,
        }
        if category == Category.REPORT:
            life.accused = None if dice.random() < self._conduct.accuses_a_person else dice.choice(self._units)
            values["accused_unit"] = life.accused or NO_UNIT
        return values

    def _decline(self, life: Life, dice: random.Random) -> Values:
        grounds = [str(each) for each in Ground if each != Ground.UNVERIFIABLE or life.times("asked")]
        ground = dice.choice(grounds)
        values = {"outcome": "decline", "ground": ground, "reason": "按来信受理范围，不予受理。"}
        return {**values, "reference": "县人民法院在办案件"} if ground == Ground.ACCEPTED_ELSEWHERE else values

    def assign(self, life: Life, dice: random.Random, _now: dt.datetime) -> Values:
        chosen, other = dice.sample([unit for unit in self._units if unit != life.accused], 2)
        life.lead = chosen
        values: Values = {"lead_unit": chosen}
        if "add-co-handler" in self._features and dice.random() < self._conduct.co_handled:
            values["co_units"] = [other]
        return values

    def instruct(self, life: Life, dice: random.Random, now: dt.datetime) -> Values:
        values: Values = {"instruction": "请核实情况，按期答复。"}
        own = self._hours.working_day(now, 1)
        if dice.random() < self._conduct.own_limit and life.due_at and own < life.due_at.astimezone(OFFICE_ZONE).date():
            values["own_due_on"] = own.isoformat()
        return values

    def draft(self, life: Life, dice: random.Random, now: dt.datetime) -> Values:
        if (
            "asking-again" in self._features
            and dice.random() < self._conduct.asks_again
            and not life.times("asks_again")
        ):
            life.count("asks_again")
            return {"ask_instruction": True, "question": "现场有争议，请再批示。"}
        values: Values = {"reply": REPLY}
        if dice.random() < self._conduct.unmet:
            values |= {"unmet_demand": True, "contacts": [contact(now)]}
        if "Task_ReportPromise" in self._features and dice.random() < self._conduct.promise:
            values["promise_on"] = self._hours.working_day(now, dice.randrange(2, 15)).isoformat()
        return values

    def sign(self, _life: Life, dice: random.Random, _now: dt.datetime) -> Values:
        if dice.random() < self._conduct.sent_back:
            return {"outcome": "send_back", "comment": "依据再写清楚一点。"}
        return {"outcome": "sign"}

    def review(self, life: Life, dice: random.Random, _now: dt.datetime) -> Values:
        failed = life.times("failed")
        chance = (self._conduct.failed_review, self._conduct.failed_again, 0.1)[min(failed, 2)]
        if failed and "supervise" not in self._features:
            chance = 0
        if dice.random() >= chance:
            return {**GOOD, "outcome": "pass", "publish": dice.random() < 0.8}
        values: Values = {**GOOD, "facts_and_basis": "fail", "outcome": "fail", "comment": "请写明政策依据。"}
        if life.count("failed") > 1:
            values["handling_opinion"] = "建议对承办单位通报批评。"
        return values

    def rule_on_return(self, life: Life, dice: random.Random, _now: dt.datetime) -> Values:
        life.count("ruled")
        if dice.random() >= self._conduct.upheld:
            return {"outcome": "dismiss", "reason": "属于你单位职责。"}
        values: Values = {"outcome": "uphold", "reason": "确不属于该单位职责。"}
        if dice.random() < self._conduct.upheld_open:
            return values
        life.lead = dice.choice([unit for unit in self._units if unit not in {life.lead, life.accused}])
        return {**values, "lead_unit": life.lead}

    def decide_extension(self, life: Life, dice: random.Random, now: dt.datetime) -> Values:
        if dice.random() >= self._conduct.extension_granted:
            return {"outcome": "refuse", "reason": "情况不复杂，请按期答复。"}
        return {"outcome": "grant", "due_on": life.asked_until or self._hours.working_day(now, 5).isoformat()}

    def give_opinion(self, _life: Life, _dice: random.Random, _now: dt.datetime) -> Values:
        return {"opinion": "我单位已核查，意见如下：建议一并整治。"}

    def decide_rehandling(self, _life: Life, dice: random.Random, _now: dt.datetime) -> Values:
        outcome = "rehandle" if dice.random() < self._conduct.rehandled else "close"
        return {"outcome": outcome, "reason": "已研究来信人的意见。"}

    def answer_supervision(self, _life: Life, _dice: random.Random, _now: dt.datetime) -> Values:
        return {"feedback": "已整改，情况如下。"}

    def assess(self, _life: Life, dice: random.Random, now: dt.datetime) -> Values:
        if dice.random() < self._conduct.pressed_again:
            due_on = self._hours.working_day(now, 3).isoformat()
            return {"outcome": "press_again", "comment": "反馈不具体。", "due_on": due_on}
        return {"outcome": "close", "comment": "已落实。"}

    def answer_instruction(self, _life: Life, _dice: random.Random, _now: dt.datetime) -> Values:
        return {"answer": "已按批示办理。"}

    def report_promise(self, _life: Life, dice: random.Random, _now: dt.datetime) -> Values:
        return {"kept": dice.random() < self._conduct.kept, "comment": "已告知来信人。"}


def contact(now: dt.datetime, *, reached: bool = True) -> Values:
    at = iso(now - dt.timedelta(minutes=20))
    said = "说明了政策，来信人表示理解。" if reached else ""
    return {"at": at, "means": "phone", "person": "来信人", "said": said, "reached": reached}


Answer = Callable[[Answers, Life, random.Random, dt.datetime], Values]
BY_TASK: Mapping[str, Answer] = {
    "Task_ScreenLetter": Answers.screen,
    "Task_AssignLetter": Answers.assign,
    "Task_ReceiveLetter": lambda *_: {},
    "Task_SubmitToDeputy": lambda *_: {"note": "拟派人核实。"},
    "Task_InstructHandler": Answers.instruct,
    "Task_DraftReply": Answers.draft,
    "Task_SignOffReply": Answers.sign,
    "Task_ReviewReply": Answers.review,
    "Task_RuleOnReturn": Answers.rule_on_return,
    "Task_DecideExtension": Answers.decide_extension,
    "Task_GiveOpinion": Answers.give_opinion,
    "Task_DecideRehandling": Answers.decide_rehandling,
    "Task_AnswerSupervision": Answers.answer_supervision,
    "Task_AssessFeedback": Answers.assess,
    "Task_AnswerInstruction": Answers.answer_instruction,
    "Task_ReportPromise": Answers.report_promise,
}
