"""The public's pages on the real services and a database of their own, while the engine is away.

What officials decide about a letter is done by the services that the tasks' handlers are: what they owe the engine stays
in the outbox, and the writer sees what he would see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import select

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WORKER, WRITER, Actor
from letterbox.domain.vocabulary import Channel, LetterStatus
from letterbox.services.case.case import Case
from letterbox.services.case.standing import act_of_task
from letterbox.store.letters import Attachment, Letter, Writer
from letterbox.store.notices import Delivery, Notice
from letterbox.store.replies import Evaluation, Publication
from letterbox.store.side_processes import Promise
from letterbox.wiring import Services
from tests.support.office.staffed import DEPUTY, GOOD, HANDLER, PRINCIPAL, REVIEWER, SCREENER, UNIT
from tests.support.stack.clocks import SetClock
from tests.support.stack.stack import PostgresStack
from tests.support.writers.script_free_browser import Browser, Page
from webapp import create_app

RECEIPT = "string((//dl[@class='lb-receipt']//dd)[{}])"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a writer notes down after sending; ``code`` without its gap."""

    number: str
    code: str


@dataclass(frozen=True, slots=True)
class SentCode:
    contact: str
    code: str


def _code_in(message: str | None) -> str:
    (code,) = re.findall(r"(?<!\d)\d{10}(?!\d)", message or "")
    return str(code)


def receipt_on(page: Page) -> Receipt:
    number, code = (page.tree.xpath(RECEIPT.format(n)).strip() for n in (1, 2))
    assert re.fullmatch(r"\d{5} \d{5}", code), page.text
    return Receipt(number, code.replace(" ", ""))


def enter(browser: Browser, letter: Receipt) -> Page:
    """Open the letter by its number and code."""
    browser.open("/track")
    return browser.submit("/track", number=letter.number, code=letter.code)


