"""A fact that many ask for is written once: outside its home its spelling does not occur again."""

from __future__ import annotations

import re

import pytest

from tests.house.project import files, text

RUNS = r"[Ll]imit\.(ended|voided)_at\.is_\(None\)"
HOMES = {
    "whether a limit runs": (f"{RUNS}, {RUNS}", "letterbox/store/limits.py"),
    "what a reply is reviewed by": (r'"every_point"[,:]', "letterbox/domain/words.py"),
    "how many pages a list has": (r"-\(-|pages: int$", "letterbox/domain/page.py"),
    "what a search may hold": (r"isprintable\(\)\)\.strip", "webapp/shared/paging.py"),
    "which limits press nobody": (r"LimitKind\.RETURN, LimitKind\.EVALUATION", "letterbox/domain/vocabulary.py"),
    "what units are called": (r"dict\(.*select\(Unit\.code, Unit\.(short_)?name\)\)", "letterbox/store/people.py"),
    "a letter by its number": (
        r"select\(Letter\)\.where\(Letter\.number == number\)\)\.first",
        "letterbox/store/letters.py",
    ),
    "whom wrong codes count against": (r'return request\.remote_addr or "-"', "webapp/shared/http/client.py"),
    "when a day begins at the office": (r"combine\(day, (dt\.)?time\(\), OFFICE_ZONE\)", "letterbox/domain/dates.py"),
    "which years somebody can mean": (r"range\((1990|2000), (2100|2101)\)", "letterbox/domain/dates.py"),
    "which properties name a task's limit": (r'"limit", "redoLimit"', "letterbox/bundle/vocabulary.py"),
    "what a cleaned answer is": (r"^Values(: TypeAlias)? = Mapping", "letterbox/domain/forms/form.py"),
    "what a page of events is told by": (r"^Facts = Mapping", "webapp/shared/timeline/fact_words.py"),
    "who of a unit is pressed": (r"Role\.UNIT_HANDLER, Role\.UNIT_DEPUTY[)\]]", "letterbox/domain/limits/answerers.py"),
}
"""Fact → how a second copy of it would be spelled, and the one module that may."""


@pytest.mark.parametrize("fact", HOMES)
def test_a_fact_is_told_once(fact: str) -> None:
    spelling, home = HOMES[fact]
    modules = files(r"^(letterbox|webapp|workers|benchmarks|tests/support)/.*\.py$")
    assert home in modules
    assert [name for name in modules if name != home and re.search(spelling, text(name), re.MULTILINE)] == []


ONE_MEANING = [
    "WITH_UNIT",
    "AT_WORK",
    "OFFICE",
    "WRITER",
    "PLACES",
    "LIMITS",
    "HIDDEN",
    "CRITERIA",
    "POSSIBLE_IN",
    "BY_OFFICE",
    "BY_WRITER",
]
"""Names that several modules once gave to different things."""


@pytest.mark.parametrize("name", ONE_MEANING)
def test_a_name_means_one_thing(name: str) -> None:
    """The oracle and the simulated people have words of their own: they share nothing with the product."""
    modules = files(r"^(letterbox/(services|domain|store|outbox|bundle)|webapp)/.*\.py$")
    given = re.compile(rf"^(?:\w+, )*{name}(?:, \w+)*(?:: [^=]+)? = ", re.MULTILINE)
    assert len([each for each in modules if given.search(text(each))]) <= 1
