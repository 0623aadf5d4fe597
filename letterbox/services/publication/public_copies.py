"""The public copy of a letter in review: everything found masked beforehand, each piece to be looked at, texts to be edited (P3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clean_text import clean_text
from letterbox.domain.errors import FieldErrors, NotAllowed, WrongState
from letterbox.domain.letter import BODY_MAX, TITLE_MAX
from letterbox.domain.permissions import EGOV_ROLES, Actor
from letterbox.domain.vocabulary import Category
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.publication.public_text import (
    FoundPiece,
    PieceDecision,
    PublicText,
    automatic,
    findings,
    kept_of,
    traces_for_public,
)
from letterbox.services.visibility.rule import letter_seen_by
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.replies import PublicCopy, Reply

MOST = {"title": TITLE_MAX, "body": BODY_MAX, "reply": BODY_MAX}


@dataclass(frozen=True, slots=True)
class Prepared:
    """``text`` is safe to publish as it is: pieces without a decision are masked in it."""

    original: PublicText
    text: PublicText
    findings: tuple[FoundPiece, ...]
    kept: frozenset[str]
    prepared_by: str | None = None
    prepared_at: datetime | None = None

    @property
    def undecided(self) -> int:
        return sum(1 for each in self.findings if each.decision is None)


class PublicCopies:
    """For the e-gov office, while a reply is in review."""

    def __init__(self, database: Database, casebook: Casebook) -> None:
        self._database = database
        self._casebook = casebook

    def open(self, number: str, actor: Actor) -> Prepared:
        """Raises NotAllowed, NotFound, WrongState where nothing is to be published."""
        _check_role(actor)
        with self._database.reading() as session:
            return prepared(session, letter_seen_by(session, number, actor))

    def look(self, number: str, actor: Actor) -> Prepared | None:
        """``open`` for a page that shows it beside something else; None where nothing of the letter may be public."""
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            return prepared(session, letter) if may_be_public(letter) and actor.has(*EGOV_ROLES) else None

    def hints(self, number: str, actor: Actor, reply: str | None) -> list[FoundPiece]:
        """What would have to be hidden in public, for whoever writes or signs the reply. ``reply``: as it is being typed;
        None: the last one. Raises NotFound.
        """
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            if not may_be_public(letter):
                return []
            query = select(Reply.body).where(Reply.letter_id == letter.id).order_by(Reply.round.desc()).limit(1)
            body = reply if reply is not None else session.scalars(query).first()
            text = PublicText(letter.title, letter.body, body or "")
            return findings(text, text, traces_for_public(letter.writer), {})

    def save(self, number: str, actor: Actor, texts: Mapping[str, str], decisions: Mapping[str, str]) -> Prepared:
        """``texts`` by field as typed, ``decisions`` by piece. A text left as it was shown goes on following the decisions;
        of an edited one every piece that is not kept is masked.

        Raises NotAllowed, NotFound, WrongState, FieldErrors.
        """
        _check_role(actor)
        typed = _checked(texts)
        with self._casebook.open(number, actor, act=Act.PREPARE_PUBLIC_COPY) as case:
            before = prepared(case.session, case.letter)
            row = _own_row(case.session, case.letter)
            shown = dict(before.text.fields())
            for field, text in typed.items():
                if text != shown[field]:
                    setattr(row, field, text)
            given = {key: said for key, said in decisions.items() if said in set(PieceDecision)}
            row.decisions = {**row.decisions, **given}
            row.prepared_by, row.prepared_at = case.actor.name, case.now
            case.session.add(row)
            case.session.flush()
            return prepared(case.session, case.letter)


def prepared(session: Session, letter: Letter) -> Prepared:
    """Raises WrongState where no reply was submitted or nothing of the letter may be public."""
    if not may_be_public(letter):
        raise WrongState("这封来信不公开：来信人不同意公开，或者是检举控告")
    reply, row = _submitted(session, letter), session.get(PublicCopy, letter.id)
    if row is not None and row.reply_id != reply.id:
        row = PublicCopy(title=row.title, body=row.body, decisions=row.decisions)
    known = traces_for_public(letter.writer)
    original = PublicText(letter.title, letter.body, reply.body)
    edited = {field: getattr(row, field, None) for field, _ in original.fields()}
    base = PublicText(**{field: edited[field] or text for field, text in original.fields()})
    decisions = row.decisions if row else {}
    kept = kept_of(decisions)
    return Prepared(
        original=original,
        text=automatic(base, known, kept, original.named),
        findings=tuple(findings(original, base, known, decisions)),
        kept=kept,
        prepared_by=row.prepared_by if row else None,
        prepared_at=row.prepared_at if row else None,
    )


def may_be_public(letter: Letter) -> bool:
    """Only what the writer allowed, and never an accusation (A5)."""
    return letter.is_public and letter.category != Category.REPORT


def undecided(session: Session, letter: Letter) -> int:
    """How many pieces of what would be public nobody has answered for; 0 where nothing will be."""
    return prepared(session, letter).undecided if may_be_public(letter) else 0


def _own_row(session: Session, letter: Letter) -> PublicCopy:
    """For the reply that is in review; decisions and texts about title and letter go on, those about an earlier reply end."""
    reply, row = _submitted(session, letter), session.get(PublicCopy, letter.id)
    if row is None:
        return PublicCopy(letter_id=letter.id, reply_id=reply.id, decisions={})
    if row.reply_id != reply.id:
        row.reply_id, row.reply = reply.id, None
    return row


def _submitted(session: Session, letter: Letter) -> Reply:
    query = select(Reply).where(Reply.letter_id == letter.id, Reply.submitted_at.is_not(None))
    reply = session.scalars(query.order_by(Reply.round.desc()).limit(1)).first()
    if reply is None:
        raise WrongState("答复还没有提交审核，没有可以公开的内容")
    return reply


def _check_role(actor: Actor) -> None:
    if not actor.has(*EGOV_ROLES):
        raise NotAllowed("公开稿由电子政务办审核时核对")


def _checked(texts: Mapping[str, str]) -> dict[str, str]:
    """Raises FieldErrors for an empty or overlong text."""
    typed = {field: clean_text(texts.get(field, ""), lines=field != "title") for field in MOST}
    errors = {field: "不能为空；不公开的，在审核表单中不勾选公开" for field, text in typed.items() if not text}
    errors |= {
        field: f"最多 {most} 字，现有 {len(typed[field])} 字"
        for field, most in MOST.items()
        if len(typed[field]) > most
    }
    if errors:
        raise FieldErrors(errors)
    return typed
