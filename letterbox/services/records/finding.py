"""Letters by words: which ones, and where in them the words stand. Each answer is limited to what the asker may see.

Whether a letter is among them is decided by what everybody who may know of it may read (``case/findable.py``), so that a
search says no more than the page of a letter. By who wrote, no accusation is found (A5).

Two ways, so that no word takes long. Where the other conditions leave few letters, those are read one by one; else the
index is asked block by block from the newest (``domain/search.py``), and asking ends when there are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.domain.search import HERE, Hit, Word, block_of, folded_line, marked, query_of, typed_words, unit_line
from letterbox.domain.vocabulary import Category
from letterbox.domain.writer_keys import keys_asked_for
from letterbox.services.case.findable import Findable, findable_texts
from letterbox.services.records.ordering import received_within
from letterbox.services.visibility.rule import visible_to
from letterbox.store.letters import Letter
from letterbox.store.people import Unit
from letterbox.store.sealing import Digests
from letterbox.store.search import WRITER_KEY, LetterSearch, WriterKey

MOST_FOUND = 1000
FEW = 5000
"""Letters that can be read through one by one without anybody waiting."""
SHORTEST_UNIT = 3
AROUND = 24
"""Characters shown before and after a word that was found."""
MOST_HITS = 2
SLACK = timedelta(hours=1)
"""Two letters that come in at once may have their ids and their instants in other orders."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A word, and the letters whose writer it may name."""

    word: Word
    written_by: frozenset[int]


@dataclass(frozen=True, slots=True)
class Found:
    """Ids, the newest first or the oldest; ``more``: there are others beyond ``MOST_FOUND``."""

    ids: Sequence[int]
    more: bool


def sought(session: Session, typed: str) -> list[Sought]:
    """What was typed, word by word."""
    return [_sought(session, word) for word in typed_words(typed)]


def find(
    session: Session,
    actor: Actor,
    words: Sequence[Sought],
    conditions: Sequence[ColumnElement[bool]],
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    oldest_first: bool = False,
) -> Found:
    """Letters that hold every word and meet the conditions; ``since`` and ``until`` (not included) of their receipt. None if
    nothing but signs was typed."""
    if not words:
        return Found((), False)
    conditions = [visible_to(actor), *conditions, *received_within(since, until)]
    few = _few(session, conditions) if len(conditions) > 1 or not actor.has(*SEES_ALL_LETTERS) else None
    if few is not None:
        found = set(_among(session, words, few, conditions, oldest_first=oldest_first))
    else:
        between = _blocks(session, since, until)
        found = set(session.scalars(by_blocks(words, conditions, *between, oldest_first=oldest_first)))
        writers = frozenset[int]().union(*(each.written_by for each in words))
        found |= set(_among(session, words, writers, conditions, oldest_first=oldest_first))
    ids = sorted(found, reverse=not oldest_first)
    return Found(ids[:MOST_FOUND], len(ids) > MOST_FOUND)


def hits(session: Session, letters: Sequence[Letter], words: Sequence[Sought]) -> dict[int, tuple[Hit, ...]]:
    """Where the words stand in each letter, the first of each text, the title first."""
    texts = findable_texts(session, letters) if words else {}
    return {letter.id: _hits(letter.id, texts.get(letter.id, []), words) for letter in letters}


def _hits(letter_id: int, texts: Sequence[Findable], words: Sequence[Sought]) -> tuple[Hit, ...]:
    typed = [each.word.typed for each in words]
    found = [hit for text in texts if (hit := _hit(text, typed)) is not None]
    kept = [each for each in found if each.where == "title"][:1]
    kept += [each for each in found if each.where not in {"title", "number"}][:MOST_HITS]
    by_writer = any(letter_id in each.written_by for each in words)
    return (*kept, Hit("writer")) if by_writer else tuple(kept)


def _sought(session: Session, typed: str) -> Sought:
    plain = folded_line(typed)
    units = session.execute(select(Unit.code, Unit.name, Unit.short_name)) if len(plain) >= SHORTEST_UNIT else ()
    lines = [unit_line(code) for code, *names in units if any(folded_line(name).endswith(plain) for name in names)]
    return Sought(Word(typed, (plain, *lines)), frozenset(_written_by(session, keys_asked_for(typed))))


def _written_by(session: Session, keys: Iterable[str]) -> list[int]:
    """Letters whose writer is called so, has this telephone or mailbox; never accusations, which would tell who accuses."""
    found: list[int] = []
    for key in keys:
        digests = bindparam(None, key, type_=Digests(WRITER_KEY), unique=True)
        query = select(WriterKey.letter_id).join(Letter, Letter.id == WriterKey.letter_id)
        query = query.where(WriterKey.digest == any_(digests), Letter.category.is_distinct_from(Category.REPORT))
        found += session.scalars(query.order_by(WriterKey.letter_id.desc()).limit(MOST_FOUND + 1))
    return found


