"""A task whose letter has moved on in the database, while the engine has yet to hear of it, is not done any more.

A message (return, recall, joining, withdrawal) and a task's completion leave in order, but a person may press the button
between the message's commit and its arrival.
"""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.domain.vocabulary import LetterStatus
from letterbox.engine.vocabulary import TaskKey

_UNIT = frozenset({LetterStatus.HANDLING, LetterStatus.IN_REDO})
POSSIBLE_IN: Mapping[str, frozenset[LetterStatus]] = {
    TaskKey.SCREEN_LETTER: frozenset({LetterStatus.RECEIVED}),
    TaskKey.ASSIGN_LETTER: frozenset({LetterStatus.SCREENED}),
    TaskKey.RECEIVE_LETTER: _UNIT,
    TaskKey.SUBMIT_TO_DEPUTY: _UNIT,
    TaskKey.INSTRUCT_HANDLER: _UNIT,
    TaskKey.DRAFT_REPLY: _UNIT,
    TaskKey.SIGN_OFF_REPLY: _UNIT,
    TaskKey.RULE_ON_RETURN: frozenset({LetterStatus.RETURNED}),
    TaskKey.DECIDE_EXTENSION: _UNIT,
    TaskKey.REVIEW_REPLY: frozenset({LetterStatus.IN_REVIEW}),
    TaskKey.DECIDE_REHANDLING: frozenset({LetterStatus.ANSWERED}),
}
"""Tasks of the letter's own way and where the letter must be; any other task runs beside it."""


def is_possible(task: str, status: str) -> bool:
    return task not in POSSIBLE_IN or status in POSSIBLE_IN[task]
