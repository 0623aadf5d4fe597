"""Who may do a task, and under which of his rights."""

from __future__ import annotations

import pytest

from letterbox.domain.permissions import Actor, ActorKind, Grant, answering_groups
from letterbox.domain.vocabulary import Role


def person(*grants: Grant) -> Actor:
    return Actor(ActorKind.PERSON, "1", "陈晓岚", frozenset(grants))


SCREENER, REVIEWER = Grant(Role.SCREENER), Grant(Role.REVIEWER)


@pytest.mark.parametrize(("group", "grant"), [("screener", SCREENER), ("reviewer", REVIEWER)])
def test_the_groups_own_role_goes_before_the_shared_office(group: str, grant: Grant) -> None:
    assert person(SCREENER, REVIEWER).grant_for([group]) == grant


def test_the_office_does_both_its_roles_tasks() -> None:
    assert person(SCREENER).grant_for(["reviewer"]) == SCREENER
    assert person(SCREENER).groups == {"screener", "reviewer"}


def test_ones_own_right_goes_before_a_substituted_persons() -> None:
    own, lent = Grant(Role.UNIT_HANDLER, "water"), Grant(Role.UNIT_HANDLER, "water", "李四")
    assert person(lent, own).grant_for(["unit_handler@water"]) == own


@pytest.mark.parametrize("group", ["unit_handler@transport", "unit_deputy@water", "unit_handler"])
def test_another_units_task_is_not_ones_own(group: str) -> None:
    assert person(Grant(Role.UNIT_HANDLER, "water")).grant_for([group]) is None


def test_a_unit_reads_all_of_what_it_leads_and_is_kept_away_from_what_accuses_it() -> None:
    handler = person(Grant(Role.UNIT_HANDLER, "water"))
    assert handler.reads_all_of("water")
    assert not handler.reads_all_of("transport")
    assert not handler.reads_all_of(None)
    assert handler.is_kept_away(["water"])
    assert person(SCREENER).reads_all_of(None)
    assert not person(SCREENER).is_kept_away(["water"])


@pytest.mark.parametrize(
    "grants",
    [
        (SCREENER, Grant(Role.UNIT_HANDLER, "water")),
        (Grant(Role.LEADER), Grant(Role.UNIT_PRINCIPAL, "water", "李四")),
        (Grant(Role.UNIT_HANDLER, "housing"), Grant(Role.UNIT_DEPUTY, "water")),
    ],
)
def test_no_other_right_outweighs_that_of_the_accused_unit(grants: tuple[Grant, ...]) -> None:
    assert person(*grants).is_kept_away(["water"])


@pytest.mark.parametrize(
    ("grant", "home"),
    [
        (SCREENER, "egov"),
        (REVIEWER, "egov"),
        (Grant(Role.COORDINATOR), "gov-office"),
        (Grant(Role.SUPERVISOR, "party-supervision"), "party-supervision"),
        (Grant(Role.SUPERVISOR), "gov-supervision"),
    ],
)
def test_an_office_can_be_accused_as_well(grant: Grant, home: str) -> None:
    assert person(grant).is_kept_away([home])


def test_one_supervising_office_reads_what_accuses_the_other() -> None:
    assert not person(Grant(Role.SUPERVISOR, "gov-supervision")).is_kept_away(["party-supervision"])


HELD = {"screener", "coordinator", "supervisor", "leader", "unit_handler@water", "unit_handler@housing"}


@pytest.mark.parametrize(
    ("groups", "excluded", "held", "answering"),
    [
        (["unit_handler@housing"], ["water"], HELD, ("unit_handler@housing",)),
        (["unit_handler@water"], ["water"], HELD, ("screener",)),
        (["unit_handler@water", "unit_handler@housing"], ["water"], HELD, ("unit_handler@housing",)),
        (["screener"], ["egov"], HELD - {"screener"}, ("coordinator",)),
        (["screener"], ["egov", "gov-office"], HELD - {"screener", "coordinator"}, ("supervisor",)),
        (["supervisor"], ["party-supervision"], HELD, ("supervisor",)),
        (["coordinator"], ["gov-office"], HELD - {"coordinator"}, ("screener",)),
        (["screener"], ["water"], {"leader"}, ("screener", "leader")),
        (["screener"], ["egov"], set(), ("leader",)),
    ],
)
def test_what_would_be_left_for_nobody_falls_to_the_next_office(
    groups: list[str], excluded: list[str], held: set[str], answering: tuple[str, ...]
) -> None:
    assert answering_groups(groups, excluded, held) == answering
