"""The rule who may know of a letter, told a second time in plain Python: whoever asks, PostgreSQL says the same (A5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import Session

from letterbox.domain.permissions import OFFICES_OF, Actor, ActorKind, Grant
from letterbox.domain.vocabulary import OF_SIDE_PROCESS, UNIT_ROLES, Category, LetterStatus, LimitKind, Role
from letterbox.services.visibility import rule as visibility
from letterbox.services.visibility.rule import kept_from, may_see, seen_among
from letterbox.store import sealing
from letterbox.store.database import dialect_url
from letterbox.store.letters import Letter, Writer
from letterbox.store.limits import Limit
from letterbox.store.people import Unit
from letterbox.store.sights import TaskSight
from tests.support.stack.keys import KEYS

pytestmark = pytest.mark.engine

NOW = datetime(2026, 9, 7, 1, 0, tzinfo=UTC)
UNITS = ("ta-one", "ta-two", "ta-three")
OFFICES = sorted(frozenset[str]().union(*OFFICES_OF.values()))
PLACES = (*UNITS, *OFFICES)
HOLDERS = (*PLACES, *sorted(str(role) for role in frozenset(Role) - UNIT_ROLES))


@dataclass(frozen=True, slots=True)
class Work:
    """A limit: running, ended, or voided because the unit was released from it."""

    kind: LimitKind
    unit: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter as rows; ``leading``: which letter before it in the list it waits under."""

    status: LetterStatus
    category: Category | None
    lead: str | None
    accused: str | None
    excluded: tuple[str, ...]
    work: tuple[Work, ...]
    sights: tuple[str, ...]
    leading: int | None


grants = st.one_of(
    st.builds(Grant, st.sampled_from(sorted(UNIT_ROLES)), st.sampled_from(PLACES), st.sampled_from([None, "李在休假"])),
    st.builds(
        Grant,
        st.sampled_from(sorted(frozenset(Role) - UNIT_ROLES)),
        st.sampled_from([None, None, *PLACES]),
        st.sampled_from([None, "李在休假"]),
    ),
)
"""Own and substituted ones; an office's role with and without a unit."""
actors = st.builds(
    lambda kind, held: Actor(kind, "7", "某人", held),
    st.sampled_from([ActorKind.PERSON, ActorKind.TOKEN]),
    st.frozensets(grants, max_size=4),
)
works = st.builds(
    Work,
    st.sampled_from([*sorted(OF_SIDE_PROCESS), LimitKind.REPLY, LimitKind.SIGN_FOR]),
    st.sampled_from([None, *PLACES]),
    st.sampled_from(["open", "ended", "voided"]),
)
letters = st.builds(
    Drawn,
    status=st.sampled_from(sorted(LetterStatus)),
    category=st.sampled_from([None, *Category]),
    lead=st.sampled_from([None, *PLACES]),
    accused=st.sampled_from([None, *PLACES]),
    excluded=st.lists(st.sampled_from(PLACES), max_size=3, unique=True).map(tuple),
    work=st.lists(works, max_size=3).map(tuple),
    sights=st.lists(st.sampled_from(HOLDERS), max_size=2, unique=True).map(tuple),
    leading=st.sampled_from([None, 0]),
)


@pytest.fixture(scope="module")
def session(database_url: str) -> Iterator[Session]:
    """One transaction that is never committed: the letters of these tests are nobody else's."""
    engine = create_engine(dialect_url(database_url))
    sealing.provide(engine, KEYS)
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            known = set(session.scalars(select(Unit.code)))
            for code in (each for each in PLACES if each not in known):
                session.add(
                    Unit(code=code, name=f"单位{code}", short_name=code, kind="department", territory=[], matters=[])
                )
            session.flush()
            yield session
        outer.rollback()
    engine.dispose()


def written(session: Session, drawn: list[Drawn]) -> list[Letter]:
    rows: list[Letter] = []
    for each in drawn:
        leading = rows[each.leading] if each.leading is not None and rows else None
        rows.append(_letter(session, each, leading))
    return rows


def _letter(session: Session, each: Drawn, leading: Letter | None) -> Letter:
    letter = Letter(
        number=f"TW{uuid4().hex[:12]}",
        channel="portal",
        title="某事",
        body="某事。",
        is_public=False,
        received_at=NOW,
        status=each.status,
        category=each.category,
        lead_unit=each.lead,
        accused_unit=each.accused,
        excluded_units=list(each.excluded),
        leading_id=leading.id if leading else None,
        query_code_hash="x",
    )
    letter.writer = Writer(name="某人")
    session.add(letter)
    session.flush()
    for work in each.work:
        session.add(
            Limit(
                letter_id=letter.id,
                kind=work.kind,
                unit_code=work.unit,
                started_at=NOW,
                due_at=NOW,
                rule_id="r",
                length=1,
                length_unit="working_days",
                ended_at=NOW if work.state == "ended" else None,
                voided_at=NOW if work.state == "voided" else None,
            )
        )
    for holder in each.sights:
        row = {"letter_id": letter.id, "holder": holder, "task_id": "t", "seen_at": NOW}
        session.execute(insert(TaskSight).values(row))
    session.flush()
    return letter


