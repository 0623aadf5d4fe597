"""Words and habits that may not stand in the project."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.project import ROOT, files, text

TEXTS = r"\.(py|md|toml|ya?ml|json|bpmn|dmn|form|html|js|mjs|css|groovy|sh|sql|mako)$|Dockerfile|Makefile|^\.ci/|^\.[a-z]+ignore$"
FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.$}/:-])/(?:home|root|Users|work|mnt)/[\w.]+"),
    "a registry's host": re.compile(
        r"(?:registry|mirrors?|files|repo1?|pypi|index)\.[\w-]+\.(?:org|com|cn|net|edu)\b(?!/project)"
    ),
    "an unfinished remark": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
}
NOT_RUN = {"skip", "skipif", "xfail", "importorskip"}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nowhere_stands(what: str) -> None:
    found = [f"{name}: {match.group(0)}" for name in files(TEXTS) for match in FORBIDDEN[what].finditer(text(name))]
    assert found == []


def test_locks_carry_no_addresses() -> None:
    locks = [*sorted((ROOT / "requirements").glob("*.lock")), *sorted((ROOT / "config/deploy/engine").glob("*.lock"))]
    assert len(locks) == 4
    assert [lock.name for lock in locks if "://" in lock.read_text(encoding="utf-8")] == []
    assert '"resolved"' not in text("package-lock.json")


CHINESE = re.compile("[\u4e00-\u9fff]")


def _raw_days(sentence: ast.JoinedStr) -> bool:
    """A day or an instant put into a Chinese sentence as machines write it."""
    literal = "".join(str(part.value) for part in sentence.values if isinstance(part, ast.Constant))
    return bool(CHINESE.search(literal)) and re.search(r"isoformat\(|\biso\(|%Y", ast.unparse(sentence)) is not None


def test_sentences_say_days_as_people_do() -> None:
    """letterbox.domain.dates is their one home; commands and the test clock answer those who type ISO dates."""
    sources = files(r"^(letterbox/(?!oracle|simulation|cli|services/clock/mover)|webapp/).*\.py$")
    raw = [
        f"{name}:{node.lineno}"
        for name in sources
        for node in ast.walk(ast.parse(text(name)))
        if isinstance(node, ast.JoinedStr) and _raw_days(node)
    ]
    assert raw == []


def test_no_test_is_left_out() -> None:
    """A test that does not run proves nothing: what it needs is installed, or the run fails and says so."""
    left_out = [
        f"{name}:{node.lineno} {node.attr}"
        for name in files(r"^tests/.*\.py$")
        for node in ast.walk(ast.parse(text(name)))
        if isinstance(node, ast.Attribute) and node.attr in NOT_RUN and ast.unparse(node.value).startswith("pytest")
    ]
    assert left_out == []


def _can_fail(name: str, functions: dict[str, ast.FunctionDef], helpers: set[str]) -> bool:
    """It asserts or expects an exception, itself or by what it calls: a helper, a function of its file or parameter."""
    function = functions[name]
    helpers = helpers | {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "pytest.raises" or called in helpers or _names_a_status(node):
                return True
            if called in functions and called != name and _can_fail(called, functions, helpers):
                return True
    return False


def _names_a_status(call: ast.Call) -> bool:
    """``api.post(…, 403)``: the caller says which answer it expects."""
    given = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    return any(isinstance(value, int) and 200 <= value < 600 for value in given)


def test_every_test_can_fail() -> None:
    idle = []
    for name in files(r"^tests/.*/test_\w+\.py$"):
        tree = ast.parse(text(name))
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        sources = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        helpers = {
            one.name for node in sources if str(node.module).startswith(("tests.", "playwright.")) for one in node.names
        }
        idle += [
            f"{name}: {test}"
            for test in functions
            if test.startswith("test_") and not _can_fail(test, functions, helpers)
        ]
    assert idle == []
