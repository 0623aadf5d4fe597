"""Letters with limits of any kind and date, put straight into the tables, for the cockpit's pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update

from letterbox.store.letters import Letter, Writer
from letterbox.store.limits import Limit
from letterbox.wiring import Services
from tests.support.writers.script_free_browser import Page

WRITER = {"name": "欧阳秘密", "phone": "13977776666", "email": "secret@example.org", "address": "秘密路 7 号"}


@dataclass
class OpenLimitsOfATest:
    """``tag`` stands in every title, so that a search finds the letters of this test alone."""

    services: Services
    tag: str = field(default_factory=lambda: f"案{uuid4().hex[:8]}")

    def add(self, kind: str, due_at: datetime, unit: str | None = None, *, title: str = "", **more: Any) -> str:
        """A letter with one limit; returns its number. ``more`` goes to the letter or the limit, whoever has such a column."""
        number = f"CK{uuid4().hex[:10].upper()}"
        of_letter = {name: value for name, value in more.items() if hasattr(Letter, name)}
        of_limit = {name: value for name, value in more.items() if name not in of_letter}
        start = due_at - timedelta(days=3)
        letter = Letter(
            **{
                "number": number,
                "channel": "portal",
                "title": f"{title or '路灯不亮'} {self.tag}",
                "body": "很黑。",
                "is_public": True,
                "received_at": start,
                "status": "handling",
                "query_code_hash": "-",
                "category": "complaint",
            }
            | of_letter
        )
        limit = {"kind": kind, "unit_code": unit, "started_at": start, "due_at": due_at, "rule_id": "test"}
        with self.services.database.transaction() as session:
            session.add(letter)
            session.flush()
            session.add(Writer(letter_id=letter.id, **WRITER))
            session.add(Limit(letter_id=letter.id, length=1, length_unit="working_days", **limit | of_limit))
        return number

    def also(self, number: str, kind: str, due_at: datetime, unit: str) -> None:
        """One more limit of the letter."""
        with self.services.database.transaction() as session:
            letter_id = session.scalars(select(Letter.id).where(Letter.number == number)).one()
            limit = {"kind": kind, "unit_code": unit, "started_at": due_at - timedelta(days=3), "due_at": due_at}
            session.add(Limit(letter_id=letter_id, length=1, length_unit="working_days", rule_id="test", **limit))

    def end(self, number: str) -> None:
        """The letter's limits end meanwhile."""
        letters = select(Letter.id).where(Letter.number == number)
        with self.services.database.transaction() as session:
            session.execute(update(Limit).where(Limit.letter_id.in_(letters)).values(ended_at=Limit.due_at))

    def address(self, **narrowed: str) -> str:
        return "/cockpit/?" + "&".join(f"{name}={value}" for name, value in {"q": self.tag, **narrowed}.items())


def numbers(page: Page) -> list[str]:
    """The letters of the page's list, in its order."""
    return [str(each.text_content()) for each in page.tree.xpath("//tr[@data-row]//span[@class='lb-number']")]


def figures(page: Page) -> list[int]:
    """Overdue, today, soon, later, all."""
    found = page.tree.xpath("//ul[contains(@class, 'lb-figures-pick')]//strong")
    return [int(each.text_content()) for each in found]
