"""An exported log written out by hand: letters whose every date was worked out from the regime, not by a program.

September and October 2026: 25–27 September and 1–7 October are off, 20 September and 10 October are worked.
"""

from __future__ import annotations

from typing import Any

OFF = ["09-25", "09-26", "09-27", *(f"10-0{day}" for day in range(1, 8))]
WORK = ["09-20", "10-10"]
WRITER = {"name": "田小禾", "phone": "13812345678", "email": "tian@example.org"}


def at(text: str) -> str:
    """``09-07 10:00[:30]`` as an instant of 2026."""
    day, time = text.split()
    return f"2026-{day}T{time if time.count(':') == 2 else time + ':00'}+08:00"


class Written:
    """One letter of the log. ``lead`` is the unit whose people do what no other role does."""

    def __init__(self, number: str, category: str, status: str, lead: str | None = None, **record: Any) -> None:
        self.lead = lead
        self.events: list[dict[str, Any]] = []
        self.limits: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        self.tasks: list[str] = []
        self.seen: list[dict[str, Any]] = []
        self.tracking: dict[str, Any] | None = None
        self.record = {
            "number": number,
            "category": category,
            "status": status,
            "lead_unit": lead,
            "accused_unit": None,
            "scope": "5",
            "contacts": [],
            "replies": [],
            **record,
        }

    def did(self, when: str, name: str, role: str | None = None, **data: Any) -> Written:
        unit = self.lead if role and role.startswith("unit_") else None
        self.events.append({"name": name, "at": at(when), "by": "某人", "by_role": role, "by_unit": unit, "data": data})
        return self

    def notified(self, when: str, text: str, *groups: str) -> Written:
        """No group: the writer."""
        people = [
            {"channel": "in_app", "status": "sent", "is_writer": False, "groups": [group], "words": f"{text}：来信"}
            for group in groups
        ]
        writer = [{"channel": "mail", "status": "sent", "is_writer": True, "groups": [], "words": "田小禾，您好"}]
        self.notices.append({"text": text, "at": at(when), "told": people or writer})
        return self

    def step(self, when: str, limit: str, step: str, *roles: str, unit: str | None = None) -> Written:
        self.did(when, "DeadlineStepTaken", limit=limit, step=step, recipients=list(roles), unit=unit)
        return (
            self.notified(when, "reminder", *(f"{role}@{unit}" if role.startswith("unit_") else role for role in roles))
            if roles
            else self
        )

    def limit(
        self,
        kind: str,
        start: str,
        due: str,
        ended: str | None = None,
        *,
        voided: str | None = None,
        unit: str | None = None,
        in_time: bool | None = None,
        provisional: bool = False,
    ) -> Written:
        self.limits.append(
            {
                "kind": kind,
                "unit": unit,
                "started_at": at(start),
                "due_at": at(due),
                "ended_at": at(ended) if ended else None,
                "voided_at": at(voided) if voided else None,
                "provisional": provisional,
                "in_time": True if ended and in_time is None else in_time,
                "days": [{"date": at(due)[:10], "counts": True, "why": "工作日"}],
            }
        )
        return self

    def taken_in(self, when: str) -> Written:
        return self.did(when, "LetterReceived", channel="portal").notified(when, "letter_received")

    def sent_to_unit(self, when: str, **screened: Any) -> Written:
        """Screened, assigned and dispatched within two seconds of ``when``."""
        facts = {"outcome": "accept", "category": self.record["category"], "scope": "5", "urgent": False, **screened}
        self.did(when, "LetterScreened", "screener", **facts).did(
            when, "LetterAssigned", "screener", lead_unit=self.lead
        )
        return self.dispatched(when)

    def dispatched(self, when: str) -> Written:
        self.did(when, "LetterDispatched", lead_unit=self.lead)
        return self.notified(when, "letter_dispatched").notified(when, "task_waiting", f"unit_handler@{self.lead}")

    def submits(self, when: str, round: int = 1, **data: Any) -> Written:
        self.did(when, "ReplyDrafted", "unit_handler", round=round)
        return self.did(when, "ReplySubmitted", "unit_principal", round=round, **{"unmet_demand": False, **data})

    def delivered(self, when: str, round: int = 1) -> Written:
        return self.did(when, "ReplyDelivered", round=round, unit=self.lead).notified(when, "reply_delivered")

    def document(self) -> dict[str, Any]:
        return {
            "record": {**self.record, "events": self.events},
            "writer": dict(WRITER),
            "limits": self.limits,
            "notices": self.notices,
            "tasks": self.tasks,
            "seen": self.seen,
            "tracking": self.tracking,
        }


def exported(letters: list[Written], figures: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    days = [{"date": f"2026-{day}", "kind": "off"} for day in OFF] + [
        {"date": f"2026-{day}", "kind": "work"} for day in WORK
    ]
    return {
        "exported_at": at("10-30 12:00"),
        "calendar": [{"since": "2026-01-01T00:00:00+08:00", "years": [2026], "days": days}],
        "units": [{"code": "transport", "kind": "department"}, {"code": "housing", "kind": "department"}],
        "sent": [letter.record["number"] for letter in letters],
        "letters": [letter.document() for letter in letters],
        "figures": {"from": "2026-09-01", "to": "2026-10-30", "rows": figures} if figures is not None else None,
    }