class Portal:
    """One application; ``emptied`` before each test, so that every letter in the database is the test's own."""

    def __init__(self, services: Services, postgres: PostgresStack) -> None:
        assert isinstance(services.clock, SetClock)
        self.services = services
        self.clock = services.clock
        self.app = create_app(services, ["portal"])
        self._begun = self.clock.at
        self._postgres = postgres
        self._others: list[Services] = []
        with self._as_superuser() as connection:
            names = [
                name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ]
            self._filled = [
                name
                for name in names
                if not connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(name))).fetchone()
            ]

    def emptied(self) -> Portal:
        """As it was when it was put together: what was empty then is empty, and so is the clock's hand back."""
        self.clock.at = self._begun
        with self._as_superuser() as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in self._filled)
            )
        return self

    @contextmanager
    def _as_superuser(self) -> Iterator[psycopg.Connection[Any]]:
        url = self._postgres.as_superuser(self.services.settings.database_url)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection

    def app_with(self, **settings: Any) -> Flask:
        """Another application on the same database, its settings changed."""
        services = Services(replace(self.services.settings, **settings), self.clock)
        self._others.append(services)
        return create_app(services, ["portal"])

    def close(self) -> None:
        for each in self._others:
            each.close()

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """The server takes no connections to the portal's database, and ends those that there are.

        It was back for a while when this ends: what is left of broken connections is not used any more.
        """
        name = self.services.settings.database_url.rpartition("/")[2]
        with psycopg.connect(self._postgres.admin_url, autocommit=True) as connection:
            allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}").format
            connection.execute(allow(sql.Identifier(name), sql.SQL("false")))
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            try:
                yield
            finally:
                connection.execute(allow(sql.Identifier(name), sql.SQL("true")))
                self.services.database.close()

    def letters(self) -> list[Letter]:
        """Oldest first, with their writers."""
        with self.services.database.reading() as session:
            return list(session.scalars(select(Letter).order_by(Letter.id)))

    def only_letter(self) -> Letter:
        (letter,) = self.letters()
        return letter

    def letter(self, number: str) -> Letter:
        (letter,) = [letter for letter in self.letters() if letter.number == number]
        return letter

    def files(self) -> list[Attachment]:
        """In the order in which they came; those of no letter yet, too."""
        with self.services.database.reading() as session:
            return list(session.scalars(select(Attachment).order_by(Attachment.id)))

    def publish(self, count: int, title: str, body: str, reply: str, *of: tuple[str, str]) -> list[str]:
        """As many public letters, each a day newer than the one before; ``of``: unit and category in turns. Their numbers."""
        numbers = []
        with self.services.database.transaction() as session:
            for n in range(count):
                unit, category = of[n % len(of)]
                at = self.clock.at + timedelta(days=n)
                numbers.append(f"SX202610{n:05d}")
                letter = Letter(
                    number=numbers[-1],
                    channel=Channel.PORTAL,
                    title=title.format(n),
                    body=body,
                    is_public=True,
                    received_at=at,
                    status=LetterStatus.CLOSED,
                    lead_unit=unit,
                    category=category,
                    query_code_hash="-",
                    writer=Writer(),
                )
                session.add(letter)
                session.flush()
                session.add(
                    Publication(
                        letter_id=letter.id,
                        title=letter.title,
                        body=body,
                        reply=reply,
                        unit_code=unit,
                        category=category,
                        received_at=at,
                        answered_at=at,
                        published_at=at,
                        kept=[],
                    )
                )
        return numbers

    def codes_sent(self) -> list[SentCode]:
        """New query codes for lost ones, once the worker has answered every request."""
        while self.services.recovery.work():
            pass
        of_codes = (
            select(Delivery).join(Notice, Notice.id == Delivery.notice_id).where(Notice.text == "query_code_renewed")
        )
        with self.services.database.reading() as session:
            return [SentCode(each.recipient, _code_in(each.body)) for each in session.scalars(of_codes)]

    def evaluation(self) -> Evaluation:
        with self.services.database.reading() as session:
            return session.scalars(select(Evaluation)).one()

    def write(self, title: str, body: str, name: str, phone: str, **more: Any) -> Receipt:
        """A letter that nobody typed page by page."""
        draft = LetterDraft(Channel.PORTAL, title, body, True, WriterDetails(name, phone), **more)
        receipt = self.services.intake.submit(draft, WRITER)
        assert receipt.query_code is not None
        return Receipt(receipt.number, receipt.query_code)

    def complete(self, number: str, key: str, actor: Actor, about: int | None = None, **values: Any) -> None:
        """An official's task, as far as the record goes. ``about``: which of the things beside the letter it is about."""
        handler = self.services.procedure.task_handlers()[key]
        with self.services.casebook.open(number, actor, act=act_of_task(key)) as case:
            case.acting_as(next(iter(actor.grants)), about)
            handler.apply(case, values)

    def work(self, number: str, effect: Callable[[Case], object]) -> None:
        """What a worker does when its turn comes."""
        with self.services.casebook.open(number, WORKER) as case:
            effect(case)

    def ask(self, number: str, question: str) -> None:
        self.complete(number, TaskKey.SCREEN_LETTER, SCREENER, outcome="supplement", question=question)

    def decline(self, number: str, ground: str, reason: str) -> None:
        self.complete(number, TaskKey.SCREEN_LETTER, SCREENER, outcome="decline", ground=ground, reason=reason)

    def accept(self, number: str, category: str = "complaint", **more: Any) -> None:
        self.complete(number, TaskKey.SCREEN_LETTER, SCREENER, outcome="accept", category=category, scope="5", **more)

    def dispatch(self, number: str) -> None:
        """Into the hands of the unit."""
        self.accept(number)
        self.complete(number, TaskKey.ASSIGN_LETTER, SCREENER, lead_unit=UNIT)
        self.work(number, self.services.procedure.assignment.dispatch)

    def report_promise(self, number: str, *, kept: bool, comment: str) -> None:
        self.complete(number, TaskKey.REPORT_PROMISE, HANDLER, self.promise().id, kept=kept, comment=comment)

    def promise(self) -> Promise:
        with self.services.database.reading() as session:
            return session.scalars(select(Promise)).one()

    def answer(self, number: str, reply: str, **draft: Any) -> None:
        """From the beginning to the delivered reply; it is published if the writer agreed."""
        self.dispatch(number)
        self.reply(number, reply, **draft)

    def reply(self, number: str, reply: str, **draft: Any) -> None:
        """From the unit's desk to the writer."""
        self.complete(number, TaskKey.RECEIVE_LETTER, HANDLER)
        self.complete(number, TaskKey.SUBMIT_TO_DEPUTY, HANDLER)
        self.complete(number, TaskKey.INSTRUCT_HANDLER, DEPUTY, instruction="请三日内修好")
        self.complete(number, TaskKey.DRAFT_REPLY, HANDLER, reply=reply, **draft)
        self.complete(number, TaskKey.SIGN_OFF_REPLY, PRINCIPAL, outcome="sign")
        self.complete(number, TaskKey.REVIEW_REPLY, REVIEWER, **GOOD, outcome="pass", publish=True)
        self.work(number, lambda case: self.services.procedure.reviewing.deliver(case, True))
