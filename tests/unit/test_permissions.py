"""Who may do a task, and under which of his rights."""

from __future__ import annotations

import pytest

from letterbox.domain.permissions import Actor, ActorKind, Grant
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


def test_a_unit_sees_what_it_leads_but_no_accusation_against_itself() -> None:
    handler = person(Grant(Role.UNIT_HANDLER, "water"))
    assert handler.may_see_letter("water")
    assert not handler.may_see_letter("transport")
    assert not handler.may_see_letter(None)
    assert not handler.may_see_letter("water", accused_unit="water")
    assert person(SCREENER).may_see_letter(None, accused_unit="water")
