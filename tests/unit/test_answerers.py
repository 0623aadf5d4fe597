"""Who answers for a limit: its unit, the e-gov office, the coordinator for a final ruling (H1, H8), or the writer."""

from __future__ import annotations

import pytest

from letterbox.domain.limits import answerers
from letterbox.domain.vocabulary import (
    ENDS_WITH_LETTER,
    OF_LETTER_PROCESS,
    OF_SIDE_PROCESS,
    OUTLIVES_LETTER,
    WINDOW_KINDS,
    LimitKind,
    Role,
)

UNITS = {
    LimitKind.SIGN_FOR,
    LimitKind.RETURN,
    LimitKind.REPLY,
    LimitKind.CO_OPINION,
    LimitKind.REDO,
    LimitKind.SUPERVISION,
    LimitKind.INSTRUCTION,
    LimitKind.PROMISE,
}


def test_every_limit_is_a_units_the_offices_or_the_writers() -> None:
    kinds = [*UNITS, *answerers.OFFICE_LIMITS, *answerers.WRITERS_TIME]
    assert sorted(kinds) == sorted(LimitKind)
    assert answerers.WRITERS_TIME <= WINDOW_KINDS


def test_when_a_limit_ends_and_whose_process_it_is_of_are_two_questions() -> None:
    for one, other in ((ENDS_WITH_LETTER, OUTLIVES_LETTER), (OF_LETTER_PROCESS, OF_SIDE_PROCESS)):
        assert sorted([*one, *other]) == sorted(LimitKind)
    both = OF_SIDE_PROCESS & ENDS_WITH_LETTER
    assert both == {LimitKind.CO_OPINION}, "a co-handler's opinion ends with the letter (H10)"


@pytest.mark.parametrize(
    ("kind", "unit", "returns", "roles"),
    [
        (LimitKind.REPLY, "transport", 2, (Role.UNIT_HANDLER, Role.UNIT_DEPUTY)),
        (LimitKind.REVIEW, None, 2, (Role.REVIEWER,)),
        (LimitKind.RETURN_RULING, None, 1, (Role.SCREENER,)),
        (LimitKind.RETURN_RULING, None, 2, (Role.COORDINATOR,)),
        (LimitKind.EVALUATION, None, 0, ()),
    ],
)
def test_whose_limit_it_is(kind: LimitKind, unit: str | None, returns: int, roles: tuple[Role, ...]) -> None:
    assert answerers.answering_roles(kind, unit, returns) == roles
