"""Everything that could be done with a letter at a moment, as moves a test may choose among."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import FINAL_STATUSES, LetterStatus, Role
from letterbox.services.notices.recipients import recipients
from tests.support.office.county import County, staff
from tests.support.office.staffed import GOOD, UNIT
from tests.support.office.watching import assert_watch

ANSWERS: dict[str, list[dict[str, Any]]] = {
    "Task_ScreenLetter": [
        {"outcome": "accept", "category": "complaint", "scope": "5"},
        {"outcome": "accept", "category": "consultation", "scope": "3", "important": True},
        {"outcome": "supplement", "question": "请写明地点"},
        {"outcome": "decline", "ground": "1", "reason": "法院正在审理"},
    ],
    "Task_AssignLetter": [{"lead_unit": UNIT}, {"lead_unit": "housing", "co_units": [UNIT]}],
    "Task_DraftReply": [{"reply": "已办结。"}, {"ask_instruction": True, "question": "怎么办？"}],
    "Task_SignOffReply": [{"outcome": "sign"}, {"outcome": "send_back", "comment": "写明依据"}],
    "Task_RuleOnReturn": [
        {"outcome": "dismiss", "reason": "属你单位职责"},
        {"outcome": "uphold", "lead_unit": "housing", "reason": "改派"},
        {"outcome": "uphold", "reason": "另行确定"},
    ],
    "Task_DecideExtension": [{"outcome": "grant"}, {"outcome": "refuse", "reason": "不复杂"}],
    "Task_ReviewReply": [
        {**GOOD, "outcome": "pass"},
        {**GOOD, "outcome": "fail", "comment": "不清楚", "handling_opinion": "请督办"},
    ],
    "Task_DecideRehandling": [{"outcome": "rehandle", "reason": "再查"}, {"outcome": "close", "reason": "已尽力"}],
    "Task_GiveOpinion": [{"opinion": "同意主办单位意见"}],
    "Task_AnswerSupervision": [{"feedback": "正在办"}],
    "Task_AssessFeedback": [{"outcome": "close", "comment": "属实"}, {"outcome": "press_again", "comment": "再查"}],
    "Task_AnswerInstruction": [{"answer": "已按批示办理"}],
    "Task_ReportPromise": [{"kept": True}],
}
"""Ways to answer each task; one that is not here has nothing that must be filled in."""
WAITING_FOR_THE_WRITER = frozenset({LetterStatus.AWAITING_SUPPLEMENT, LetterStatus.ANSWERED})


@dataclass(frozen=True, slots=True)
class Move:
    name: str
    do: Callable[[], object]


class History:
    """One letter of a county, and another that it may be joined to."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.leading = county.write("同一件事的来信")
        self.number = county.write()
        self.told: list[str] = []

    def moves(self) -> list[Move]:
        return [*self._tasks(), *self._actions(), *self._writers(), *self._time()]

    def take(self, move: Move) -> None:
        """A refusal is an answer too: then nothing may have changed."""
        before = self.county.names(self.number)
        self.told.append(move.name)
        try:
            move.do()
        except (FieldErrors, WrongState):
            assert self.county.names(self.number) == before
        for number in (self.number, self.leading):
            self.county.run_until_idle(number)

    def check(self) -> None:
        """A next step, somebody answering for it, a limit running, one watch with one timer."""
        letter = self.county.letter(self.number)
        tasks = self.county.services.engine.tasks.of(self.number)
        if letter.closed_at is None and letter.status != LetterStatus.JOINED:
            assert tasks or letter.status in WAITING_FOR_THE_WRITER, f"nothing to do after {self.told}"
            assert self._open_limits(), f"no limit runs after {self.told}"
        if letter.status == LetterStatus.JOINED:
            assert self.county.letter(self.leading).closed_at is None, f"joined to nothing after {self.told}"
        for task in tasks:
            assert self._people(self.county.services.engine.tasks.groups(task.id)), f"{task.key}: nobody, {self.told}"
        assert_watch(self.county, self.number)

    def _people(self, groups: tuple[str, ...]) -> bool:
        today = self.county.clock.at.astimezone(OFFICE_ZONE).date()
        with self.county.services.database.reading() as session:
            pairs = [group.partition("@")[::2] for group in groups]
            return any(recipients(session, [Role(role)], unit or None, today) for role, unit in pairs)

    def _open_limits(self) -> list[str]:
        return [kind for kind, limit in self.county.limits(self.number).items() if limit.is_open]

    def _tasks(self) -> Iterator[Move]:
        services = self.county.services
        for task in services.engine.tasks.of(self.number):
            groups = services.engine.tasks.groups(task.id)
            role, _, unit = groups[0].partition("@")
            actor = staff(Role(role), unit or None)
            for values in ANSWERS.get(task.key, [{}]):
                yield Move(
                    f"{task.key} {values.get('outcome', '')}".strip(),
                    partial(services.tasks.complete, task.id, values, actor),
                )

    def _actions(self) -> Iterator[Move]:
        lead = self.county.letter(self.number).lead_unit or UNIT
        for actor in (staff(Role.SCREENER), staff(Role.UNIT_HANDLER, lead), staff(Role.SUPERVISOR), staff(Role.LEADER)):
            yield from self._actions_of(actor)

    def _actions_of(self, actor: Actor) -> Iterator[Move]:
        actions = self.county.services.actions
        if not actor.reads_all_of(self.county.letter(self.number).lead_unit):
            return
        for offer in actions.offered(self.number, actor):
            if offer.refusal is None:
                values = self._values(offer.name)
                yield Move(
                    f"{offer.name} by {min(actor.roles)}",
                    partial(actions.perform, self.number, offer.name, values, actor),
                )

    def _values(self, action: str) -> dict[str, Any]:
        later = (self.county.clock.at + timedelta(days=10)).astimezone(OFFICE_ZONE).date().isoformat()
        contact = {
            "at": self.county.clock.at.isoformat(),
            "means": "phone",
            "person": "李四",
            "said": "同意",
            "reached": True,
        }
        given: dict[str, dict[str, Any]] = {
            "apply-for-extension": {"reason": "要调查", "due_on": later, "contacts": [contact]},
            "recategorise": {"category": "consultation", "reason": "是咨询"},
            "urgent": {"urgent": True, "reason": "老人急"},
            "join": {"joined_to": self.leading, "reason": "同一件事"},
            "split": {"title": "另一件事", "body": "另一件事的内容", "reason": "两件事"},
            "supervise": {"office": "party", "request": "请查明", "due_on": later},
            "instruct": {"instruction": "请认真办理"},
            "add-co-handler": {"unit": "civil-affairs"},
            "release-co-handler": {"unit": "civil-affairs"},
            "remind": {},
        }
        return given.get(action, {"reason": "按规定"})

    def _writers(self) -> Iterator[Move]:
        writer, number = self.county.services.writers_side, self.number
        status = LetterStatus(self.county.letter(number).status)
        if status == LetterStatus.ANSWERED:
            for satisfied in (True, False):
                yield Move(
                    f"evaluate {satisfied}",
                    partial(writer.evaluate, number, satisfied=satisfied, solved=satisfied),
                )
        elif status not in FINAL_STATUSES:
            yield Move("writer adds", lambda: writer.supplement(number, "补充一点"))
            yield Move("writer withdraws", lambda: writer.withdraw(number, "不用了"))

    def _time(self) -> Iterator[Move]:
        if self.county.timers(self.number):
            yield Move("time passes", lambda: self.county.fire_timer(self.number))
