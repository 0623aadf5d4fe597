"""The services of the procedure itself: what its tasks mean, and what staff may do beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from letterbox.domain.vocabulary import Role
from letterbox.engine.vocabulary import TaskKey
from letterbox.services.actions import BASIC_ACTIONS, Action
from letterbox.services.assignment import Assignment
from letterbox.services.handling import Handling
from letterbox.services.notices import Notices
from letterbox.services.rehandling import Rehandling
from letterbox.services.reminders import Reminders
from letterbox.services.review import Reviewing
from letterbox.services.screening import Screening
from letterbox.services.tasks import TaskHandler


class Procedure:
    """One service a capability, each built when first asked for."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    @cached_property
    def screening(self) -> Screening:
        return Screening(self._notices)

    @cached_property
    def assignment(self) -> Assignment:
        return Assignment(self._notices)

    @cached_property
    def handling(self) -> Handling:
        return Handling()

    @cached_property
    def reviewing(self) -> Reviewing:
        return Reviewing(self._notices)

    @cached_property
    def rehandling(self) -> Rehandling:
        return Rehandling(self._notices)

    @cached_property
    def reminders(self) -> Reminders:
        return Reminders(self._notices)

    def task_handlers(self) -> Mapping[str, TaskHandler]:
        """By task id of the diagrams; a task that is not here is recorded as it was answered."""
        return {
            TaskKey.SCREEN_LETTER: self.screening.screen,
            TaskKey.ASSIGN_LETTER: self.assignment.assign,
            TaskKey.RECEIVE_LETTER: self.handling.receive,
            TaskKey.SUBMIT_TO_DEPUTY: self.handling.submit_to_deputy,
            TaskKey.INSTRUCT_HANDLER: self.handling.instruct,
            TaskKey.DRAFT_REPLY: self.handling.draft,
            TaskKey.SIGN_OFF_REPLY: self.handling.sign_off,
            TaskKey.REVIEW_REPLY: self.reviewing.review,
            TaskKey.DECIDE_REHANDLING: self.rehandling.decide,
        }

    def actions(self) -> Mapping[str, Action]:
        """By name of the contract's table of actions."""
        return {
            **BASIC_ACTIONS,
            "remind": Action(
                frozenset({Role.SCREENER, Role.SUPERVISOR}), frozenset({"message"}), self.reminders.remind
            ),
        }
