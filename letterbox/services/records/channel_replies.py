"""The replies that go back to the foreign channels their letters came from (A1): a list, and the mark that it was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.events.reply import ReplyHandedBack
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Channel
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.replies import Reply
from letterbox.store.unit_names import UnitNames, unit_names_then

FOREIGN = frozenset({Channel.WENZHENG_HUNAN, Channel.CITY_PORTAL})
"""Channels with a house of their own, where the writer looks for his reply."""


@dataclass(frozen=True, slots=True)
class ForeignReply:
    """A delivered reply that its channel has not taken yet."""

    number: str
    channel: str
    channel_reference: str | None
    title: str
    reply: str
    unit_name: str
    delivered_at: datetime


class ChannelReplies:
    def __init__(self, database: Database, casebook: Casebook) -> None:
        self._database = database
        self._casebook = casebook

    def waiting(self, channel: str, limit: int = 1000) -> list[ForeignReply]:
        """Replies that were delivered since the channel last took one of the letter, oldest first. Raises FieldErrors."""
        if channel not in FOREIGN:
            raise FieldErrors({"channel": f"应为 {'、'.join(sorted(FOREIGN))} 之一"})
        last = select(func.max(Reply.id)).where(Reply.letter_id == Letter.id, Reply.delivered_at.is_not(None))
        query = (
            select(Letter, Reply)
            .join(Reply, Reply.id == last.correlate(Letter).scalar_subquery())
            .where(Letter.channel == channel)
            .where(or_(Letter.handed_back_at.is_(None), Letter.handed_back_at < Reply.delivered_at))
            .order_by(Reply.delivered_at, Letter.id)
            .limit(limit)
        )
        with self._database.reading() as session:
            names = unit_names_then(session)
            return [_reply(letter, reply, names) for letter, reply in session.execute(query)]

    def mark(self, numbers: Iterable[str], actor: Actor, channel: str | None = None) -> list[str]:
        """Mark that each letter's reply was given to its channel. Returns the numbers marked, in order.

        All are checked before any is marked. Raises NotFound (also for a letter of another channel), WrongState.
        """
        wanted = list(dict.fromkeys(numbers))
        self._check(wanted, actor, channel)
        for number in wanted:
            with self._casebook.open(number, actor, act=Act.MARK_CHANNEL_REPLY) as case:
                case.letter.handed_back_at = case.now
                case.record(ReplyHandedBack(channel=case.letter.channel, reference=case.letter.channel_reference))
        return wanted

    def _check(self, numbers: list[str], actor: Actor, channel: str | None) -> None:
        with self._database.reading() as session:
            letters = {each.number: each for each in session.scalars(select(Letter).where(Letter.number.in_(numbers)))}
        for number in numbers:
            letter = letters.get(number)
            if letter is None or actor.is_kept_away(letter.excluded_units) or channel not in {None, letter.channel}:
                raise NotFound(f"这个渠道没有编号为 {number} 的来信")
            if letter.channel not in FOREIGN:
                raise WrongState(f"{number} 不是从其他渠道来的，没有要回传的地方")
            if letter.answered_at is None:
                raise WrongState(f"{number} 还没有送达的答复，不能标为已回传")


def _reply(letter: Letter, reply: Reply, names: UnitNames) -> ForeignReply:
    assert reply.delivered_at is not None  # noqa: S101  # the query asks for it
    return ForeignReply(
        number=letter.number,
        channel=letter.channel,
        channel_reference=letter.channel_reference,
        title=letter.title,
        reply=reply.body,
        unit_name=names.of(reply.unit_code, reply.delivered_at),
        delivered_at=reply.delivered_at,
    )
