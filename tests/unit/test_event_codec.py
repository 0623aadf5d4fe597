"""Events are stored as they always were, and read back with their types.

The rows are those that whole runs of the product stored before events had classes; a few that no run stored (files released
or kept back, faults, effects undone and the like) are written as the code of that time would have stored them.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.events.catalogue import CLASSES, MODULES
from letterbox.domain.events.codec import UnreadableEvent, decode, decode_as, encode, keys_of, readable
from letterbox.domain.events.event import Event, Harmless
from letterbox.domain.events.handling import ExtensionGranted, LetterReturned
from letterbox.domain.events.limits import DeadlineStepTaken, LimitMoved
from letterbox.domain.events.receipt import LetterReceived, WriterSupplied
from letterbox.domain.events.reply import ReviewFailed
from letterbox.domain.events.side_processes import SupervisionClosed
from letterbox.domain.events.system import TaskCompleted
from letterbox.domain.vocabulary import Channel, Criterion, EventName, LimitKind, MoveCause, Role
from letterbox.services.records.redaction import NAMES_ANOTHER

ROWS: list[tuple[str, dict[str, Any]]] = [
    (name, data)
    for name, data in json.loads((Path(__file__).parent / "stored_events.json").read_text(encoding="utf-8"))
]
NOTHING_LIKE_IT = 1.5
"""No fact is a number with a fraction."""


def test_every_event_has_one_class_and_every_class_one_event() -> None:
    made = [
        each.__name__
        for module in MODULES
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Event) and each.__module__ == module.__name__
    ]
    assert sorted(made) == sorted(EventName)
    assert set(CLASSES) == set(EventName)


@pytest.mark.parametrize("kind", [*CLASSES.values(), Harmless])
def test_every_fact_has_a_type_that_says_something(kind: type[Event]) -> None:
    assert [name for name, said in get_type_hints(kind).items() if "Any" in str(said) or said is object] == []


def test_rows_of_every_event_are_known() -> None:
    assert {name for name, _ in ROWS} == set(EventName)


@pytest.mark.parametrize(("name", "data"), ROWS)
def test_a_stored_row_is_read_and_stored_again_as_it_was(name: str, data: dict[str, Any]) -> None:
    event = decode(name, data)
    assert event.stored_name() == name
    assert encode(event) == data
    assert json.loads(json.dumps(encode(event))) == data


@pytest.mark.parametrize(("name", "data"), ROWS)
def test_a_fact_of_another_type_is_refused_by_its_name(name: str, data: dict[str, Any]) -> None:
    for fact in data:
        with pytest.raises(UnreadableEvent, match=rf"{name}\.{fact}: 1\.5 is not of its type"):
            decode(name, {**data, fact: NOTHING_LIKE_IT})
        assert readable(name, {**data, fact: NOTHING_LIKE_IT}) is None


def test_a_name_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnreadableEvent, match="no event is called SomethingNew"):
        decode("SomethingNew", {})
    assert readable("SomethingNew", {}) is None


def test_facts_have_the_types_of_the_domain() -> None:
    at = datetime(2026, 9, 9, 17, 30, tzinfo=OFFICE_ZONE)
    step = decode(
        "DeadlineStepTaken",
        {
            "limit": "reply",
            "step": "overdue_1",
            "recipients": ["unit_handler"],
            "unit": "transport",
            "due_at": "2026-09-09T17:30:00+08:00",
            "rule": "ladder-1",
        },
    )
    assert step == DeadlineStepTaken(
        limit=LimitKind.REPLY,
        step="overdue_1",
        recipients=(Role.UNIT_HANDLER,),
        unit="transport",
        due_at=at,
        rule="ladder-1",
    )
    failed = decode(
        "ReviewFailed", {"round": 1, "rubric": {"every_point": "fail"}, "comment": "漏答", "handling_opinion": None}
    )
    assert failed == ReviewFailed(
        round=1, rubric={Criterion.EVERY_POINT: "fail"}, comment="漏答", handling_opinion=None
    )
    granted = decode_as(ExtensionGranted, {"unit": "transport", "due_on": "2026-09-25", "reason": None})
    assert granted.due_on == date(2026, 9, 25)


def test_a_row_from_before_a_fact_was_kept_is_read_without_it() -> None:
    assert decode("WriterSupplied", {"body": "在中心路"}) == WriterSupplied(body="在中心路", files=0)
    returned = decode_as(LetterReturned, {"unit": "transport", "reason": "不归我们", "proposed_unit": None})
    assert (returned.late, returned.times) == (False, None)
    screened = decode("LetterScreened", {"outcome": "accept", "category": "help", "scope": "1", "urgent": False})
    assert getattr(screened, "accused_stated", "missing") is None


def test_facts_that_no_field_knows_any_more_are_left_out() -> None:
    assert decode("LetterClosed", {"outcome": "evaluated", "old": 1}) == decode(
        "LetterClosed", {"outcome": "evaluated"}
    )


@pytest.mark.parametrize("kind", CLASSES.values())
def test_whoever_records_an_event_says_every_fact_that_is_always_stored(kind: type[Event]) -> None:
    """A default is for what is stored only if given."""
    defaults = [each for each in fields(kind) if each.default is not MISSING or each.default_factory is not MISSING]
    assert [each.name for each in defaults if not {"is_stored_if_given", "unless"} & each.metadata.keys()] == []


def test_a_fact_that_was_always_kept_is_missed() -> None:
    with pytest.raises(UnreadableEvent, match="ExtensionGranted has no due_on"):
        decode("ExtensionGranted", {"unit": "transport", "reason": None})


@pytest.mark.parametrize(
    ("event", "fact"),
    [
        (LetterReceived(channel="fax", channel_reference=None), "channel"),  # type: ignore[arg-type]
        (WriterSupplied(body="字", files=True), "files"),
        (ExtensionGranted(unit=None, due_on=datetime(2026, 9, 25, tzinfo=OFFICE_ZONE), reason=None), "due_on"),
        (TaskCompleted(task="T", task_name="名", shown=(("一", "二", "三"),)), "shown"),  # type: ignore[arg-type]
    ],
)
def test_nothing_is_stored_that_could_not_be_read(event: Event, fact: str) -> None:
    with pytest.raises(UnreadableEvent, match=rf"\.{fact}: "):
        encode(event)


def test_an_instant_without_its_offset_is_none() -> None:
    with pytest.raises(UnreadableEvent, match=r"UnitLimitSet\.due_at"):
        decode("UnitLimitSet", {"due_at": "2026-09-09T17:30:00", "unit": None})


def test_what_python_keeps_for_itself_is_stored_by_its_own_name() -> None:
    at = datetime(2026, 9, 9, 17, 30, tzinfo=OFFICE_ZONE)
    moved = LimitMoved(limit=LimitKind.REPLY, unit=None, old=at, new=at, because=MoveCause.CALENDAR)
    assert {"from", "to"} <= encode(moved).keys()
    assert keys_of(LimitMoved) == ("limit", "unit", "from", "to", "because")


def test_a_supervision_that_nobody_closed_has_no_comment_and_one_that_somebody_closed_no_cause() -> None:
    assert encode(SupervisionClosed(supervision_id=1, unit="transport")) == {
        "supervision_id": 1,
        "unit": "transport",
        "comment": None,
    }


def test_what_is_harmless_of_an_event_may_lack_anything() -> None:
    assert decode_as(Harmless, {}).unit is None
    assert decode_as(Harmless, {"round": 2}).round == 2
    assert decode_as(Harmless, {"channel": "portal"}).channel == Channel.PORTAL


@pytest.mark.parametrize(("name", "fact"), NAMES_ANOTHER.items())
def test_what_names_another_letter_is_a_fact_of_its_event(name: EventName, fact: str) -> None:
    assert fact in keys_of(CLASSES[name])
