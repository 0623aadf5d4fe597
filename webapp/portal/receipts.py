"""The receipt of a letter just sent: number and query code for the page after the redirect, in a cookie that nobody can read.

The session's cookie is signed but readable; whoever finds the browser open, or its profile, must not find the code in it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, replace

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import session

from letterbox.domain.keys import Purpose
from webapp.shared.context import services

KEY = "receipt"
KEPT_S = 30 * 60
"""How long the page after sending shows the code again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """``code`` None: shown before, or sent already; ``ways``: by what else it goes to the writer; ``again``: a repeated
    submission; ``until``: Unix seconds."""

    number: str
    code: str | None
    ways: list[str]
    until: int
    again: bool = False


def keep(number: str, code: str | None, ways: list[str]) -> None:
    """A repeated submission keeps the code that was shown the first time."""
    known = read()
    if known is not None and known.number == number and known.code:
        _write(replace(known, again=True))
        return
    _write(Receipt(number=number, code=code, ways=ways, until=_now() + KEPT_S))


def read() -> Receipt | None:
    """None if there is none, it is over or was not ours."""
    try:
        found = Receipt(**json.loads(_box().decrypt(str(session.get(KEY, "")).encode())))
    except (InvalidToken, ValueError, TypeError):
        return None
    return found if found.until >= _now() else None


def forget() -> None:
    session.pop(KEY, None)


def _write(receipt: Receipt) -> None:
    session[KEY] = _box().encrypt(json.dumps(asdict(receipt)).encode()).decode()


def _box() -> MultiFernet:
    """The current key writes, older ones still read."""
    keys = services().settings.keys
    derived = [keys.of(Purpose.RECEIPT), *keys.older_of(Purpose.RECEIPT)]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(bytes.fromhex(key))) for key in derived])


def _now() -> int:
    return int(services().clock.now().timestamp())
