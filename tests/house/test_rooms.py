"""Every room has its one sentence, the map is written from these sentences, and the hall of services stays empty."""

from __future__ import annotations

from tests.house.project import files
from tests.house.rooms_page import packages, parts, sentence, written

LONGEST = 140


def test_every_room_says_in_one_sentence_what_it_holds() -> None:
    wrong = {
        package: said for package in packages() if not (said := sentence(package)).endswith(".") or len(said) > LONGEST
    }
    assert wrong == {}


def test_no_two_rooms_say_the_same() -> None:
    said = [sentence(package) for package in packages()]
    assert sorted(said) == sorted(set(said))


def test_the_map_is_fresh() -> None:
    _, table, _ = parts()
    assert table == written({package: sentence(package) for package in packages()}), "run make rooms"


def test_every_service_lies_in_a_room() -> None:
    """One flat folder of 137 files was a third of the product behind one door, in alphabetical order."""
    assert files(r"^letterbox/services/[^/]+\.py$") == ("letterbox/services/__init__.py",)