OFFICES_THAT_SEE_ALL = {"screener", "reviewer", "supervisor", "coordinator", "leader"}
WORK_THAT_SHOWS = {"co_opinion", "supervision", "instruction", "promise"}


def may_know(drawn: Drawn, actor: Actor) -> bool:
    """Said from what was drawn, without a word of the product's own rule."""
    held = actor.grants
    homes = [{each.unit} if each.unit else OFFICES_OF.get(each.role, frozenset()) for each in held]
    if any(home & set(drawn.excluded) for home in homes):
        return False
    own = {each.unit for each in held if each.role in UNIT_ROLES and each.unit}
    works = (each for each in drawn.work if each.kind in WORK_THAT_SHOWS and each.state != "voided")
    holders = own | {str(each.role) for each in held if each.role not in UNIT_ROLES}
    return (
        any(each.role in OFFICES_THAT_SEE_ALL for each in held)
        or drawn.lead in own
        or any(each.unit in own for each in works)
        or not holders.isdisjoint(drawn.sights)
    )


def differing(session: Session, drawn: list[Drawn], actor: Actor) -> list[str]:
    """Of which letters the two say another thing."""
    rows = written(session, drawn)
    seen = seen_among(session, [each.id for each in rows], actor)
    return [row.number for row, each in zip(rows, drawn, strict=True) if (row.id in seen) != may_know(each, actor)]


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(drawn=st.lists(letters, min_size=1, max_size=4), actor=actors)
def test_the_rule_says_what_is_said_here(session: Session, drawn: list[Drawn], actor: Actor) -> None:
    event("may know" if any(may_know(each, actor) for each in drawn) else "may know nothing")
    with session.begin_nested() as savepoint:
        assert differing(session, drawn, actor) == []
        savepoint.rollback()
    session.expunge_all()


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(drawn=letters, held=st.lists(grants, min_size=1, max_size=3, unique=True), data=st.data())
def test_whoever_is_of_an_excluded_place_sees_nothing(
    session: Session, drawn: Drawn, held: list[Grant], data: st.DataObject
) -> None:
    """Said without the product's own words for it: one of the grants belongs to an excluded place."""
    homes = sorted({held[0].unit} if held[0].unit else OFFICES_OF.get(held[0].role, frozenset()))
    if not homes:
        return
    excluded = (data.draw(st.sampled_from(homes)), *drawn.excluded)
    actor = Actor(ActorKind.PERSON, "7", "某人", frozenset(held))
    with session.begin_nested() as savepoint:
        (letter,) = written(session, [Drawn(**{**_fields(drawn), "excluded": tuple(dict.fromkeys(excluded))})])
        assert not may_see(session, letter, actor)
        assert session.scalar(select(kept_from(actor)).where(Letter.id == letter.id)) is True
        savepoint.rollback()
    session.expunge_all()


def _fields(drawn: Drawn) -> dict[str, object]:
    return {name: getattr(drawn, name) for name in Drawn.__slots__}


BROKEN = {
    "voided work still counts": (
        "_has_work",
        lambda units: (Limit.unit_code.in_(sorted(units)), Limit.kind.in_(OF_SIDE_PROCESS)),
    ),
    "no sight by tasks": ("_holders", lambda _actor: []),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_rule_that_was_changed_is_found(session: Session, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Two letters that show themselves by one thing each tell a changed rule apart."""
    name, other = BROKEN[what]
    actor = Actor(ActorKind.PERSON, "7", "某人", frozenset({Grant(Role.UNIT_HANDLER, UNITS[0])}))
    drawn = [
        Drawn(
            LetterStatus.HANDLING, None, UNITS[1], None, (), (Work(LimitKind.CO_OPINION, UNITS[0], "voided"),), (), None
        ),
        Drawn(LetterStatus.HANDLING, None, UNITS[1], None, (), (), (UNITS[0],), None),
    ]
    with session.begin_nested() as savepoint:
        assert differing(session, drawn, actor) == []
        monkeypatch.setattr(visibility, name, other)
        assert len(differing(session, drawn, actor)) == 1
        savepoint.rollback()
    session.expunge_all()
