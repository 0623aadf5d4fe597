"""Whatever is done, nobody of the accused unit learns of the accusation, and nobody outside the circle who wrote (A5)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, false, true

from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.services.case.case import Case
from letterbox.services.notices import inbox
from letterbox.services.procedure import accusing, joining, recategorising, splitting
from letterbox.services.procedure.recategorising import Recategorising
from letterbox.services.records import joined
from letterbox.services.tasks import facts as task_facts
from letterbox.services.tasks import tasks
from letterbox.services.visibility import rule as visibility
from tests.support.office.accused_histories import AccusedHistory
from tests.support.office.county import County

pytestmark = pytest.mark.engine

CHOICES = st.lists(st.integers(0, 10_000), min_size=6, max_size=12)
JOINED = ["lead accused", "0 screen as accusation", "0 join", "0 screen as joined", "answer leading"]
SCRIPTS: dict[str, Sequence[str]] = {
    "joined": JOINED,
    "joined in screening": ["lead accused", "0 screen as joined", "answer leading", "0 screen as accusation"],
    "co-handled afterwards": ["lead other", "0 screen as accusation", "0 join", "co-handle leading"],
    "split": ["0 screen as accusation", "0 split", "1 screen as complaint", "1 assign to accused", "1 assign"],
    "substituted": ["0 screen as accusation", "0 assign"],
    "re-categorised": ["0 screen as accusation", "0 becomes complaint", "0 assign to accused"],
    "accuses another": ["0 screen as accusation", "0 becomes accusation of another", "0 assign to accused"],
    "instructed before": ["0 screen as complaint", "0 instruct accused", "0 becomes accusation", "0 remind"],
    "supervised before": [
        "0 screen as complaint", "0 assign to accused", "0 supervise", "0 recall", "0 becomes accusation", "0 remind",
    ],
    "ruled": ["0 screen as accusation", "0 assign", "0 return", "0 rule for accused"],
    "handled again": ["0 screen as accusation", "0 assign", "0 answer", "0 unsatisfied", "0 co-handle"],
    "promised before": [
        "0 screen as complaint", "0 assign to accused", "0 answer", "0 unsatisfied", "0 recall", "0 becomes accusation",
    ],
}  # fmt: skip
"""Ways by which somebody once got there."""
UNDECLARED = frozenset({"instructed before", "supervised before", "promised before"})


@pytest.mark.parametrize("name", SCRIPTS)
def test_ways_that_once_led_there(county: County, name: str) -> None:
    play(county, name)


def play(county: County, name: str) -> None:
    history = AccusedHistory.begin(county, declared=name not in UNDECLARED)
    for move in SCRIPTS[name]:
        history.take(move)
        history.check()
    assert any(each.accuses for each in history.watched)


def everybody(_actor: Actor) -> ColumnElement[bool]:
    return true()


def nobody(_actor: Actor) -> ColumnElement[bool]:
    return false()


def without_joining(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(joining, "_unlike", lambda _letter, _leading: None)
    patch.setattr(joined, "kept_from_nobody_of", everybody)


def without_splitting(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(splitting, "inherit", lambda _letter, _new: None)


def without_accused_before_office(patch: pytest.MonkeyPatch) -> None:
    is_kept_away, kept_from = Actor.is_kept_away, visibility.kept_from

    def by_unit_only(self: Actor, excluded: Collection[str]) -> bool:
        return not self.has(*SEES_ALL_LETTERS) and is_kept_away(self, excluded)

    patch.setattr(Actor, "is_kept_away", by_unit_only)
    patch.setattr(visibility, "kept_from", lambda actor: false() if actor.has(*SEES_ALL_LETTERS) else kept_from(actor))


def without_consent(patch: pytest.MonkeyPatch) -> None:
    def at_once(_self: Recategorising, case: Case, wish: recategorising.Wish) -> bool:
        recategorising._set(case, wish)
        return False

    patch.setattr(Recategorising, "accept", at_once)


def without_ending_of_work(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(accusing, "_end_work", lambda _case, _unit: None)
    patch.setattr(tasks, "kept_from_nobody_of", everybody)


def without_asking_at_tasks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(accusing, "_end_work", lambda _case, _unit: None)
    patch.setattr(task_facts, "task_grant", lambda _session, _excluded, groups, actor: actor.grant_for(groups))


def without_choosing_recipients(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(inbox, "kept_from_nobody_of", everybody)


SAFEGUARDS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "F2 joined": (without_joining, "joined in screening"),
    "F3 split": (without_splitting, "split"),
    "F4 substituted": (without_accused_before_office, "substituted"),
    "F5 re-categorised": (without_consent, "re-categorised"),
    "F5 accuses another": (without_consent, "accuses another"),
    "F6 work goes on": (without_ending_of_work, "instructed before"),
    "F6 tasks do not ask": (without_asking_at_tasks, "instructed before"),
    "F6 notices": (without_choosing_recipients, "supervised before"),
}
"""A safeguard, how to take it out, and the way that then leads there again."""


@pytest.mark.parametrize("safeguard", SAFEGUARDS)
def test_each_safeguard_is_missed_when_it_is_taken_out(
    county: County, monkeypatch: pytest.MonkeyPatch, safeguard: str
) -> None:
    take_out, way = SAFEGUARDS[safeguard]
    take_out(monkeypatch)
    with pytest.raises(AssertionError, match=r"shows|answers the accuser"):
        play(county, way)


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(choices=CHOICES)
def test_no_history_leads_there(county: County, caplog: pytest.LogCaptureFixture, choices: list[int]) -> None:
    with caplog.at_level(logging.DEBUG, logger="letterbox"):
        history = AccusedHistory.begin(county)
        history.take("0 screen as accusation")
        for choice in choices:
            names = history.names()
            history.take(names[choice % len(names)])
            history.check()
    logged = caplog.text
    for secret in (*history.secrets, *(each.marker for each in history.watched)):
        assert secret not in logged
