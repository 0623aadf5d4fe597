"""How many letters one client, one contact and all together may send in an hour before a proof of work is asked for.

Nobody is locked out: beyond the free ones each letter waits a little, and a proof of work (a computation that the browser
does by itself, some seconds long) buys room without waiting.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from letterbox.domain.letter import WriterDetails
from letterbox.services.access.proof_of_work import ProofOfWork
from letterbox.services.access.rate_limit import HOUR, Allowance, AttemptCounter, Claim, client_of
from letterbox.services.notices.known_contacts import KnownContacts

MINUTE = timedelta(minutes=1)
OF_CLIENT = Allowance(5, HOUR, first_wait=MINUTE, longest_wait=timedelta(minutes=10))
OF_CONTACT = Allowance(3, HOUR, first_wait=MINUTE, longest_wait=timedelta(minutes=10))
OF_ALL = Allowance(300, HOUR, first_wait=timedelta(seconds=1), longest_wait=timedelta(seconds=30))
BOUGHT = 8
"""How many times as much is free with a proof of work each."""


class LetterAllowance:
    def __init__(self, attempts: AttemptCounter, known: KnownContacts, proof: ProofOfWork) -> None:
        self._attempts = attempts
        self._known = known
        self.proof = proof

    def is_near(self, client: str) -> bool:
        """Whether the next letter from this client, or from anybody, would have to wait without a proof."""
        return self._times(client) > 0

    def challenge(self, client: str) -> dict[str, Any]:
        """What the client's browser is to compute: the more, the more of the room is used that a proof buys."""
        return self.proof.challenge(self._times(client))

    def _times(self, client: str) -> int:
        """How many times over the free room of this client, or of all, is used; 0: not yet once."""
        claims = (Claim(f"letter-client:{client_of(client)}", OF_CLIENT), Claim("letter", OF_ALL))
        return max(self._attempts.usage(claim).used // claim.allowance.count for claim in claims)

    def take(self, client: str, writer: WriterDetails, proof: str = "") -> None:
        """Count a letter that is about to be sent. Raises TooManyAttempts with how long to wait without a proof."""
        claims = [Claim(f"letter-client:{client_of(client)}", OF_CLIENT), Claim("letter", OF_ALL)]
        contacts = {self._known.counted(each) for each in (writer.phone, writer.email) if each}
        claims += [Claim(f"letter-contact:{digest}", OF_CONTACT) for digest in sorted(contacts)]
        if self.proof.spend(proof, self._attempts, self._times(client)):
            claims = [replace(each, allowance=_more(each.allowance)) for each in claims]
        self._attempts.take(*claims)


def _more(allowance: Allowance) -> Allowance:
    return replace(allowance, count=allowance.count * BOUGHT)
