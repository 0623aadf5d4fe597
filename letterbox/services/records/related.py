"""Letters related to a letter (A6, H8): of the same matter, led by it or leading it; and earlier rulings on letters
like it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, raiseload

from letterbox.domain.clock import Clock
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import FINAL_STATUSES, LetterStatus
from letterbox.intelligence.similarity import Candidate, similar
from letterbox.services.case.secrecy import masked_for_others
from letterbox.services.records.joined import joined_letters
from letterbox.services.records.views import JoinedLetter
from letterbox.services.visibility.rule import kept_from_nobody_of, letter_seen_by, visible_to
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.people import Unit
from letterbox.store.precedents import Precedent

RECENT = timedelta(days=90)
"""How far back letters of the same matter are looked for [ours]."""
MOST_COMPARED = 200
MOST_PRECEDENTS = 500


@dataclass(frozen=True, slots=True)
class RelatedLetter:
    """``likeness`` in percent; None if it was not asked for."""

    number: str
    title: str
    body: str
    status: str
    received_at: datetime
    likeness: int | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """``leading``: the letter to which this one is, or was, joined; ``joined``: the letters joined to this one."""

    leading: RelatedLetter | None
    joined: list[JoinedLetter]


@dataclass(frozen=True, slots=True)
class PrecedentView:
    """A final ruling on a return. Units are names."""

    number: str
    title: str
    ruled_at: datetime
    ruled_by: str
    outcome: str
    from_unit: str | None
    to_unit: str | None
    reason: str


class Related:
    """Answers within the reader's rights. Precedents are for everybody whose office assigns, rules or supervises."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def same_matter(self, number: str, actor: Actor, most: int = 5) -> list[RelatedLetter]:
        """Letters with which this one could be joined, most alike first; if equally alike, the newest first. Raises
        NotFound."""
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            query = (
                select(Letter)
                .where(Letter.id != letter.id, visible_to(actor), Letter.received_at > self._clock.now() - RECENT)
                .where(Letter.status.not_in(FINAL_STATUSES | {LetterStatus.JOINED}))
                .where(Letter.leading_id.is_distinct_from(letter.id))
                .order_by((Letter.matter == letter.matter).desc().nulls_last(), Letter.id.desc())
                .limit(MOST_COMPARED)
                .options(raiseload(Letter.writer))
            )
            known = {each.number: each for each in session.scalars(query)}
            candidates = [Candidate(each.number, each.title, each.body) for each in known.values()]
            found = similar(letter.title, letter.body, candidates, most)
            return [_related(known[each.key], round(each.score * 100)) for each in found]

    def family(self, number: str, actor: Actor) -> Family:
        """The leading letter by the reader's right to it, the joined ones as ``joined_letters`` says. Raises NotFound."""
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            own = select(Letter).where(Letter.id == letter.leading_id, visible_to(actor))
            leading = session.scalars(own).first() if letter.leading_id else None
            return Family(_related(leading) if leading else None, joined_letters(session, letter, actor))

    def precedents(self, actor: Actor) -> list[PrecedentView]:
        """Every final ruling, newest first, without those on letters that are kept from the actor."""
        with self._database.reading() as session:
            return [view for view, _ in _precedents(session, actor)]

    def precedents_for(self, number: str, actor: Actor, most: int = 3) -> list[PrecedentView]:
        """Final rulings on letters like this one among the newest ``MOST_PRECEDENTS``, most alike first, of equally alike
        ones the newest. Raises NotFound."""
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            known = {str(index): pair for index, pair in enumerate(_precedents(session, actor, MOST_PRECEDENTS))}
            candidates = [
                Candidate(key, about.title, about.body) for key, (_, about) in known.items() if about.id != letter.id
            ]
            return [known[each.key][0] for each in similar(letter.title, letter.body, candidates, most)]


def _precedents(session: Session, actor: Actor, most: int | None = None) -> list[tuple[PrecedentView, Letter]]:
    old, new = aliased(Unit), aliased(Unit)
    query = (
        select(Precedent, Letter, old.name, new.name)
        .join(Letter, Letter.id == Precedent.letter_id)
        .outerjoin(old, old.code == Precedent.from_unit)
        .outerjoin(new, new.code == Precedent.to_unit)
        .where(kept_from_nobody_of(actor))
        .order_by(Precedent.id.desc())
        .limit(most)
    )
    return [
        (
            PrecedentView(
                number=letter.number,
                title=letter.title,
                ruled_at=row.ruled_at,
                ruled_by=row.ruled_by,
                outcome=row.outcome,
                from_unit=before,
                to_unit=after,
                reason=masked_for_others(letter, row.reason),
            ),
            letter,
        )
        for row, letter, before, after in session.execute(query)
    ]


def _related(letter: Letter, likeness: int | None = None) -> RelatedLetter:
    return RelatedLetter(
        number=letter.number,
        title=letter.title,
        body=letter.body,
        status=letter.status,
        received_at=letter.received_at,
        likeness=likeness,
    )
