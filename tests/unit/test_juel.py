"""The small part of the engine's expression language that diagrams may use."""

from __future__ import annotations

import pytest

from letterbox.bundle.model import juel


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("${reviewDueAt}", {"reviewDueAt"}),
        ("unit_handler@${leadUnit}", {"leadUnit"}),
        ("${isFinalReturn ? redoDueAt : replyDueAt}", {"isFinalReturn", "redoDueAt", "replyDueAt"}),
        ("${(a == 'b c' || !d) and e >= 2.5}", {"a", "d", "e"}),
        ("#{execution.processBusinessKey}", set()),
        ("plain", set()),
    ],
)
def test_variables_of_an_expression(text: str, names: set[str]) -> None:
    assert juel.variables(text) == names


@pytest.mark.parametrize("text", ["${a.b}", "${a['b']}", "${f(a)}", "${'x'.getClass()}", "${}", "${a", "${a = 1}"])
def test_expressions_that_program_are_refused(text: str) -> None:
    with pytest.raises(juel.JuelUnsupported):
        juel.variables(text)
