"""Diagrams, forms, workers and services name the same things."""

from __future__ import annotations

import re

from letterbox.bundle.diagrams import check_bundle, read_bundle
from letterbox.bundle.model.groups import possible_groups
from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from letterbox.services.studio.required_elements import DECISIVE
from tests.house.project import files, text
from workers.handlers import HANDLERS

FILES = repository_files


def test_the_shipped_bundle_is_without_fault() -> None:
    assert check_bundle(FILES(), required_ids=[*TaskKey]) == []


def test_nothing_would_keep_the_shipped_bundle_from_being_deployed() -> None:
    assert findings_of(FILES()) == []


def test_files_are_written_anew_only_where_they_are_checked_or_deployed() -> None:
    """Whoever wrote them anew before the check would hide what the check should object to."""
    modules = files(r"^(letterbox/(services|cli|stack|wiring|simulation)|webapp|workers)/[\w/]+\.py$")
    anew = {name for name in modules if re.search(r"\banew\(|\.written\b", text(name))}
    assert anew == {"letterbox/services/studio/check.py", "letterbox/services/deployment/design.py"}


def test_what_decides_is_known_of_every_task_of_the_services() -> None:
    assert set(TaskKey) <= set(DECISIVE)


def test_every_topic_has_a_handler_and_every_handler_a_topic() -> None:
    drawn = {topic for diagram in read_bundle(FILES()) for topic in diagram.topics}
    handled = [handler.topic for handler in HANDLERS]
    assert drawn == set(handled)
    assert len(handled) == len(set(handled))


def test_every_user_task_has_its_form_and_every_form_a_task() -> None:
    tasks = [task for diagram in read_bundle(FILES()) for task in diagram.user_tasks]
    wanted = {f"{task.form}.form" for task in tasks}
    assert wanted == {name for name in FILES() if name.endswith(".form")}


def test_every_user_task_is_for_a_known_role() -> None:
    groups = {
        task.id: [group.partition("@")[::2] for group in possible_groups(task)]
        for diagram in read_bundle(FILES())
        for task in diagram.user_tasks
    }
    assert len(groups) >= len(TaskKey)
    for task, wanted in groups.items():
        assert wanted, f"{task} is for nobody"
        for role, unit in wanted:
            assert role in set(Role), f"{task}: {role}"
            assert bool(unit) == (role in UNIT_ROLES), f"{task}: {role}@{unit}"
