"""The page of roles and rights says what the code decides."""

from __future__ import annotations

from letterbox.domain.vocabulary import Role
from tests.house.rights_page import PAGE, actions, roles_of, tasks, written


def test_the_page_of_rights_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run make rights"


def test_every_task_and_action_is_somebodys() -> None:
    assert [name for name, groups in tasks() if not roles_of(groups)] == []
    assert [title for title, roles in actions() if not roles] == []


def test_a_group_that_is_decided_in_the_diagram_names_both_roles() -> None:
    assert roles_of("${isFinalReturn ? 'coordinator' : 'screener'}") == {Role.COORDINATOR, Role.SCREENER}
