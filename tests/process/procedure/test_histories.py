"""No sequence of allowed acts leaves a letter without a next step, somebody answering for it, and its one watch."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from letterbox.wiring.operators import OperatorServices
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import County
from tests.support.office.histories import History

pytestmark = pytest.mark.engine

CHOICES = st.lists(st.integers(0, 10_000), min_size=8, max_size=14)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(choices=CHOICES)
def test_whatever_is_done_somebody_is_next(county: County, choices: list[int]) -> None:
    """Each choice takes one of the moves that are possible at that moment: tasks, actions, the writer's acts, time."""
    history = History(county)
    for choice in choices:
        moves = history.moves()
        if not moves:
            break
        history.take(moves[choice % len(moves)])
        history.check()
    compared = OperatorServices(county.services).reconciling.compare(OPERATOR, [history.number, history.leading])
    assert compared.differences == (), f"no false alarm after {history.told}"
