"""How many letters may come from one client, for one contact and in all, and what a proof of work buys."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import altcha
import pytest

from letterbox.domain.errors import TooManyAttempts
from letterbox.domain.keys import Keys
from letterbox.domain.letter import WriterDetails
from letterbox.services.access.proof_of_work import MOST_TIMES, ProofOfWork
from letterbox.services.access.rate_limit import AttemptCounter
from letterbox.services.intake import letter_allowance as room
from letterbox.services.intake.letter_allowance import BOUGHT, OF_ALL, OF_CLIENT, OF_CONTACT, LetterAllowance
from letterbox.services.notices.known_contacts import KnownContacts
from letterbox.store import migrate
from letterbox.store.database import Database
from tests.support.stack.clocks import SetClock

COST = 40
"""Cheap enough for many of them."""
KEYS = Keys("a secret of the tests which is long enough")


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    migrate.upgrade(empty_database_url)
    opened = Database(empty_database_url, KEYS)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 9, 28, 1, tzinfo=UTC))


@pytest.fixture
def allowance(database: Database, clock: SetClock) -> LetterAllowance:
    return LetterAllowance(AttemptCounter(database, clock), KnownContacts(KEYS), ProofOfWork(KEYS, COST))


def writer(index: int) -> WriterDetails:
    return WriterDetails(email=f"writer{index}@example.org")


def test_one_mailbox_under_many_writings_has_one_allowance(allowance: LetterAllowance) -> None:
    for index in range(OF_CONTACT.count):
        allowance.take(f"192.0.2.{index}", WriterDetails(email=f"wang.wu+{index}@example.org"))
    with pytest.raises(TooManyAttempts):
        allowance.take("192.0.2.99", WriterDetails(email="WangWu@Example.org"))


def proof_for(challenge: dict[str, object], **changed: object) -> str:
    made = altcha.Challenge.from_dict({**challenge, **changed})
    solution = altcha.solve_challenge(made)
    assert solution is not None
    return encoded({"challenge": made.to_dict(), "solution": solution.to_dict()})


def encoded(payload: object) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()


def spent(allowance: LetterAllowance, proof: str) -> bool:
    return allowance.proof.spend(proof, allowance._attempts)


def test_beyond_the_free_ones_a_client_waits_and_is_never_locked_out(
    allowance: LetterAllowance, clock: SetClock
) -> None:
    for index in range(OF_CLIENT.count):
        assert not allowance.is_near("192.0.2.1")
        allowance.take("192.0.2.1", writer(index))
    assert allowance.is_near("192.0.2.1")
    with pytest.raises(TooManyAttempts) as often:
        allowance.take("192.0.2.1", writer(99))
    allowance.take("192.0.2.2", writer(98))
    clock.move(seconds=often.value.retry_after_s)
    allowance.take("192.0.2.1", writer(97))


def test_a_contact_is_written_for_a_few_times_an_hour_from_wherever(allowance: LetterAllowance) -> None:
    for index in range(OF_CONTACT.count):
        allowance.take(f"192.0.2.{index}", writer(1))
    with pytest.raises(TooManyAttempts):
        allowance.take("192.0.2.99", WriterDetails(email="Writer1@Example.ORG"))
    allowance.take("192.0.2.99", writer(2))


def test_a_flood_from_everywhere_is_slowed_down(allowance: LetterAllowance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "OF_ALL", room.Allowance(3, OF_ALL.window, OF_ALL.first_wait, OF_ALL.longest_wait))
    for index in range(3):
        allowance.take(f"192.0.2.{index}", writer(index))
    assert allowance.is_near("198.51.100.1")
    with pytest.raises(TooManyAttempts):
        allowance.take("198.51.100.1", writer(50))


def test_a_proof_of_work_buys_room_and_counts_once(allowance: LetterAllowance) -> None:
    for index in range(OF_CLIENT.count):
        allowance.take("192.0.2.1", writer(index))
    proof = proof_for(allowance.proof.challenge())
    allowance.take("192.0.2.1", writer(50), proof)
    with pytest.raises(TooManyAttempts):
        allowance.take("192.0.2.1", writer(51), proof)
    allowance.take("192.0.2.1", writer(51), proof_for(allowance.proof.challenge()))
    assert BOUGHT > 1


def cost_for(allowance: LetterAllowance, client: str) -> int:
    return int(allowance.challenge(client)["parameters"]["cost"])


def test_a_proof_gets_dearer_as_the_room_that_it_buys_is_used_up(allowance: LetterAllowance) -> None:
    costs = []
    for index in range(OF_CLIENT.count * 3):
        proof = proof_for(allowance.challenge("192.0.2.1")) if allowance.is_near("192.0.2.1") else ""
        allowance.take("192.0.2.1", writer(index), proof)
        costs.append(cost_for(allowance, "192.0.2.1"))
    assert costs == sorted(costs)
    assert (costs[0], costs[-1]) == (COST, 3 * COST)
    assert cost_for(allowance, "198.51.100.1") == COST, "another's does not"


def test_cheap_proofs_cannot_be_laid_in_store(allowance: LetterAllowance) -> None:
    cheap = [proof_for(allowance.challenge("192.0.2.1")) for _each in range(2)]
    assert allowance.proof.spend(cheap[0], allowance._attempts, times=2), "it may have risen while somebody wrote"
    assert not allowance.proof.spend(cheap[1], allowance._attempts, times=3)
    dearest = ProofOfWork(KEYS, COST).challenge(99)["parameters"]["cost"]
    assert dearest == MOST_TIMES * COST


def test_a_proof_is_not_used_again_under_another_spelling(allowance: LetterAllowance) -> None:
    proof = proof_for(allowance.proof.challenge())
    assert spent(allowance, proof)
    payload = json.loads(base64.b64decode(proof))
    payload["challenge"]["more"] = 1
    payload["solution"]["time"] = 7
    assert not spent(allowance, encoded(payload))
    payload["challenge"]["signature"] = payload["challenge"]["signature"].upper()
    assert not spent(allowance, encoded(payload))


def test_a_proof_of_another_secret_an_easier_or_an_old_one_is_none(allowance: LetterAllowance) -> None:
    other = Keys("another secret of the tests, long enough")
    foreign = ProofOfWork(other, COST).challenge()
    assert not spent(allowance, proof_for(foreign))
    own = allowance.proof.challenge()
    parameters = own["parameters"]
    assert not spent(allowance, proof_for(own, parameters={**parameters, "keyPrefix": "0"}))
    assert not spent(allowance, proof_for(own, parameters={**parameters, "cost": 1}))
    past = int((datetime.now(UTC) - timedelta(minutes=1)).timestamp())
    assert not spent(allowance, proof_for(own, parameters={**parameters, "expiresAt": past}))


@pytest.mark.parametrize(
    "nonsense",
    ["", "x", "e30=", "W10=", "bnVsbA==", encoded({"challenge": 1, "solution": []}), "[" * 3000, "e30=" * 2000],
)
def test_nonsense_is_no_proof(allowance: LetterAllowance, nonsense: str) -> None:
    assert not spent(allowance, nonsense)
