"""Delivering notices: at least once, one record per recipient and channel, honest about doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from letterbox.channels.mail import ChannelRefused, ChannelUnavailable, Message, MessageDeferred
from letterbox.domain.clock import Clock
from letterbox.domain.events.codec import encode
from letterbox.domain.events.receipt import NoticeFailed, NoticeSent
from letterbox.domain.vocabulary import Category
from letterbox.services.notices.known_contacts import shortened
from letterbox.services.notices.notices import WITH_QUERY_CODE
from letterbox.services.visibility.rule import kept_away_people
from letterbox.store.database import Database
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit
from letterbox.store.notices import Delivery, DeliveryStatus, Notice
from letterbox.store.studio import StudioProposal

MOST_ATTEMPTS, MOST_AT_ONCE = 200, 20
TOO_LATE = "时限已经了结，不用再提醒"
DECIDED = "提出的改动已经有了结果，不用再提醒"


class DeliveryChannel(Protocol):
    def send(self, message: Message) -> None: ...


class Delivering:
    """The work of the topic send-notice. ``channels``: by name (mail, sms)."""

    def __init__(self, database: Database, clock: Clock, channels: Mapping[str, DeliveryChannel]) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels

    def send(self, notice_id: int) -> None:
        """Send what is not sent yet. A refused address is recorded and does not hold up the others.

        Raises ChannelUnavailable after all were tried, so that the engine tries the rest again later.
        """
        with self._database.reading() as session:
            open_states = [DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.IN_DOUBT]
            query = select(Delivery.id).where(Delivery.notice_id == notice_id, Delivery.status.in_(open_states))
            waiting = list(session.scalars(query.order_by(Delivery.id)))
        unavailable: ChannelUnavailable | None = None
        for delivery_id in waiting:
            try:
                self._send_one(delivery_id)
            except ChannelUnavailable as error:
                is_less = isinstance(error, MessageDeferred) and unavailable is not None
                unavailable = unavailable if is_less else error
        if unavailable is not None:
            raise unavailable

    def send_to_people(self) -> bool:
        """Send mail about people's own accounts, which no process of a letter carries. Returns whether any was sent.

        If a message is deferred, others are still sent; if a server is away, the round ends. What could not be sent is
        tried again by a later call, ``MOST_ATTEMPTS`` times, after what was tried less often.
        """
        with self._database.reading() as session:
            query = (
                select(Notice.id)
                .join(Delivery, Delivery.notice_id == Notice.id)
                .where(Notice.letter_id.is_(None), Delivery.attempts < MOST_ATTEMPTS)
                .where(Delivery.status.in_([DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.IN_DOUBT]))
                .group_by(Notice.id)
                .order_by(func.min(Delivery.attempts), Notice.id)
            )
            waiting = list(session.scalars(query.limit(MOST_AT_ONCE)))
        sent = 0
        for notice_id in waiting:
            try:
                self.send(notice_id)
            except MessageDeferred:
                continue
            except ChannelUnavailable:
                return False
            sent += 1
        return sent > 0

    def _send_one(self, delivery_id: int) -> None:
        """Send one message, or discard it if what it presses for has ended meanwhile (quiet hours, a mail server that
        was away).

        It is marked as being sent, sent without a transaction, and its result is marked: after a crash in between it is
        in doubt.
        """
        with self._database.transaction() as session:
            row = session.get_one(Delivery, delivery_id)
            if reason := _came_too_late(session, session.get_one(Notice, row.notice_id)):
                row.status, row.last_error = DeliveryStatus.DISCARDED, reason
                return
            if self._is_kept_away(session, row):
                row.status, row.body, row.subject = DeliveryStatus.DISCARDED, None, ""
                row.neutral_body, row.neutral_subject = None, None
                return
            _say_less_of_accusations(session, row)
            row.status = DeliveryStatus.IN_DOUBT if row.status == DeliveryStatus.SENDING else DeliveryStatus.SENDING
            row.attempts += 1
            channel, message = (
                row.channel,
                Message(to=row.recipient, subject=row.subject, body=row.body or "", message_id=row.message_id),
            )
        try:
            self._channels[channel].send(message)
        except ChannelUnavailable as error:
            self._mark(delivery_id, DeliveryStatus.PENDING, error.message)
            raise
        except ChannelRefused as error:
            self._mark(delivery_id, DeliveryStatus.FAILED, error.message)
        else:
            self._mark(delivery_id, DeliveryStatus.SENT, None)

    def _is_kept_away(self, session: Session, row: Delivery) -> bool:
        """Whether the recipient came to belong to the accused while the message waited (A5)."""
        letter_id = session.get_one(Notice, row.notice_id).letter_id
        if row.person_id is None or letter_id is None:
            return False
        excluded = session.get_one(Letter, letter_id).excluded_units
        return row.person_id in kept_away_people(session, excluded, self._clock.now())

    def _mark(self, delivery_id: int, status: DeliveryStatus, error: str | None) -> None:
        with self._database.transaction() as session:
            row = session.get_one(Delivery, delivery_id)
            row.status, row.last_error = status, error
            if status is DeliveryStatus.PENDING:
                return
            notice = session.get_one(Notice, row.notice_id)
            is_sent = status is DeliveryStatus.SENT
            row.sent_at = self._clock.now() if is_sent else None
            if is_sent:
                row.neutral_subject, row.neutral_body = None, None
            if row.person_id is None:
                row.body = None if is_sent or notice.text in WITH_QUERY_CODE else row.body
                session.add(self._event(notice, row, is_sent))

    def _event(self, notice: Notice, row: Delivery, is_sent: bool) -> LetterEvent:
        """The timeline says that the writer was told, or could not be; never the address."""
        event = (NoticeSent if is_sent else NoticeFailed)(
            text=notice.text, channel=row.channel, error=_without_address(row)
        )
        return LetterEvent(
            letter_id=notice.letter_id,
            name=event.stored_name(),
            at=self._clock.now(),
            by_kind="worker",
            by_name="系统",
            data=encode(event),
        )


def _say_less_of_accusations(session: Session, row: Delivery) -> None:
    """Send the neutral text if the letter became an accusation while the mail waited (A5), since others than its
    recipient may read mail."""
    letter_id = session.get_one(Notice, row.notice_id).letter_id
    letter = session.get(Letter, letter_id) if letter_id is not None else None
    if row.neutral_subject is not None and letter is not None and letter.category == Category.REPORT:
        row.subject, row.body = row.neutral_subject, row.neutral_body


def _without_address(row: Delivery) -> str | None:
    """Why a server refused, without the address, for everybody who reads the letter."""
    return row.last_error and row.last_error.replace(row.recipient, shortened(row.recipient))


def _came_too_late(session: Session, notice: Notice) -> str:
    """Why the message is not worth sending any more; empty if it is."""
    limit = session.get(Limit, notice.limit_id) if notice.limit_id is not None else None
    if limit is not None and not limit.is_open:
        return TOO_LATE
    proposal = session.get(StudioProposal, notice.proposal_id) if notice.proposal_id is not None else None
    return DECIDED if proposal is not None and not proposal.is_open else ""
