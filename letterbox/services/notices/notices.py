"""Notifying people: a notice is written with the event that causes it, and delivered by a process of the engine.

So a mail server that is away never holds up a letter; delivery has retries and incidents of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from letterbox.bundle.vocabulary import ProcessKey, Variable
from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.limits.quiet_hours import QuietHours
from letterbox.domain.secrecy import masked
from letterbox.domain.vocabulary import Role
from letterbox.services.case.case import Case
from letterbox.services.case.secrecy import mask_for_others, own_words
from letterbox.services.notices.known_contacts import QUESTION, KnownContacts
from letterbox.services.notices.recipients import recipients
from letterbox.services.notices.texts import NoticeTexts, Words, neutral
from letterbox.services.visibility.rule import kept_away_people, roles_for
from letterbox.store.letters import Writer
from letterbox.store.limits import Limit
from letterbox.store.notices import Delivery, DeliveryStatus, Notice
from letterbox.store.people import Person, Unit

WITH_QUERY_CODE = frozenset({"letter_received", "letter_split", "query_code_renewed"})
"""Texts with a query code, which is not kept longer than it takes to send it."""
MAIL, SMS, IN_APP = "mail", "sms", "in_app"


class Notices:
    """Writes notices within a case."""

    def __init__(
        self,
        texts: NoticeTexts,
        public_url: str,
        mailbox_name: str,
        has_sms: bool,
        quiet: QuietHours | None = None,
        contacts: KnownContacts | None = None,
    ) -> None:
        """``contacts``: knows which contacts are confirmed; if it is None, every contact counts as confirmed."""
        self._texts = texts
        self._quiet = quiet
        self._common = {"site": public_url, "mailbox": mailbox_name}
        self._has_sms = has_sms
        self._contacts = contacts

    def can_reach(self, writer: Writer) -> bool:
        """Whether anything sent to this writer could arrive."""
        return bool(writer.email) or (bool(writer.phone) and self._has_sms)

    def notify_writer(self, case: Case, text: str, **context: Any) -> None:
        """Notify the writer by mail and SMS, as far as they gave a contact; nothing happens if they gave none.

        A message to a contact that nobody has confirmed waits until its holder confirms the contact.
        """
        writer = case.letter.writer
        if not self.can_reach(writer):
            return
        words = self._words(
            case, text, {"writer_name": writer.name or "", "title": own_words(case.letter)[0], **context}
        )
        notice = self._notice(case, text)
        awaiting = [self._to_writer(case, notice, channel, contact, words) for channel, contact in self.ways_to(writer)]
        if not all(awaiting):
            self._start_delivery(case, notice)

    def ask_writer(self, case: Case) -> int:
        """Ask the holder of each contact that anybody could have typed whether it is the writer's; a few times a day at
        most.

        Returns how many were asked.
        """
        if self._contacts is None or not case.letter.writer.must_confirm:
            return 0
        asked = 0
        for channel, contact in self.ways_to(case.letter.writer):
            if self._contacts.is_confirmed(case.session, contact) or not self._contacts.may_ask(case, contact):
                continue
            link = f"{self._common['site']}/confirm?{urlencode({'key': self._contacts.link(case, contact)})}"
            notice = self._notice(case, QUESTION)
            self._deliver(case, notice, channel, contact, self._texts.render(QUESTION, {**self._common, "link": link}))
            self._start_delivery(case, notice)
            asked += 1
        return asked

    def ways_to(self, writer: Writer) -> list[tuple[str, str]]:
        """Channel and contact of each way to the writer."""
        given = [(MAIL, writer.email), (SMS, writer.phone if self._has_sms else None)]
        return [(channel, contact) for channel, contact in given if contact]

    def _to_writer(self, case: Case, notice: Notice, channel: str, contact: str, words: Words) -> bool:
        """Write a message to the writer. Returns whether it waits for the contact's confirmation."""
        is_open = self._contacts is not None and case.letter.writer.must_confirm
        is_awaiting = is_open and self._contacts is not None and not self._contacts.is_confirmed(case.session, contact)
        delivery = self._deliver(case, notice, channel, contact, words)
        if is_awaiting:
            delivery.status = DeliveryStatus.AWAITING_CONFIRMATION
        return is_awaiting

    def notify_roles(
        self,
        case: Case,
        text: str,
        roles: Iterable[Role],
        unit: str | None = None,
        *,
        by_mail: bool = False,
        can_wait: bool = False,
        limit: Limit | None = None,
        **context: Any,
    ) -> int:
        """Notify everybody who holds one of the roles (of ``unit`` if it is a unit's role), or their substitute; each
        once.

        If an office is accused, the office that stands in is notified; nobody who belongs to the accused ever is (A5).

        ``can_wait``: mail is not sent in quiet hours. ``limit``: mail that presses for this limit is not sent once the
        limit has ended. Returns how many people were notified.
        """
        away = kept_away_people(case.session, case.letter.excluded_units, case.now)
        today, meant = case.now.astimezone(OFFICE_ZONE).date(), roles_for(case.session, case.letter, roles)
        people = recipients(case.session, sorted(meant), unit, today, away)
        return self.notify_people(case, text, people, by_mail=by_mail, can_wait=can_wait, limit=limit, **context)

    def notify_people(
        self,
        case: Case,
        text: str,
        people: Iterable[Person],
        *,
        by_mail: bool = False,
        can_wait: bool = False,
        limit: Limit | None = None,
        **context: Any,
    ) -> int:
        """Notify these people. Of an accusation, what somebody typed is said without who wrote the letter, and not at
        all by mail (A5).

        Whether the letter is an accusation is asked again when the mail is sent (``Delivering``). People who share a
        mailbox get one mail together.
        """
        away = kept_away_people(case.session, case.letter.excluded_units, case.now)
        notified = [person for person in people if person.id not in away]
        if not notified:
            return 0
        said = masked(context, mask_for_others(case.letter))
        words = self._words(case, text, said)
        by_post = self._words(case, text, neutral(said))
        notice = self._notice(case, text, limit)
        mailboxes: set[str] = set()
        for person in notified:
            self._deliver(case, notice, IN_APP, f"person:{person.id}", words, person)
            if by_mail and person.email and person.email.casefold() not in mailboxes:
                mailboxes.add(person.email.casefold())
                mail = self._deliver(case, notice, MAIL, person.email, words, person)
                mail.neutral_subject, mail.neutral_body = by_post.subject, by_post.body
        if mailboxes:
            self._start_delivery(case, notice, can_wait=can_wait)
        return len(notified)

    def _words(self, case: Case, text: str, context: dict[str, Any]) -> Words:
        letter = case.letter
        unit = case.session.get(Unit, letter.lead_unit) if letter.lead_unit else None
        common = {
            "number": letter.number,
            "title": letter.title,
            "unit_name": unit.name if unit else "",
            **self._common,
        }
        return self._texts.render(text, {**common, **context})

    def _notice(self, case: Case, text: str, limit: Limit | None = None) -> Notice:
        notice = Notice(letter_id=case.letter.id, text=text, limit_id=limit.id if limit else None, created_at=case.now)
        case.session.add(notice)
        case.session.flush()
        return notice

    def _deliver(
        self, case: Case, notice: Notice, channel: str, recipient: str, words: Words, person: Person | None = None
    ) -> Delivery:
        is_in_app = channel == IN_APP
        delivery = Delivery(
            notice_id=notice.id,
            channel=channel,
            recipient=recipient,
            person_id=person.id if person else None,
            subject=words.subject,
            body=words.sms if channel == SMS else words.body,
            message_id=f"<{uuid.uuid4().hex}@letterbox>",
            created_at=case.now,
            status=DeliveryStatus.SENT if is_in_app else DeliveryStatus.PENDING,
            sent_at=case.now if is_in_app else None,
        )
        case.session.add(delivery)
        return delivery

    def _start_delivery(self, case: Case, notice: Notice, *, can_wait: bool = False) -> None:
        start_delivery(case, notice.id, self._quiet.over_at(case.now) if can_wait and self._quiet else None)


def start_delivery(case: Case, notice_id: int, send_at: datetime | None = None) -> None:
    """Start the process that delivers the notice, at once or not before ``send_at``."""
    facts: dict[str, Any] = {Variable.LETTER_ID: case.letter.id, Variable.NOTICE_ID: notice_id}
    facts[Variable.WAITS_FOR_MORNING] = send_at is not None
    if send_at is not None:
        facts[Variable.SEND_AT] = iso(send_at)
    case.commands.start_process(ProcessKey.NOTICE_DELIVERY, facts)
