"""Finds personal data in a text, and masks them: who counts as named and what as personal is decision 0120."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from letterbox.intelligence.address_finder import addresses
from letterbox.intelligence.called_finders import accounts, birth_dates, documents, emails
from letterbox.intelligence.name_finder import names
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


def find(text: str, kinds: Collection[PersonalDataKind] = EVERY_KIND) -> list[PersonalData]:
    """Everything found of these kinds, by position, never overlapping. Takes time in proportion to the text's length."""
    read = plain(text)
    taken = bytearray(len(read.text))
    found = []
    for kind, finder in FINDERS:
        for start, end in finder(read) if kind in kinds else ():
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(PersonalData(kind, *read.original(start, end)))
    return sorted(found, key=lambda each: each.start)


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
