"""The receipt of a letter just sent: number and query code for the page after the redirect, kept on the server for a while.

The browser holds only a random token. Whoever finds it open, or its profile, finds no code in it; after leaving, a copy of
the cookie shows nothing any more.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from flask import session

from webapp.services import services

KEY = "receipt"
LASTS = timedelta(minutes=30)
"""How long the page after sending shows the code again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """``code`` None: shown before, or sent already; ``ways``: by what else it goes to the writer; ``again``: a repeated
    submission."""

    number: str
    code: str | None
    ways: list[str]
    again: bool = False


def keep(number: str, code: str | None, ways: list[str]) -> None:
    """A repeated submission keeps the code that was shown the first time."""
    known = read()
    forget()
    if known is not None and known.number == number and known.code:
        receipt = replace(known, again=True)
    else:
        receipt = Receipt(number=number, code=code, ways=ways)
    session[KEY] = services().writer_sessions.keep(asdict(receipt), LASTS)


def read() -> Receipt | None:
    """None if there is none, or its time is over."""
    facts = services().writer_sessions.kept(session.get(KEY))
    return Receipt(**facts) if facts is not None else None


def forget() -> None:
    services().writer_sessions.end(session.pop(KEY, None))
