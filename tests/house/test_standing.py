"""Whatever is done to a letter passes the one gate: every effect, task, action and opening of a case stands in its table."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from letterbox.bundle.vocabulary import TaskKey, Topic
from letterbox.domain.vocabulary import OUTLIVES_LETTER, LetterStatus, LimitKind
from letterbox.seeds.values import load_action_forms
from letterbox.services.case import standing
from letterbox.services.case.places import PLACES, fitting
from letterbox.services.operations.reconcile.record_checks import NEEDED
from tests.house.project import files, text
from workers.handlers import HANDLERS


def calls_of(name: str) -> Iterator[tuple[str, ast.Call]]:
    for file in files(r"^(letterbox|workers|webapp)/.*\.py$"):
        for node in ast.walk(ast.parse(text(file))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                yield f"{file}:{node.lineno}", node


def is_casebook(call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    return ast.unparse(call.func.value).rpartition(".")[2] in {"_casebook", "casebook"}


def test_every_effect_task_and_action_has_its_standing() -> None:
    assert set(standing.EFFECTS) == set(Topic) == {handler.topic for handler in HANDLERS}
    assert set(standing.TASKS) == set(TaskKey)
    assert set(standing.ACTIONS) == set(load_action_forms())
    assert set(standing.ACTS) == set(standing.Act)
    assert set(standing.LIMITS) == set(LimitKind)
    tables = (standing.EFFECTS, standing.TASKS, standing.ACTIONS, standing.ACTS)
    assert sum(map(len, tables)) == len(standing.STANDING), "no name stands in two tables"


def test_every_opening_of_a_case_says_what_is_done() -> None:
    opened = [(where, call) for where, call in calls_of("open") if is_casebook(call)]
    assert len(opened) > 10
    silent = [where for where, call in opened if "act" not in {each.arg for each in call.keywords}]
    assert silent == []


def test_a_process_stands_at_a_task_where_the_task_may_be_done() -> None:
    """The gate and the comparison with the engine tell the same of a letter's status."""
    both = set(PLACES) & set(standing.TASKS)
    assert len(both) == 5
    assert {key: PLACES[key] for key in both} == {key: standing.TASKS[key] for key in both}


def test_a_joined_letter_waits_for_its_leading_one_and_nowhere_else() -> None:
    """Answered with the leading letter it is answered, no longer joined (A6): what follows is an answered letter's."""
    assert fitting(LetterStatus.JOINED) == ("Gateway_AwaitLeadingLetter",)


@pytest.mark.parametrize("status", list(NEEDED))
def test_a_limit_that_a_letter_always_has_may_run_there(status: str) -> None:
    assert {kind for kind in NEEDED[status] if LetterStatus(status) not in standing.LIMITS[kind]} == set()


@pytest.mark.parametrize("kind", list(LimitKind))
def test_no_limit_of_the_letters_own_way_runs_on_a_finished_letter(kind: LimitKind) -> None:
    ends = {LetterStatus.DECLINED, LetterStatus.CLOSED, LetterStatus.WITHDRAWN, LetterStatus.JOINED}
    assert (kind in OUTLIVES_LETTER) is bool(standing.LIMITS[kind] & ends)