def _few(session: Session, conditions: Sequence[ColumnElement[bool]]) -> frozenset[int] | None:
    """The letters that meet the conditions, if they are few."""
    ids = session.scalars(select(Letter.id).where(*conditions).limit(FEW + 1)).all()
    return frozenset(ids) if len(ids) <= FEW else None


def _among(
    session: Session,
    words: Sequence[Sought],
    ids: frozenset[int],
    conditions: Sequence[ColumnElement[bool]],
    *,
    oldest_first: bool,
) -> Sequence[int]:
    """Those of the letters that hold every word, or whose writer it names."""
    if not ids:
        return ()
    query = select(LetterSearch.letter_id).join(Letter, Letter.id == LetterSearch.letter_id)
    query = query.where(LetterSearch.letter_id == _any_of(ids), *map(_holds_or_is_by, words), *conditions)
    order = LetterSearch.letter_id if oldest_first else LetterSearch.letter_id.desc()
    return session.scalars(query.order_by(order).limit(MOST_FOUND + 1)).all()


def by_blocks(
    words: Sequence[Sought], conditions: Sequence[ColumnElement[bool]], first: int, last: int, *, oldest_first: bool
) -> Select[tuple[int]]:
    """Those that hold every word, block by block: a block is asked only when those before it had too few."""
    start, stop, step = (first, last, 1) if oldest_first else (last, first, -1)
    blocks = func.generate_series(start, stop, step).table_valued(column("block", Integer), name="blocks")
    blocks = blocks.render_derived()
    query = cast(
        func.replace(query_of([each.word for each in words]), HERE, func.to_hex(blocks.c.block).concat(":")), TSQUERY
    )
    own = LetterSearch.letter_id if oldest_first else LetterSearch.letter_id.desc()
    inside = (
        select(LetterSearch.letter_id.label("id"))
        .where(LetterSearch.words.op("@@")(query), *map(_holds, words), _meets(conditions))
        .order_by(own)
        .limit(MOST_FOUND + 1)
        .lateral("inside")
    )
    return select(inside.c.id).select_from(blocks).join(inside, true()).limit(MOST_FOUND + 1)


def _blocks(session: Session, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """The first and the last block that a letter of this time can lie in: ids follow the receipt."""
    by_receipt = select(Letter.id).order_by(Letter.received_at).limit(1)
    first = session.scalar(by_receipt.where(Letter.received_at >= since - SLACK)) if since else 0
    last = session.scalar(by_receipt.where(Letter.received_at >= until + SLACK)) if until else None
    end = session.scalar(select(func.max(LetterSearch.letter_id))) or 0
    if first is None:
        return block_of(end), block_of(end)
    return block_of(first), block_of(end if last is None else last)


def _meets(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Asked of each letter that was found; ``OFFSET 0`` keeps the planner from reading all letters beforehand."""
    return select(Letter.id).where(Letter.id == LetterSearch.letter_id, *conditions).offset(0).exists()


def _holds(each: Sought) -> ColumnElement[bool]:
    return or_(*(func.strpos(LetterSearch.text, part) > 0 for part in each.word.parts))


def _holds_or_is_by(each: Sought) -> ColumnElement[bool]:
    return or_(_holds(each), LetterSearch.letter_id == _any_of(each.written_by)) if each.written_by else _holds(each)


def _any_of(ids: frozenset[int]) -> Any:
    return any_(literal(sorted(ids), ARRAY(BigInteger)))


def _hit(text: Findable, typed: Sequence[str]) -> Hit | None:
    places = marked(text.text, typed)
    if not places:
        return None
    if text.where in {"title", "place"}:
        return Hit(text.where, tuple(_pieces(text.text, places, 0, len(text.text))))
    start, end = max(0, places[0][0] - AROUND), min(len(text.text), max(places[0][1] + 2 * AROUND, places[0][0]))
    inside = [place for place in places if place[1] <= end]
    pieces = _pieces(text.text, inside, start, end)
    return Hit(
        text.where, (*([("…", False)] if start else []), *pieces, *([("…", False)] if end < len(text.text) else []))
    )


def _pieces(text: str, places: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[str, bool]]:
    pieces, at = [], start
    for first, last in places:
        pieces += [(text[at:first], False), (text[first:last], True)]
        at = last
    return [(words, is_marked) for words, is_marked in [*pieces, (text[at:end], False)] if words]
