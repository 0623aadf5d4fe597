"""Query codes: ten digits a writer can read out on the telephone; only a keyed hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets

CODE_DIGITS = 10


def new_code() -> str:
    return "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


def normalise(code: str) -> str:
    """What a person typed, without blanks and dashes; full-width digits become plain ones."""
    return "".join(
        str(int(c)) if c.isdigit() and not c.isascii() else c for c in code if not c.isspace() and c not in "-—"
    )


class CodeKeeper:
    """Hashes and checks codes with the installation's secret, so that a stolen table alone opens no letter."""

    def __init__(self, secret_key: str) -> None:
        self._key = hashlib.sha256(b"query-code:" + secret_key.encode()).digest()

    def digest(self, number: str, code: str) -> str:
        return hmac.new(self._key, f"{number}:{normalise(code)}".encode(), hashlib.sha256).hexdigest()

    def matches(self, number: str, code: str, stored: str | None) -> bool:
        """Same work and time whether the letter exists (``stored``) or not (None)."""
        digest = self.digest(number, code)
        return hmac.compare_digest(digest, stored or "0" * len(digest)) and stored is not None
