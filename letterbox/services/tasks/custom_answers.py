"""Answers to what a process owner asks beyond the product's own questions: in tasks of their own, or in further fields
of a shipped form.

No service knows what these answers mean, so they are kept on the letter's timeline, as they were asked and answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from letterbox.bundle.diagrams import read_bundle
from letterbox.domain.forms.form import Answer, Form
from letterbox.domain.forms.form_words import EMPTY
from letterbox.services.deployment.design import repository_files


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

    def answers(self, task_key: str, answer: Answer) -> dict[str, Any]:
        """The facts of a ``TaskCompleted`` event; empty if the services know every question.

        ``answers``: by field key, for programs; ``shown``: [label, words] in the form's order, for people.
        """
        known = self._shipped.get(task_key, frozenset())
        further = {key: value for key, value in answer.values.items() if key not in known and value not in EMPTY}
        shown = [list(words) for key, words in answer.words.items() if key in further]
        return {"answers": further, "shown": shown} if further else {}
