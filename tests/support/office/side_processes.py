"""Looking at what runs beside a letter: actions, events, limits of a unit, the one watch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from letterbox.domain.permissions import SYSTEM, Actor
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import Person
from tests.support.office.county import County


def act(county: County, number: str, action: str, actor: Actor, **values: Any) -> None:
    """Do a registered action as the machine interface does and let everything that follows happen."""
    county.services.actions.perform(number, action, values, actor)
    county.run_until_idle(number)


def event(county: County, number: str, name: str) -> LetterEvent:
    """The first event of this name."""
    return next(each for each in county.events(number) if each.name == name)


def events_of(county: County, number: str, name: str) -> list[LetterEvent]:
    return [each for each in county.events(number) if each.name == name]


def told(county: County, number: str, text: str) -> set[str]:
    """Logins of the people to whom this notice went."""
    query = (
        select(Person.login)
        .join(Delivery, Delivery.person_id == Person.id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Letter, Letter.id == Notice.letter_id)
        .where(Letter.number == number, Notice.text == text)
    )
    with county.services.database.reading() as session:
        return set(session.scalars(query))


def done(county: County, number: str, name: str) -> int:
    return county.names(number).count(name)


def limits_of(county: County, number: str, kind: str) -> list[Limit]:
    query = select(Limit).join(Letter, Letter.id == Limit.letter_id).where(Letter.number == number, Limit.kind == kind)
    with county.services.database.reading() as session:
        return list(session.scalars(query.order_by(Limit.id)))


def due_of(county: County, number: str, kind: str, unit: str | None) -> datetime:
    """The due instant of the unit's last limit of the kind."""
    return [limit for limit in limits_of(county, number, kind) if limit.unit_code == unit][-1].due_at


def assert_watch(county: County, number: str) -> None:
    """Exactly one watch with one timer, at the earliest step of the open limits or a day ahead."""
    assert len(county.services.engine.processes.of(number, "DeadlineWatchProcess")) == 1
    (timer,) = county.timers(number)
    with county.services.casebook.open(number, SYSTEM) as case:
        following = case.watch.next_step_at()
    latest = county.clock.at + timedelta(days=1)
    assert timer.due_at == (min(following, latest) if following else latest)
