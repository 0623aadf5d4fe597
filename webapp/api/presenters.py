"""Views of the services as the contract's JSON. Instants are ISO-8601 with the office's offset."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any

from letterbox.domain.clock import iso
from letterbox.services.records.event_view import EventView
from letterbox.services.records.views import LetterLine, LetterRecord, LimitView
from letterbox.services.tasks.tasks import OpenTask, TaskRow
from letterbox.services.writers.tracking import Tracked

UNSHOWN = {"letter_id", "writer", "events", "limits"}
"""Fields of a record that are left out or written differently."""


def plain(value: Any) -> Any:
    """Dataclasses to objects, instants and days to text."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def record(letter: LetterRecord) -> dict[str, Any]:
    """The full record: the keys of ``POST /letters`` and all that came of it."""
    shown = {name: plain(getattr(letter, name)) for name in LetterRecord.__dataclass_fields__ if name not in UNSHOWN}
    return shown | {
        "writer": asdict(letter.writer),
        "events": [event(each) for each in letter.events],
        "limits": [limit(each) for each in letter.limits],
    }


def event(view: EventView) -> dict[str, Any]:
    return {
        "name": view.name,
        "at": iso(view.at),
        "by": view.by_name,
        "by_role": view.by_role,
        "by_unit": view.by_unit,
        "data": plain(view.data),
    }


def limit(view: LimitView) -> dict[str, Any]:
    return {
        "kind": view.kind,
        "unit": view.unit,
        "started_at": iso(view.started_at),
        "due_at": iso(view.due_at),
        "ended_at": plain(view.ended_at),
        "voided_at": plain(view.voided_at),
        "provisional": view.provisional,
        "in_time": view.in_time,
        "paused_days": view.paused_days,
        "fault_days": view.fault_days,
        "rule": view.rule_id,
        "days": [{"date": day.date.isoformat(), "counts": day.counts, "why": day.why} for day in view.days],
    }


def line(view: LetterLine) -> dict[str, Any]:
    """A letter in a list; where the words were found is for people."""
    return {name: plain(getattr(view, name)) for name in LetterLine.__dataclass_fields__ if name != "hits"}


def tracked(letter: Tracked) -> dict[str, Any]:
    """What the writer may know."""
    shown = {name: plain(getattr(letter, name)) for name in Tracked.__dataclass_fields__}
    reply = letter.reply
    if reply is not None:
        shown["reply"] = {"unit": reply.unit_name, "body": reply.body, "delivered_at": iso(reply.delivered_at)}
    return shown


def task_row(row: TaskRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "task": row.key,
        "letter": row.number,
        "due_at": plain(row.due_at),
        "name": row.name,
        "title": row.title,
        "category": row.category,
        "urgent": row.urgent,
        "status": row.status,
        "lead_unit": row.lead_unit,
        "received_at": iso(row.received_at),
        "created_at": iso(row.created_at),
        "assignee": row.assignee,
    }


def open_task(task: OpenTask, letter: LetterRecord) -> dict[str, Any]:
    return {
        "id": task.facts.id,
        "task": task.facts.key,
        "name": task.facts.name,
        "due_at": plain(task.due_at),
        "assignee": task.assignee,
        "form": dict(task.form.schema),
        "values": plain(task.values),
        "data": plain(task.data),
        "letter": record(letter),
    }
