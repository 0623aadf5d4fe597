"""Mending what runs beside a letter: a process is brought to its row, never the row to the process."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.permissions import SYSTEM
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineNotFound
from letterbox.engine.values import Scalar
from letterbox.services.case.casebook import Casebook
from letterbox.services.operations.reconcile.differences import Difference
from letterbox.services.side_processes.rows import kept, start_variables
from letterbox.store.limits import Limit

Standing = tuple[str, dict[str, Scalar]]
"""The element where a row's process has to stand, empty if nowhere, and the variables it has to have."""


class SideProcessRepairs:
    """Nothing in the database changes, so nothing goes through the outbox; each is safe to repeat."""

    def __init__(self, engine: EngineClient, casebook: Casebook) -> None:
        self._engine = engine
        self._casebook = casebook

    def start(self, difference: Difference) -> None:
        """``target``: process and row."""
        process, row_id = difference.target
        place, variables = self._standing(difference.letter, ProcessKey(process), int(row_id))
        if place:
            self._engine.moves.start_at(process, difference.letter, place, variables)

    def reposition(self, difference: Difference) -> None:
        """``target``: instance, process and row."""
        instance_id, process, row_id = difference.target
        place, variables = self._standing(difference.letter, ProcessKey(process), int(row_id))
        if place:
            self._engine.moves.move(instance_id, place, variables, difference.detail)

    def end(self, difference: Difference) -> None:
        self._delete(difference.target)

    def keep_first(self, difference: Difference) -> None:
        self._delete(difference.target[1:])

    def _standing(self, number: str, process: ProcessKey, row_id: int) -> Standing:
        """Looked at again: somebody may have ended it meanwhile."""
        with self._casebook.look(number, SYSTEM) as case:
            row, place = kept(case.session, case.letter.id, process, row_id) or (None, "")
            if row is None or not place or row.limit_id is None:
                return "", {}
            return place, start_variables(process, row, case.session.get_one(Limit, row.limit_id))

    def _delete(self, instance_ids: Sequence[str]) -> None:
        for each in instance_ids:
            with suppress(EngineNotFound):
                self._engine.processes.delete(each)
