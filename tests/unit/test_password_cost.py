"""Stored passwords are dear to guess wherever real ones are stored."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from letterbox.settings import Profile, Settings
from letterbox.wiring import Services

NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"
MEBIBYTE = 1024
"""In Argon2's unit, KiB."""


@pytest.mark.parametrize("profile", [each for each in Profile if each is not Profile.TEST])
def test_a_stored_password_is_as_dear_as_rfc_9106_asks(profile: Profile, tmp_path: Path) -> None:
    settings = Settings(profile, tmp_path, NOBODY, "http://127.0.0.1:1/engine-rest", "", "", "a secret")
    with closing(Services(settings)) as services:
        cost = extract_parameters(services.sign_in.hash_password("a password"))
    assert cost.type is Type.ID
    assert (cost.memory_cost, cost.time_cost, cost.parallelism) == (64 * MEBIBYTE, 3, 4)
