"""Query codes: ten digits a writer can read out on the telephone; only a keyed hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from letterbox.domain.clean_text import plain_code
from letterbox.domain.keys import Keys

CODE_DIGITS = 10


def new_code() -> str:
    return "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


class CodeKeeper:
    """Hashes and checks codes with the installation's secret, so that a stolen table alone opens no letter.

    A code that was hashed with an older secret stays valid.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = [hashlib.sha256(b"query-code:" + secret.encode()).digest() for secret in keys.secrets]

    def digest(self, number: str, code: str) -> str:
        return _digest(self._keys[0], number, code)

    def first(self, secret: str, number: str | None = None, stored: str | None = None) -> str:
        """The code of whoever knows ``secret``: the same each time, so that it can be shown again without being kept.

        ``number`` and ``stored``: the letter that got it and the hash kept there, if it has one already; the code may
        have been made under an older key.
        """
        made = [_first(key, secret) for key in self._keys]
        if number is None or stored is None:
            return made[0]
        return next((code for code in made if self.matches(number, code, stored)), made[0])

    def matches(self, number: str, code: str, stored: str | None) -> bool:
        """Whether the code is right. Work and time are the same whether the letter exists (``stored``) or not (None)."""
        known = stored or "0" * 64
        fits = [hmac.compare_digest(_digest(key, number, code), known) for key in self._keys]
        return any(fits) and stored is not None


def _digest(key: bytes, number: str, code: str) -> str:
    return hmac.new(key, f"{number}:{plain_code(code)}".encode(), hashlib.sha256).hexdigest()


def _first(key: bytes, secret: str) -> str:
    mac = hmac.new(key, f"first:{secret}".encode(), hashlib.sha256).hexdigest()
    return f"{int(mac, 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
