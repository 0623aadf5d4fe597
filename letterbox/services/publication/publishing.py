"""Correcting or withdrawing what was published, with a reason; every earlier version is kept.

Personal data in it are answered for piece by piece, as in review: what is not ticked to stay has to go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from letterbox.domain.clean_text import clean_text
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound
from letterbox.domain.events.reply import PublicationCorrected, PublicationWithdrawn
from letterbox.domain.letter import BODY_MAX, TITLE_MAX
from letterbox.domain.page import Page, items_before
from letterbox.domain.permissions import EGOV_ROLES, Actor
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.publication.public_text import (
    FoundPiece,
    PieceDecision,
    PublicText,
    findings,
    traces_for_public,
)
from letterbox.services.visibility.rule import letter_seen_by, require_sight, visible_to
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.replies import Publication, PublicationVersion

REASON_MAX = 500
PAGE = 50
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
    """What is public now (None: nothing) and what was before, the newest first. ``findings``: what is personal in it;
    ``looked_at``: None until somebody has answered for every piece of it."""

    number: str
    now: tuple[str, str, str] | None
    before: list[Version]
    findings: list[FoundPiece]
    looked_at: datetime | None

    @property
    def edition(self) -> int:
        """Which one in turn is public now."""
        return len(self.before) + 1


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """A published letter nobody has answered for; ``pieces``: how much personal is in it by kind."""

    number: str
    title: str
    published_at: datetime
    pieces: dict[str, int]


class Publishing:
    """For the e-gov office only."""

    def __init__(self, database: Database, casebook: Casebook) -> None:
        self._database = database
        self._casebook = casebook

    def open(self, number: str, actor: Actor) -> Published:
        """Raises NotAllowed, NotFound for a letter that never was public."""
        _check(actor)
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            row = session.get(Publication, letter.id)
            query = select(PublicationVersion).where(PublicationVersion.letter_id == letter.id)
            before = [_version(each) for each in session.scalars(query.order_by(PublicationVersion.id.desc()))]
            found = findings_in(_text_of(row), letter, row.kept) if row else []
        if row is None and not before:
            raise NotFound("这封来信没有公开过")
        now = (row.title, row.body, row.reply) if row else None
        return Published(
            number=number, now=now, before=before, findings=found, looked_at=row.looked_at if row else None
        )

    def findings(self, number: str, text: PublicText, keep: Collection[str], actor: Actor) -> list[FoundPiece]:
        """What is personal in texts that are being typed; ``keep``: the pieces ticked to stay. Raises NotAllowed, NotFound."""
        _check(actor)
        with self._database.reading() as session:
            return findings_in(text, letter_seen_by(session, number, actor), keep)

    def to_look_at(self, actor: Actor, page: int = 1) -> Page[ToLookAt]:
        """Published letters for whose pieces nobody has answered: published by a machine, or before pieces were looked at."""
        _check(actor)
        query = select(Publication, Letter).join(Letter, Letter.id == Publication.letter_id)
        query = query.where(Publication.looked_at.is_(None), visible_to(actor))
        newest = query.order_by(Publication.published_at.desc(), Publication.letter_id.desc())
        with self._database.reading() as session:
            total = session.scalars(query.with_only_columns(func.count(), maintain_column_froms=True)).one()
            rows = session.execute(newest.limit(PAGE).offset(items_before(page, PAGE)))
            items = [_to_look_at(row, letter) for row, letter in rows]
        return Page(items=items, page=page, per_page=PAGE, total=total)

    def correct(
        self,
        number: str,
        title: str,
        body: str,
        reply: str,
        reason: str,
        actor: Actor,
        *,
        edition: int,
        keep: Collection[str] = (),
    ) -> None:
        """``edition``: the one that was read and is corrected here; what a colleague took out since does not come back.
        ``keep``: the pieces of personal data that may stay. Texts that did not change are looked at: no new version.

        Raises NotAllowed, NotFound, FieldErrors (under "" if another edition is public by now, or a piece is open).
        """
        _check(actor)
        texts = {"title": clean_text(title, lines=False), "body": clean_text(body), "reply": clean_text(reply)}
        errors = {name: "不能为空；要全部撤下请用“撤下”" for name, text in texts.items() if not text}
        errors |= _too_long(texts)
        words = _reason(reason, errors)
        with self._casebook.open(number, actor, act=Act.CORRECT_PUBLICATION) as case:
            require_sight(case.session, case.letter, case.actor)
            row = _public(case)
            _check_edition(case, edition)
            found = findings_in(PublicText(**texts), case.letter, keep)
            _refuse_open(found)
            is_changed = any(getattr(row, name) != text for name, text in texts.items())
            if not is_changed and row.looked_at is not None:
                raise FieldErrors({"body": "内容没有改动"})
            if is_changed:
                case.session.add(_kept(row, case, words, was_withdrawn=False))
                row.title, row.body, row.reply = texts["title"], texts["body"], texts["reply"]
                row.corrected_at = case.now
            row.kept, row.looked_at = sorted(each.key for each in found), case.now
            case.record(PublicationCorrected(reason=words, kept=len(found), changed=is_changed))

    def withdraw(self, number: str, reason: str, actor: Actor) -> None:
        """Raises NotAllowed, NotFound, FieldErrors."""
        _check(actor)
        words = _reason(reason, {})
        with self._casebook.open(number, actor, act=Act.WITHDRAW_PUBLICATION) as case:
            require_sight(case.session, case.letter, case.actor)
            row = _public(case)
            case.session.add(_kept(row, case, words, was_withdrawn=True))
            case.session.delete(row)
            case.record(PublicationWithdrawn(reason=words))


def findings_in(text: PublicText, letter: Letter, keep: Collection[str]) -> list[FoundPiece]:
    """What is personal in a public text; those of ``keep`` are decided."""
    decisions = dict.fromkeys(keep, str(PieceDecision.KEEP))
    return findings(text, text, traces_for_public(letter.writer), decisions)


def _refuse_open(found: list[FoundPiece]) -> None:
    undecided = [each for each in found if each.decision is None]
    if undecided:
        words = "、".join(dict.fromkeys(each.text for each in undecided))
        raise FieldErrors({"keep": f"还有 {len(undecided)} 处个人信息：{words[:200]}。请改掉，或者逐处勾选“可以公开”"})


def _text_of(row: Publication) -> PublicText:
    return PublicText(row.title, row.body, row.reply)


def _to_look_at(row: Publication, letter: Letter) -> ToLookAt:
    kinds = Counter(each.kind for each in findings_in(_text_of(row), letter, row.kept) if each.decision is None)
    return ToLookAt(number=letter.number, title=row.title, published_at=row.published_at, pieces=dict(kinds))


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
        letter_id=row.letter_id,
        title=row.title,
        body=row.body,
        reply=row.reply,
        published_at=row.corrected_at or row.published_at,
        ended_at=case.now,
        ended_by=case.actor.name,
        reason=reason,
        was_withdrawn=was_withdrawn,
    )


def _version(row: PublicationVersion) -> Version:
    return Version(
        title=row.title,
        body=row.body,
        reply=row.reply,
        published_at=row.published_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        reason=row.reason,
        was_withdrawn=row.was_withdrawn,
    )
