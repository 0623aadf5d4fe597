"""Correcting or withdrawing what was published, with a reason; every earlier version is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound
from letterbox.domain.letter import BODY_MAX, TITLE_MAX
from letterbox.domain.permissions import EGOV_ROLES, Actor
from letterbox.domain.typed import clean_text
from letterbox.domain.vocabulary import EventName
from letterbox.services.case import Case
from letterbox.services.casebook import Casebook
from letterbox.services.standing import Act
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.replies import Publication, PublicationVersion

REASON_MAX = 500
NOT_PUBLIC = "这封来信没有公开，或者已经撤下"


@dataclass(frozen=True, slots=True)
class Version:
    """What was public until ``ended_at``; ``was_withdrawn``: nothing took its place."""

    title: str
    body: str
    reply: str
    published_at: datetime
    ended_at: datetime
    ended_by: str
    reason: str
    was_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Published:
    """What is public now (None: nothing) and what was before, the newest first."""

    number: str
    now: tuple[str, str, str] | None
    before: list[Version]

    @property
    def edition(self) -> int:
        """Which one in turn is public now."""
        return len(self.before) + 1


class Publishing:
    """For the e-gov office only."""

    def __init__(self, database: Database, casebook: Casebook) -> None:
        self._database = database
        self._casebook = casebook

    def open(self, number: str, actor: Actor) -> Published:
        """Raises NotAllowed, NotFound for a letter that never was public."""
        _check(actor)
        with self._database.reading() as session:
            letter = session.scalars(select(Letter).where(Letter.number == number)).first()
            if letter is None:
                raise NotFound(f"没有编号为 {number} 的来信")
            row = session.get(Publication, letter.id)
            query = select(PublicationVersion).where(PublicationVersion.letter_id == letter.id)
            before = [_version(each) for each in session.scalars(query.order_by(PublicationVersion.id.desc()))]
        if row is None and not before:
            raise NotFound("这封来信没有公开过")
        return Published(number, (row.title, row.body, row.reply) if row else None, before)

    def correct(
        self, number: str, title: str, body: str, reply: str, reason: str, actor: Actor, *, edition: int
    ) -> None:
        """``edition``: the one that was read and is corrected here; what a colleague took out since does not come back.

        Raises NotAllowed, NotFound, FieldErrors (under "" if another edition is public by now).
        """
        _check(actor)
        texts = {"title": clean_text(title, lines=False), "body": clean_text(body), "reply": clean_text(reply)}
        errors = {name: "不能为空；要全部撤下请用“撤下”" for name, text in texts.items() if not text}
        errors |= _too_long(texts)
        words = _reason(reason, errors)
        with self._casebook.open(number, actor, act=Act.CORRECT_PUBLICATION) as case:
            row = _public(case)
            _check_edition(case, edition)
            if all(getattr(row, name) == text for name, text in texts.items()):
                raise FieldErrors({"body": "内容没有改动"})
            case.session.add(_kept(row, case, words, was_withdrawn=False))
            row.title, row.body, row.reply = texts["title"], texts["body"], texts["reply"]
            row.corrected_at = case.now
            case.record(EventName.PUBLICATION_CORRECTED, reason=words)

    def withdraw(self, number: str, reason: str, actor: Actor) -> None:
        """Raises NotAllowed, NotFound, FieldErrors."""
        _check(actor)
        words = _reason(reason, {})
        with self._casebook.open(number, actor, act=Act.WITHDRAW_PUBLICATION) as case:
            row = _public(case)
            case.session.add(_kept(row, case, words, was_withdrawn=True))
            case.session.delete(row)
            case.record(EventName.PUBLICATION_WITHDRAWN, reason=words)


def _check(actor: Actor) -> None:
    if not actor.has(*EGOV_ROLES):
        raise NotAllowed("公开的内容由电子政务办更正和撤下")


def _public(case: Case) -> Publication:
    row = case.session.get(Publication, case.letter.id)
    if row is None:
        raise NotFound(NOT_PUBLIC)
    return row


def _check_edition(case: Case, edition: int) -> None:
    query = select(PublicationVersion).where(PublicationVersion.letter_id == case.letter.id)
    before = case.session.scalars(query.order_by(PublicationVersion.id.desc())).all()
    if edition != len(before) + 1:
        by = f"（{before[0].ended_by}：{before[0].reason}）" if before else ""
        raise FieldErrors({"": f"您看的时候，公开的内容已经更正过{by}。请对照公开页面现在的内容改好，再提交"})


def _too_long(texts: dict[str, str]) -> dict[str, str]:
    most = {"title": TITLE_MAX, "body": BODY_MAX, "reply": BODY_MAX}
    return {
        name: f"最多 {most[name]} 字，现有 {len(text)} 字" for name, text in texts.items() if len(text) > most[name]
    }


def _reason(reason: str, errors: dict[str, str]) -> str:
    words = clean_text(reason)
    if not words:
        errors["reason"] = "请写明理由"
    elif len(words) > REASON_MAX:
        errors["reason"] = f"最多 {REASON_MAX} 字，现有 {len(words)} 字"
    if errors:
        raise FieldErrors(errors)
    return words


def _kept(row: Publication, case: Case, reason: str, *, was_withdrawn: bool) -> PublicationVersion:
    return PublicationVersion(
        letter_id=row.letter_id, title=row.title, body=row.body, reply=row.reply,
        published_at=row.corrected_at or row.published_at, ended_at=case.now, ended_by=case.actor.name, reason=reason,
        was_withdrawn=was_withdrawn,
    )  # fmt: skip


def _version(row: PublicationVersion) -> Version:
    return Version(
        row.title, row.body, row.reply, row.published_at, row.ended_at, row.ended_by, row.reason, row.was_withdrawn
    )
