"""Random histories of accusations against one unit, and everything that somebody of that unit can get to read.

What is an accusation is kept account of here, by what was done and agreed to; the product's own idea of it is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import LetterboxError
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Channel, Role
from letterbox.services.staff.leave_rules import LeaveInput
from letterbox.services.staff.person_rules import RoleInput
from letterbox.store.letters import Letter
from letterbox.store.replies import Reply
from tests.support.office.county import County, staff
from tests.support.office.everything import everything_for
from tests.support.office.office import ADMIN, as_actor, new_person, person_id
from tests.support.office.staffed import GOOD

ACCUSED, LEAD, OTHER = "water", "transport", "housing"
SCREENER = staff(Role.SCREENER)
OUTSIDE = (staff(Role.UNIT_HANDLER, LEAD), staff(Role.LEADER), staff(Role.COORDINATOR))
"""Who may handle or read an accusation and may not know who wrote it (A5)."""


@dataclass
class Watched:
    """A letter of the accuser. ``accuses``: it accuses ACCUSED by what was said; None until it is known to be one."""

    number: str
    marker: str
    accuses: bool = False
    asked: bool = False
    """Somebody wants it to be no accusation of ACCUSED any more."""


def _nobody_else() -> WriterDetails:
    """A person who wrote no other letter of the database, which others might rightly be shown."""
    digits = f"{uuid4().int % 10**8:08}"
    return WriterDetails("钱" + "".join(chr(0x5000 + int(part)) for part in (digits[:4], digits[4:])), f"137{digits}")


@dataclass
class AccusedHistory:
    """``watched``: the accusation first, then what is split from it; ``leading``: another writer's ordinary letter."""

    county: County
    writer: WriterDetails = field(default_factory=_nobody_else)
    watched: list[Watched] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, county: County, *, declared: bool = True) -> AccusedHistory:
        history = cls(county)
        history.leading = county.write("另一封来信", "同一件事，请一并答复。")
        history.fellow = county.write("另一封检举", "水利局的事。", name="孙另一", category="report")
        history._write(declared)
        history.insiders = history._insiders()
        return history

    leading: str = ""
    fellow: str = ""
    insiders: list[Actor] = field(default_factory=list)

    def _write(self, declared: bool) -> None:
        marker = f"采购舞弊{uuid4().hex[:8]}"
        draft = LetterDraft(
            Channel.PORTAL,
            f"水利局{marker}",
            f"王科长收钱，{marker}。",
            is_public=False,
            writer=self.writer,
            category="report" if declared else None,
        )
        receipt = self.county.services.intake.submit(draft, Actor("writer", None, "来信人"))  # type: ignore[arg-type]  # a StrEnum's value
        self.county.run_until_idle(receipt.number)
        self.code = receipt.query_code or ""
        self.watched.append(Watched(receipt.number, marker))

    code: str = ""

    def _insiders(self) -> list[Actor]:
        """People of the accused unit: its own, one with an office role besides, one who stands in for the handling unit."""
        services = self.county.services
        both = new_person(services, "赵两职", RoleInput(Role.SCREENER, None), RoleInput(Role.UNIT_HANDLER, ACCUSED))
        away = new_person(services, "李借调", RoleInput(Role.SCREENER, None), RoleInput(Role.UNIT_HANDLER, LEAD))
        stand_in = new_person(services, "王代办", RoleInput(Role.UNIT_DEPUTY, ACCUSED))
        today = self.county.clock.at.astimezone(OFFICE_ZONE).date()
        services.leaves.enter(ADMIN, LeaveInput(away, stand_in, today, today + timedelta(days=20)))
        own = [
            as_actor(services, person_id(services, f"{role}.{ACCUSED}")) for role in ("handler", "deputy", "principal")
        ]
        return [staff(Role.UNIT_HANDLER, ACCUSED), *own, as_actor(services, both), as_actor(services, stand_in)]

    @property
    def secrets(self) -> tuple[str, str]:
        """Who wrote."""
        return self.writer.name, self.writer.phone

    # --- moves

    def names(self) -> list[str]:
        return sorted(self._moves())

    def take(self, name: str) -> None:
        """A move that is refused changes nothing; what it leaves is looked at all the same."""
        self.told.append(name)
        with suppress(LetterboxError):
            self._moves()[name]()
        for number in (self.leading, self.fellow, *(each.number for each in self.watched)):
            self.county.run_until_idle(number)

    def _moves(self) -> dict[str, Callable[[], object]]:
        main = self.watched[0]
        moves: dict[str, Callable[[], object]] = {
            "lead other": lambda: self._assign(self.leading, LEAD),
            "lead accused": lambda: self._assign(self.leading, ACCUSED),
            "co-handle leading": lambda: self._act(self.leading, "add-co-handler", unit=ACCUSED),
            "answer leading": lambda: self._answer(self.leading),
            "fellow accuses": lambda: self._screen(self.fellow, "report", accused_unit=ACCUSED),
            "accuser withdraws": lambda: self.county.services.writers_side.withdraw(main.number, "不用了"),
            "writer agrees": lambda: self._agree(main),
            "second person agrees": lambda: self._confirm(main),
            "time passes": lambda: self.county.fire_timer(main.number),
        }
        for index, each in enumerate(self.watched[:2]):
            moves |= {f"{index} {name}": move for name, move in self._moves_of(each).items()}
        return moves

    def _moves_of(self, it: Watched) -> dict[str, Callable[[], object]]:
        number, later = it.number, self._later()
        return {
            "screen as accusation": lambda: self._accuse(it, self._screen, number, "report", accused_unit=ACCUSED),
            "screen as complaint": lambda: self._screen(number, "complaint"),
            "screen as joined": lambda: self._screen_as_joined(it, self.leading),
            "screen as joined to fellow": lambda: self._screen_as_joined(it, self.fellow),
            "assign": lambda: self._assign(number, LEAD),
            "assign to accused": lambda: self._assign(number, ACCUSED),
            "join": lambda: self._act(number, "join", joined_to=self.leading, reason="同一件事"),
            "join fellow": lambda: self._act(number, "join", joined_to=self.fellow, reason="同一件事"),
            "be joined": lambda: self._act(self.leading, "join", joined_to=number, reason="同一件事"),
            "release": lambda: self._act(number, "release", reason="不是同一件"),
            "split": lambda: self._split(it),
            "becomes complaint": lambda: self._ask(it, category="complaint"),
            "becomes accusation of another": lambda: self._ask(it, category="report", accused_unit=OTHER),
            "becomes accusation": lambda: self._accuse(
                it, self._act, number, "recategorise", category="report", accused_unit=ACCUSED, reason="是检举"
            ),
            "recall": lambda: self._act(number, "recall", reason="另行交办"),
            "return": lambda: self._act(
                number, "return", staff(Role.UNIT_HANDLER, self._lead(number)), reason="不归我局", proposed_unit=ACCUSED
            ),
            "rule for accused": lambda: self._rule(number, outcome="uphold", lead_unit=ACCUSED, reason="改派"),
            "rule against": lambda: self._rule(number, outcome="dismiss", reason="属你局"),
            "instruct accused": lambda: self._act(
                number, "instruct", staff(Role.LEADER), instruction="请说明", unit=ACCUSED
            ),
            "supervise": lambda: self._act(
                number, "supervise", staff(Role.SUPERVISOR), office="party", request="请查", due_on=later
            ),
            "co-handle": lambda: self._act(number, "add-co-handler", unit=ACCUSED),
            "release co-handler": lambda: self._act(number, "release-co-handler", unit=ACCUSED),
            "remind": lambda: self._act(number, "remind", staff(Role.SUPERVISOR), message="请速办"),
            "unmask": lambda: self._act(number, "unmask", staff(Role.SUPERVISOR), reason="核实"),
            "answer": lambda: self._answer(number),
            "unsatisfied": lambda: self._rehandle(number),
        }

    def _screen_as_joined(self, it: Watched, leading: str) -> None:
        said = {"outcome": "join", "joined_to": leading, "accused_unit": ACCUSED}
        self._accuse(it, self._task, it.number, "Task_ScreenLetter", SCREENER, **said)

    def _lead(self, number: str) -> str:
        return self.county.letter(number).lead_unit or LEAD

    def _later(self) -> str:
        return (self.county.clock.at + timedelta(days=8)).astimezone(OFFICE_ZONE).date().isoformat()

    def _accuse(self, it: Watched, do: Callable[..., object], *given: Any, **values: Any) -> None:
        do(*given, **values)
        it.accuses, it.asked = True, False

    def _ask(self, it: Watched, **values: Any) -> None:
        """Unless it is an accusation of ACCUSED this changes things at once."""
        self._act(it.number, "recategorise", reason="重新认定", **values)
        it.asked = it.accuses

    def _agree(self, it: Watched) -> None:
        self.county.services.writers_side.answer_category(it.number, agrees=True)
        if it.asked:
            it.accuses = it.asked = False

    def _confirm(self, it: Watched) -> None:
        second = as_actor(self.county.services, person_id(self.county.services, "reviewer"))
        self._act(it.number, "confirm-category", second, outcome="agree", reason="是")
        if it.asked:
            it.accuses = it.asked = False

    def _split(self, it: Watched) -> None:
        marker = f"另一事{uuid4().hex[:8]}"
        values: dict[str, Any] = {"title": f"咨询{marker}", "body": f"请问{marker}", "reason": "举报信中另有咨询"}
        number = self._act(it.number, "split", **values)["number"]
        self.county.run_until_idle(number)
        self.watched.append(Watched(number, marker, accuses=it.accuses, asked=False))

    def _act(self, number: str, action: str, actor: Actor = SCREENER, **values: Any) -> dict[str, Any]:
        return self.county.act(number, action, actor, **values)

    def _screen(self, number: str, category: str, **values: Any) -> None:
        self._task(number, "Task_ScreenLetter", SCREENER, outcome="accept", category=category, scope="5", **values)
        it = next((each for each in self.watched if each.number == number), None)
        if it is not None and it.accuses and category != "report":
            it.asked = True

    def _assign(self, number: str, unit: str) -> None:
        if self.county.letter(number).status == "received":
            self._screen(number, "complaint")
        self._task(number, "Task_AssignLetter", SCREENER, lead_unit=unit)

    def _rule(self, number: str, **values: Any) -> None:
        self._task(number, "Task_RuleOnReturn", SCREENER, **values)

    def _task(self, number: str, key: str, actor: Actor, **values: Any) -> None:
        for row in self.county.services.tasks.of_letter(number, actor):
            if row.key == key:
                self.county.services.tasks.complete(row.id, values, actor)
                self.county.run_until_idle(number)

    def _answer(self, number: str) -> None:
        unit = self._lead(number)
        handler, deputy, principal = (
            staff(role, unit) for role in (Role.UNIT_HANDLER, Role.UNIT_DEPUTY, Role.UNIT_PRINCIPAL)
        )
        self._task(number, "Task_ReceiveLetter", handler)
        self._task(number, "Task_SubmitToDeputy", handler)
        self._task(number, "Task_InstructHandler", deputy, instruction="请办理")
        self._task(number, "Task_DraftReply", handler, reply="已办结。", promise_on=self._later())
        self._task(number, "Task_SignOffReply", principal, outcome="sign")
        self._task(number, "Task_ReviewReply", staff(Role.REVIEWER), **GOOD, outcome="pass", publish=True)

    def _rehandle(self, number: str) -> None:
        self.county.services.writers_side.evaluate(number, satisfied=False, solved=False)
        self.county.run_until_idle(number)
        self._task(number, "Task_DecideRehandling", SCREENER, outcome="rehandle", reason="再查")

    # --- what must hold

    def check(self) -> None:
        """Nobody of the accused unit reads anything of an accusation, no accuser gets its reply, nobody outside learns who
        wrote."""
        hidden = [each for each in self.watched if each.accuses]
        for it in hidden:
            self._check_insiders(it, hidden)
            self._check_reply(it)
        for it in (each for each in hidden if self.county.letter(each.number).category == "report"):
            for actor in OUTSIDE:
                with suppress(LetterboxError):
                    shown = str(self.county.services.records.open(it.number, actor))
                    for secret in self.secrets:
                        assert secret not in shown, (it.number, actor.name, self.told)

    def _check_insiders(self, it: Watched, hidden: list[Watched]) -> None:
        needles = [it.number, it.marker, *(self.secrets if len(hidden) == len(self.watched) else ())]
        for actor in self.insiders:
            for what, shown in everything_for(self.county, actor, it.number, it.marker, self._numbers()):
                text = str(shown)
                found = [needle for needle in needles if needle in text]
                assert not found, f"{what} shows {actor.name} {found} after {self.told}"

    def _check_reply(self, it: Watched) -> None:
        query = select(Reply.unit_code).join(Letter, Letter.id == Reply.letter_id)
        with self.county.services.database.reading() as session:
            delivered = query.where(Letter.number == it.number, Reply.delivered_at.is_not(None))
            since = self.county.letter(it.number).answered_at
            units = session.scalars(delivered.where(Reply.delivered_at == since)).all() if since else []
        joined = "LetterJoined" in self.county.names(it.number)
        assert not (joined and ACCUSED in units), f"the accused answers the accuser after {self.told}"

    def _numbers(self) -> list[str]:
        return [self.leading, *(each.number for each in self.watched)]
