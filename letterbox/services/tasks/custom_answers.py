"""Answers to what a process owner asks beyond the product's own questions: in tasks of their own, or in further fields
of a shipped form.

No service knows what these answers mean, so they are kept on the letter's timeline, as they were asked and answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from letterbox.bundle.diagrams import read_bundle
from letterbox.domain.events.event import Given
from letterbox.domain.forms.form import Answer, Form
from letterbox.domain.forms.form_words import EMPTY
from letterbox.services.deployment.design import repository_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Facts of a ``TaskCompleted`` event, None if nothing was asked that services do not know.

    ``answers`` by field key for machines; ``shown``: label and words in the form's order for people.
    """

    answers: Mapping[str, Given] | None = None
    shown: tuple[tuple[str, str], ...] | None = None


class OwnersQuestions:
    """Finds the further questions of a form by comparing it with the form that the product ships."""

    @cached_property
    def _shipped(self) -> Mapping[str, frozenset[str]]:
        """Task → keys of its shipped form's fields."""
        files = repository_files()
        forms = [Form.parse(json.loads(content)) for name, content in files.items() if name.endswith(".form")]
        fields = {form.id: frozenset(form.fields) for form in forms}
        tasks = (task for diagram in read_bundle(files) for task in diagram.user_tasks)
        return {task.id: fields.get(task.form or "", frozenset()) for task in tasks}

    def further(self, task_key: str, answer: Answer) -> Further:
        """What was answered that no service knows."""
        known = self._shipped.get(task_key, frozenset())
        further = {key: value for key, value in answer.values.items() if key not in known and value not in EMPTY}
        shown = tuple((label, words) for key, (label, words) in answer.words.items() if key in further)
        return Further(answers=further, shown=shown) if further else Further()
