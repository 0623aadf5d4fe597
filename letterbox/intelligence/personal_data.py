"""Finds phone, identity and bank card numbers, e-mail addresses and number plates in a text, and masks them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PersonalDataKind(StrEnum):
    IDENTITY_NUMBER = "identity_number"
    BANK_CARD = "bank_card"
    PHONE = "phone"
    EMAIL = "email"
    PLATE = "plate"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """``text[start:end]`` is a piece of personal data."""

    kind: PersonalDataKind
    start: int
    end: int


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
GAP = r"[ \-]?"
IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
CARD = re.compile(rf"(?<![0-9])[3-6](?:{GAP}[0-9]){{15,18}}(?![0-9])")
MOBILE = re.compile(rf"(?<![0-9])(?:\+?86{GAP})?1[3-9][0-9]{GAP}[0-9]{{4}}{GAP}[0-9]{{4}}(?![0-9])")
LANDLINE = re.compile(r"(?<![0-9])(?:0[0-9]{2,3}-?|\(0[0-9]{2,3}\)-?)[2-8][0-9]{6,7}(?![0-9])")
EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}"
)
PLATE = re.compile(rf"[{PROVINCES}][A-HJ-NP-Z][·. ]?(?:[A-HJ-NP-Z0-9]{{6}}|[A-HJ-NP-Z0-9]{{5}})(?![A-Za-z0-9])")


def is_identity_number(digits: str) -> bool:
    """GB 11643: 18 places, a possible date of birth, a right check digit."""
    if not re.fullmatch(r"[0-9]{17}[0-9Xx]", digits):
        return False
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False))
    return CHECK_DIGITS[total % 11] == digits[17].upper()


def is_card_number(digits: str) -> bool:
    """16–19 places with a right Luhn sum, not all the same."""
    if not 16 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _any(_: str) -> bool:
    return True


FINDERS: tuple[tuple[PersonalDataKind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (PersonalDataKind.EMAIL, EMAIL, _any),
    (PersonalDataKind.IDENTITY_NUMBER, IDENTITY, is_identity_number),
    (PersonalDataKind.BANK_CARD, CARD, lambda found: is_card_number(re.sub(r"\D", "", found))),
    (PersonalDataKind.PHONE, MOBILE, _any),
    (PersonalDataKind.PHONE, LANDLINE, _any),
    (PersonalDataKind.PLATE, PLATE, _any),
)
"""In order of trust: where two overlap, the earlier wins."""


def find(text: str) -> list[PersonalData]:
    """Everything found, by position, never overlapping. Full-width digits and letters count as their ASCII twins."""
    plain = _narrow(text)
    found: list[PersonalData] = []
    for kind, pattern, is_valid in FINDERS:
        for match in pattern.finditer(plain):
            if is_valid(match.group()) and not any(
                each.start < match.end() and match.start() < each.end for each in found
            ):
                found.append(PersonalData(kind, match.start(), match.end()))
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


def _masked(kind: PersonalDataKind, found: str) -> str:
    if kind is PersonalDataKind.EMAIL:
        name = found.index("@") if "@" in found else found.index("＠")
        return found[0] + "*" * (name - 1) + found[name:]
    head, tail = {
        PersonalDataKind.PHONE: (3, 4),
        PersonalDataKind.PLATE: (2, 1),
        PersonalDataKind.IDENTITY_NUMBER: (3, 2),
        PersonalDataKind.BANK_CARD: (0, 4),
    }[kind]
    return found[:head] + "*" * (len(found) - head - tail) + found[-tail:]


def _narrow(text: str) -> str:
    """Full-width ASCII made narrow, character by character, so that positions stay."""
    return "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" or c == "\u3000" else c for c in text)
