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

ALGORITHM, PREFIX = "PBKDF2/SHA-256", "00"
"""Some 256 tries, each of which the browser hands to the system's own code as a whole: whoever writes a program for it wins little."""
COST = 4000
"""Rounds of a try unless the setting says otherwise: a million in all, one to two seconds of a telephone."""
MOST_TIMES = 8
"""How much dearer it gets at most."""
GOOD_FOR = timedelta(minutes=15)
ONCE = Allowance(1, HOUR)
LONGEST_PROOF = 4_000


class ProofOfWork:
    def __init__(self, keys: Keys, cost: int = COST) -> None:
        """``cost``: rounds of a try."""
        self._secret = keys.of(Purpose.PROOF_OF_WORK)
        self._cost = cost

    def challenge(self, times: int = 1) -> dict[str, Any]:
        """What a browser is to compute, as the widget wants it; good for a quarter of an hour of the machine's time.

        ``times``: how much dearer than usual, up to ``MOST_TIMES``.
        """
        cost = self._cost * max(1, min(times, MOST_TIMES))
        made = altcha.create_challenge(
            ALGORITHM, cost, key_prefix=PREFIX, expires_at=datetime.now(UTC) + GOOD_FOR, hmac_secret=self._secret
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

    def spend(self, proof: str, attempts: AttemptCounter, times: int = 1) -> bool:
        """Whether it verifies, was never shown before and is as dear as it has to be; from now on it was shown.

        Half of ``times`` is enough: it may have risen while somebody wrote. So cheap ones cannot be laid in store.
        """
        if not self.verifies(proof) or _cost_of(proof) * 2 < self._cost * min(times, MOST_TIMES):
            return False
        try:
            attempts.take(Claim(f"proof:{_identity(proof)}", ONCE))
        except TooManyAttempts:
            return False
        return True


def _is_whole(proof: str) -> bool:
    try:
        return isinstance(json.loads(b64decode(proof, validate=True)), dict)
    except (ValueError, NotBase64, RecursionError):
        return False


def _identity(proof: str) -> str:
    """The signature of its challenge: the same however the proof is written."""
    signature = json.loads(b64decode(proof))["challenge"]["signature"]
    return hashlib.sha256(str(signature).lower().encode()).hexdigest()


def _cost_of(proof: str) -> int:
    """Of one that verifies: what was asked for stands in its challenge, which is signed."""
    return int(json.loads(b64decode(proof))["challenge"]["parameters"]["cost"])
