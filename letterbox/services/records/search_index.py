"""What letters are found by, brought up to date: for letters from before there was a search, and where something drifted.

May be interrupted and started again beside a running installation: a transaction a batch, each letter under its lock.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from letterbox.domain.keys import Keys
from letterbox.services.case.findable import make_findable, text_of, writer_digests
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.sealing import sealer_of
from letterbox.store.search import LetterSearch, WriterKey

BATCH = 200
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Letters that were looked at, and those of them that were found by something else than what they say."""

    checked: int
    changed: int


class SearchIndex:
    def __init__(self, database: Database, keys: Keys) -> None:
        """``keys``: what digests of writers are made with."""
        self._database = database
        self._sealer = sealer_of(keys)

    def missing(self) -> int:
        """Letters that no word finds."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(Letter).where(_is_missing())) or 0

    def drifted(self) -> list[str]:
        """Numbers of those among the newest ``SAMPLE`` letters that are found by something else than what they say."""
        with self._database.reading() as session:
            newest = session.scalars(select(Letter).order_by(Letter.id.desc()).limit(SAMPLE))
            return [each.number for each in newest if self._is_off(session, each)]

    def fill(self) -> int:
        """Letters that no word found; they are found from now on."""
        return self._each(_is_missing()).changed

    def rebuild(self) -> Rebuilt:
        """Every letter compared, and mended where it has to be."""
        return self._each(true())

    def seal_anew(self) -> int:
        """After the secret was replaced: the digests of writers under the current key. How many letters they are of."""
        return self.rebuild().changed

    def _is_off(self, session: Session, letter: Letter) -> bool:
        text = session.scalar(select(LetterSearch.text).where(LetterSearch.letter_id == letter.id))
        kept = set(session.scalars(select(WriterKey.digest).where(WriterKey.letter_id == letter.id)))
        return text != text_of(session, letter) or kept != writer_digests(letter, self._sealer)

    def _each(self, wanted: ColumnElement[bool]) -> Rebuilt:
        last = checked = changed = 0
        while True:
            query = select(Letter).where(Letter.id > last, wanted).order_by(Letter.id).limit(BATCH)
            with self._database.transaction() as session:
                batch = session.scalars(query.with_for_update(of=Letter, key_share=True)).all()
                changed += sum([make_findable(session, each) for each in batch])
            if not batch:
                return Rebuilt(checked, changed)
            last, checked = batch[-1].id, checked + len(batch)


def _is_missing() -> ColumnElement[bool]:
    return ~select(LetterSearch.letter_id).where(LetterSearch.letter_id == Letter.id).exists()
