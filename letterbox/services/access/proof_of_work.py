"""A computation that a browser does by itself instead of a puzzle (ALTCHA): it makes many letters dear, one cheap."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha

from letterbox.domain.errors import TooManyAttempts
from letterbox.domain.keys import Keys, Purpose
from letterbox.services.access.rate_limit import HOUR, Allowance, AttemptCounter, Claim

ALGORITHM, COST, PREFIX = "SHA-256", 600, "00"
"""Some 256 tries of 600 rounds each: two tenths of a second of a processor in Python, measured once."""
GOOD_FOR = timedelta(minutes=15)
ONCE = Allowance(1, HOUR)
LONGEST_PROOF = 4_000


class ProofOfWork:
    def __init__(self, keys: Keys) -> None:
        self._secret = keys.of(Purpose.PROOF_OF_WORK)

    def challenge(self) -> dict[str, Any]:
        """What a browser is to compute, as the widget wants it; good for a quarter of an hour of the machine's time."""
        made = altcha.create_challenge(
            ALGORITHM, COST, key_prefix=PREFIX, expires_at=datetime.now(UTC) + GOOD_FOR, hmac_secret=self._secret
        )
        return dict(made.to_dict())

    def verifies(self, proof: str) -> bool:
        """Whether the computation was done for a challenge of ours, in time."""
        if not proof or len(proof) > LONGEST_PROOF or not _is_whole(proof):
            return False
        try:
            return bool(altcha.verify_solution(proof, self._secret).verified)
        except (ValueError, TypeError, KeyError, AttributeError):
            return False

    def spend(self, proof: str, attempts: AttemptCounter) -> bool:
        """Whether it verifies and was never shown before; from now on it was."""
        if not self.verifies(proof):
            return False
        try:
            attempts.take(Claim(f"proof:{_told_apart_by(proof)}", ONCE))
        except TooManyAttempts:
            return False
        return True


def _is_whole(proof: str) -> bool:
    try:
        return isinstance(json.loads(b64decode(proof, validate=True)), dict)
    except (ValueError, NotBase64, RecursionError):
        return False


def _told_apart_by(proof: str) -> str:
    """The signature of its challenge: the same however the proof is written."""
    signature = json.loads(b64decode(proof))["challenge"]["signature"]
    return hashlib.sha256(str(signature).lower().encode()).hexdigest()
