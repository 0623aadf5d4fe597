"""By what a writer is found who rang or stands at the counter: his whole name, telephone, its last four digits, mailbox.

Each is one word of which only a keyed digest is kept (``store/search.py``): equal ones are found, nothing can be listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from letterbox.domain.contact_data import counted_contact, plain_email
from letterbox.domain.folding import fold

LAST_DIGITS = 4
SHORTEST_PHONE, LONGEST_PHONE = 7, 18
_BRACKETS = re.compile(r"[（(\[【〔<《].*?(?:[）)\]】〕>》]|$)")
_BETWEEN_PEOPLE = re.compile(r"[、，,;；/／|｜&＆\n]|和|与|及|暨")
_CALLED = re.compile(r"(?:先生|女士|同志|老师|小姐|师傅|大爷|大妈|大叔|阿姨|等\d*人?)$")
_PHONE_SIGNS = re.compile(r"[+＋()（）\s\-‐-―−ー－.·0-9０-９]+")


def keys_of_writer(name: str | None, phone: str | None, email: str | None) -> set[str]:
    """Of what a writer gave; a field may hold several people."""
    found = {f"name:{each}" for each in _names(name or "")}
    if phone:
        found.update(_phone_keys(phone))
    if email:
        found.add(f"mail:{counted_contact(email)}")
    return found


def keys_asked_for(typed: str) -> set[str]:
    """What a word that was typed could be of a writer; empty if it can be nothing of the kind."""
    narrow = unicodedata.normalize("NFKC", typed).strip()
    if email := plain_email(narrow):
        return {f"mail:{counted_contact(email)}"}
    if _PHONE_SIGNS.fullmatch(typed):
        digits = "".join(each for each in narrow if each.isdecimal())
        if len(digits) == LAST_DIGITS:
            return {f"tail:{digits}"}
        return {f"phone:{counted_contact(narrow)}"} if len(digits) >= SHORTEST_PHONE else set()
    plain = fold(_CALLED.sub("", narrow), for_names=True)
    return {f"name:{plain}"} if len(plain) > 1 and not any(each.isdecimal() for each in plain) else set()


def is_phone_like(typed: str) -> bool:
    """Digits in groups, enough for a telephone: one word, whatever stands between them."""
    return (
        _PHONE_SIGNS.fullmatch(typed) is not None
        and SHORTEST_PHONE <= sum(each.isdecimal() for each in typed) <= LONGEST_PHONE
    )


def _phone_keys(phone: str) -> Iterator[str]:
    plain = counted_contact(phone)
    yield f"phone:{plain}"
    if len(plain) >= LAST_DIGITS:
        yield f"tail:{plain[-LAST_DIGITS:]}"


def _names(field: str) -> Iterator[str]:
    base = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", field))
    for each in (base, *_BETWEEN_PEOPLE.split(base)):
        plain = fold(_CALLED.sub("", each.strip()), for_names=True)
        if len(plain) > 1:
            yield plain
