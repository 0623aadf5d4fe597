"""What of a letter may become public: what is personal in it, what was decided of each piece, and the text that follows.

A piece is known by the field it stands in and what it says: the same number twice in a text is one piece. Whose name stands in
several fields is named once and decided once. Nothing that the detector or the writer's own details point at is public unless
somebody ticked that it may stay (P3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from letterbox.domain.folding import fold
from letterbox.domain.secrecy import HIDDEN, Traces, places_of, replaced, traces
from letterbox.intelligence.personal_data import PersonalDataKind, find, names_in
from letterbox.store.letters import Writer

CONTEXT = 14
LEFT_BY_WRITER = "writer"
"""The kind of a piece that only the writer's own details point at."""
OF_THE_WHOLE = frozenset({PersonalDataKind.NAME, LEFT_BY_WRITER})
"""Kinds of which a piece is the same in every field."""
EVERYWHERE = "letter"
COMPOUND = 2


class PieceDecision(StrEnum):
    """Of one piece."""

    MASK = "mask"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class PublicText:
    title: str
    body: str
    reply: str

    def fields(self) -> Iterator[tuple[str, str]]:
        yield from (("title", self.title), ("body", self.body), ("reply", self.reply))

    @property
    def named(self) -> frozenset[str]:
        """Who is surely named in one of the texts."""
        return names_in(text for _, text in self.fields())


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[start:end]`` of a field. ``key``: names the piece in forms and decisions."""

    key: str
    field: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FoundPiece:
    """A piece as the reviewer looks at it, with what stands around it first.

    ``field``: where it stands first; ``fields``: all of them; ``times``: how often it stands in them.
    """

    key: str
    field: str
    fields: tuple[str, ...]
    kind: str
    text: str
    before: str
    after: str
    times: int
    decision: str | None


def traces_for_public(writer: Writer) -> Traces:
    """The writer by name and numbers; 王女士 alone is nobody to the public."""
    return traces(writer.name, writer.phone, writer.email, writer.address, writer.contact_remark, with_titles=False)


def pieces(field: str, text: str, known: Traces, named: Collection[str] = frozenset()) -> list[Piece]:
    """By position, never overlapping: what the detector finds and where the writer's own details stand.

    ``named``: who is named in the letter's other texts.
    """
    found = [(each.start, each.end, str(each.kind)) for each in find(text, named=named)]
    own = [(start, end, LEFT_BY_WRITER) for start, end in places_of(text, known)]
    merged: list[tuple[int, int, str]] = []
    for start, end, kind in sorted([*found, *own]):
        if merged and start < merged[-1][1]:
            first, last, earlier = merged[-1]
            merged[-1] = (first, max(last, end), kind if earlier == LEFT_BY_WRITER else earlier)
        else:
            merged.append((start, end, kind))
    return [
        Piece(key=key_of(field, text[start:end], kind), field=field, kind=kind, start=start, end=end)
        for start, end, kind in merged
    ]


def key_of(field: str, text: str, kind: str) -> str:
    folded = fold(text, for_names=False) or text
    place = EVERYWHERE if kind in OF_THE_WHOLE else field
    return hashlib.sha256(f"{place}\n{folded}".encode()).hexdigest()[:12]


def redacted(field: str, text: str, known: Traces, kept: Collection[str], named: Collection[str] = frozenset()) -> str:
    """``text`` with every piece masked that was not kept: a name to its surname, all else to a mark."""
    for each in reversed(pieces(field, text, known, named)):
        if each.key not in kept:
            by = _in_public(each.kind, text[each.start : each.end])
            text = replaced(text, [(each.start, each.end)], by)
    return text


def _in_public(kind: str, text: str) -> str:
    if kind != PersonalDataKind.NAME or not 2 <= len(text) <= 4 or not text.isalpha():
        return HIDDEN
    return f"{text[:COMPOUND] if len(text) == 4 else text[0]}某某"


def automatic(
    text: PublicText, known: Traces, kept: Collection[str], named: Collection[str] = frozenset()
) -> PublicText:
    """Everything found masked but what was kept. ``named``: who is named in what ``text`` was made from."""
    named = text.named.union(named)
    return PublicText(**{field: redacted(field, words, known, kept, named) for field, words in text.fields()})


def findings(original: PublicText, public: PublicText, known: Traces, decisions: Mapping[str, str]) -> list[FoundPiece]:
    """Of the original, and of the public text where it says more than that, in reading order."""
    found: dict[str, FoundPiece] = {}
    named = original.named | public.named
    for texts in (original, public):
        counted = {key: found[key].times for key in found}
        for field, text in texts.fields():
            for each in pieces(field, text, known, named):
                if each.key in counted:
                    continue
                if before := found.get(each.key):
                    fields = tuple(dict.fromkeys((*before.fields, field)))
                    found[each.key] = replace(before, times=before.times + 1, fields=fields)
                else:
                    found[each.key] = _finding(each, text, decisions.get(each.key))
    return list(found.values())


def _finding(piece: Piece, text: str, decision: str | None) -> FoundPiece:
    return FoundPiece(
        key=piece.key,
        field=piece.field,
        fields=(piece.field,),
        kind=piece.kind,
        text=text[piece.start : piece.end],
        before=text[max(0, piece.start - CONTEXT) : piece.start],
        after=text[piece.end : piece.end + CONTEXT],
        times=1,
        decision=decision,
    )


def kept_of(decisions: Mapping[str, str]) -> frozenset[str]:
    return frozenset(key for key, decision in decisions.items() if decision == PieceDecision.KEEP)
