"""One secret, many keys; a secret that was replaced still opens what it closed."""

from __future__ import annotations

import pytest

from letterbox.domain.keys import Keys, Purpose, derived
from letterbox.services.intake.query_codes import CodeKeeper

OLD, NEW = "the old secret of the tests, long enough", "the new secret of the tests, long enough"


def test_each_purpose_has_a_key_of_its_own_and_none_shows_the_secret() -> None:
    keys = Keys(NEW)
    made = {keys.of(purpose) for purpose in Purpose}
    assert len(made) == len(Purpose)
    assert not any(NEW in key for key in made)
    assert NEW not in repr(Keys(NEW, (OLD,)))


def test_the_derivation_is_hkdf_and_stays() -> None:
    """RFC 5869 with SHA-256: computed with another implementation (cryptography's HKDF); a change voids what was signed."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415  # the peer of this test alone
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415  # as above

    for purpose in Purpose:
        peer = HKDF(SHA256(), 32, None, f"letterbox:{purpose}".encode()).derive(NEW.encode())
        assert derived(NEW, purpose) == peer.hex()


def test_a_code_survives_the_replacement_of_the_secret() -> None:
    stored = CodeKeeper(Keys(OLD)).digest("SX1", "1234567890")
    assert CodeKeeper(Keys(NEW, (OLD,))).matches("SX1", "1234567890", stored)
    assert not CodeKeeper(Keys(NEW, (OLD,))).matches("SX1", "1234567891", stored)
    assert not CodeKeeper(Keys(NEW)).matches("SX1", "1234567890", stored)
    assert CodeKeeper(Keys(NEW, (OLD,))).digest("SX1", "1234567890") != stored


def test_a_code_shown_again_is_the_one_that_was_made_under_the_old_secret() -> None:
    old, new = CodeKeeper(Keys(OLD)), CodeKeeper(Keys(NEW, (OLD,)))
    code = old.first("portal:submission")
    assert new.first("portal:submission", "SX1", old.digest("SX1", code)) == code
    assert new.first("portal:submission") != code


@pytest.mark.parametrize("stored", [None, "0" * 64])
def test_nothing_matches_a_letter_that_is_not_there(stored: str | None) -> None:
    assert not CodeKeeper(Keys(NEW, (OLD,))).matches("SX1", "1234567890", stored)
