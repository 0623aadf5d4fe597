"""Query codes: ten digits a writer can read out on the telephone; only a keyed hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from letterbox.domain.typed import plain_code

CODE_DIGITS = 10


def new_code() -> str:
    return "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


class CodeKeeper:
    """Hashes and checks codes with the installation's secret, so that a stolen table alone opens no letter."""

    def __init__(self, secret_key: str) -> None:
        self._key = hashlib.sha256(b"query-code:" + secret_key.encode()).digest()

    def digest(self, number: str, code: str) -> str:
        return hmac.new(self._key, f"{number}:{plain_code(code)}".encode(), hashlib.sha256).hexdigest()

    def first(self, secret: str) -> str:
        """The code of whoever knows ``secret``: the same each time, so that it can be shown again without being kept."""
        mac = hmac.new(self._key, f"first:{secret}".encode(), hashlib.sha256).hexdigest()
        return f"{int(mac, 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

    def matches(self, number: str, code: str, stored: str | None) -> bool:
        """Same work and time whether the letter exists (``stored``) or not (None)."""
        digest = self.digest(number, code)
        return hmac.compare_digest(digest, stored or "0" * len(digest)) and stored is not None
