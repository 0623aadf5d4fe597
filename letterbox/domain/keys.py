"""One secret, a key for each purpose (HKDF, RFC 5869): what one of them signs opens nothing that another guards.

A secret can be replaced without voiding what the old one signed or hashed: old ones are still tried when checking, never
used for anything new.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

SHORTEST_SECRET = 32
"""Bytes. Shorter ones are refused at start."""


class Purpose(StrEnum):
    """What a key is for; part of its derivation, so a renamed member voids what was signed."""

    SESSION = "session"
    UPLOAD = "upload"
    CLIENT = "client"
    CONTACT = "contact"
    CONFIRMATION = "confirmation"
    PROOF_OF_WORK = "proof-of-work"
    KNOWN_DEVICE = "known-device"
    SECOND_FACTOR = "second-factor"
    AUDIT = "audit"
    COLUMNS = "columns"
    """Seals personal data in the database."""
    INDEX = "index"
    """Finds sealed personal data that is equal to what is looked for."""
    FILES = "files"
    """Seals files with personal data below the data folder."""


@dataclass(frozen=True, slots=True)
class Keys:
    """``current`` signs and hashes; ``older`` are only tried when checking, the newest of them first."""

    current: str
    older: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Secrets stay out of logs and traces."""
        return f"Keys(older={len(self.older)})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """All of them, the current one first."""
        return (self.current, *self.older)

    def of(self, purpose: Purpose) -> str:
        """The key that signs for this purpose, as 64 hexadecimal digits."""
        return derived(self.current, purpose)

    def older_of(self, purpose: Purpose) -> tuple[str, ...]:
        """Keys with which something for this purpose may have been signed before."""
        return tuple(derived(secret, purpose) for secret in self.older)

    def ids(self, purpose: Purpose) -> dict[str, str]:
        """Id of each key for this purpose → the key; the current one first. What was sealed names its key by the id."""
        return {key_id(key): key for key in (self.of(purpose), *self.older_of(purpose))}

    def oldest_first(self, purpose: Purpose) -> list[str]:
        """All keys for this purpose in the order in which ``itsdangerous`` wants them: the last one signs."""
        return [*reversed(self.older_of(purpose)), self.of(purpose)]


def derived(secret: str, purpose: Purpose) -> str:
    """HKDF with SHA-256, no salt, one block: 32 bytes in hexadecimal digits."""
    extracted = hmac.new(bytes(32), secret.encode(), hashlib.sha256).digest()
    return hmac.new(extracted, f"letterbox:{purpose}".encode() + b"\x01", hashlib.sha256).hexdigest()


def key_id(key: str) -> str:
    """Twelve hexadecimal digits that tell keys apart and nothing about them."""
    return hmac.new(key.encode(), b"letterbox:key-id", hashlib.sha256).hexdigest()[:12]
