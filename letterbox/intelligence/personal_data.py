"""Finds personal data in a text, and masks them: who counts as named and what as personal is decision 0120."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from letterbox.intelligence.address_finder import addresses
from letterbox.intelligence.called_finders import accounts, birth_dates, documents, emails
from letterbox.intelligence.name_finder import named_again, names, surely_named
from letterbox.intelligence.number_finders import Span, bank_cards, identity_numbers, phones, plates
from letterbox.intelligence.plain_text import PlainText, plain


class PersonalDataKind(StrEnum):
    IDENTITY_NUMBER = "identity_number"
    BANK_CARD = "bank_card"
    PHONE = "phone"
    EMAIL = "email"
    PLATE = "plate"
    ACCOUNT = "account"
    DOCUMENT = "document"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """``text[start:end]`` is a piece of personal data."""

    kind: PersonalDataKind
    start: int
    end: int


FINDERS: tuple[tuple[PersonalDataKind, Callable[[PlainText], Iterator[Span]]], ...] = (
    (PersonalDataKind.ACCOUNT, accounts),
    (PersonalDataKind.EMAIL, emails),
    (PersonalDataKind.DOCUMENT, documents),
    (PersonalDataKind.IDENTITY_NUMBER, identity_numbers),
    (PersonalDataKind.BANK_CARD, bank_cards),
    (PersonalDataKind.PHONE, phones),
    (PersonalDataKind.PLATE, plates),
    (PersonalDataKind.BIRTH_DATE, birth_dates),
    (PersonalDataKind.ADDRESS, addresses),
    (PersonalDataKind.NAME, names),
)
"""In order of trust: where two overlap, the earlier wins."""
EVERY_KIND = frozenset(PersonalDataKind)


def find(
    text: str, kinds: Collection[PersonalDataKind] = EVERY_KIND, named: Collection[str] = frozenset()
) -> list[PersonalData]:
    """Everything found of these kinds, by position, never overlapping. Takes time in proportion to the text's length.

    Who is named in one place is found wherever the text says the name. ``named``: who is named in what belongs to it
    (``names_in``).
    """
    read = plain(text)
    taken = bytearray(len(read.text))
    found = []

    def take(kind: PersonalDataKind, spans: Iterable[Span]) -> None:
        for start, end in spans:
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append((kind, start, end))

    for kind, finder in FINDERS:
        if kind in kinds:
            take(kind, finder(read))
    if PersonalDataKind.NAME in kinds:
        own = surely_named(read, [(start, end) for kind, start, end in found if kind is PersonalDataKind.NAME])
        take(PersonalDataKind.NAME, named_again(read, {*own, *named}))
    return sorted((PersonalData(kind, *read.original(start, end)) for kind, start, end in found), key=_place)


def _place(each: PersonalData) -> int:
    return each.start


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Who is surely named in texts that belong together: a letter's title, body and reply."""
    named: set[str] = set()
    for text in texts:
        read = plain(text)
        named.update(surely_named(read, names(read)))
    return frozenset(named)


def mask(text: str) -> str:
    """The same text, of the same length, with the middle of each find replaced by ``*``."""
    return "".join(_masked_parts(text))


def _masked_parts(text: str) -> Iterator[str]:
    at = 0
    for each in find(text):
        yield text[at : each.start]
        yield _masked(each.kind, text[each.start : each.end])
        at = each.end
    yield text[at:]


SHOWN = {
    PersonalDataKind.PHONE: (3, 4),
    PersonalDataKind.PLATE: (2, 1),
    PersonalDataKind.IDENTITY_NUMBER: (3, 2),
    PersonalDataKind.BANK_CARD: (0, 4),
    PersonalDataKind.NAME: (1, 0),
}
"""How many characters of its beginning and its end are left; of the other kinds none."""


def _masked(kind: PersonalDataKind, found: str) -> str:
    at_sign = max(found.find("@"), found.find("＠"))
    if kind is PersonalDataKind.EMAIL and at_sign > 0:
        return found[0] + "*" * (at_sign - 1) + found[at_sign:]
    head, tail = SHOWN.get(kind, (0, 0))
    tail = min(tail, max(0, len(found) - head - 1))
    return found[:head] + "*" * (len(found) - head - tail) + found[len(found) - tail :]
