"""Repairs differences that need no decision: what is missing is created, what is superfluous is ended, what is late is
updated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import ColumnElement

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.permissions import SYSTEM
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineNotFound
from letterbox.outbox import resend
from letterbox.outbox.commands import CommandKind
from letterbox.outbox.relay import OutboxRelay
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.case.true_status import true_status
from letterbox.services.operations.reconcile.cleanup import Cleanup
from letterbox.services.operations.reconcile.differences import CAUSES, Difference, DifferenceKind
from letterbox.services.operations.reconcile.record_repairs import RecordRepairs
from letterbox.services.operations.reconcile.side_process_repairs import SideProcessRepairs
from letterbox.store.commands import OutboxCommand
from letterbox.store.database import Database


class Repairs:
    """Each is safe to repeat. Changes of the letter go through its case and the outbox, as every change does."""

    def __init__(
        self,
        database: Database,
        engine: EngineClient,
        casebook: Casebook,
        relay: OutboxRelay,
        cleanup: Cleanup,
    ) -> None:
        self._database = database
        self._engine = engine
        self._casebook = casebook
        self._relay = relay
        side_processes = SideProcessRepairs(engine, casebook)
        self._repairs_of: Mapping[DifferenceKind, Callable[[Difference], None]] = {
            DifferenceKind.WATCH_MISSING: self._start_watch,
            DifferenceKind.WATCH_LEFT_OVER: self._end_watch,
            DifferenceKind.WATCH_DOUBLED: self._one_watch,
            DifferenceKind.WATCH_LATE: self._nudge,
            DifferenceKind.TASK_DUE: self._set_due,
            DifferenceKind.COMPLETION_LOST: self._complete_again,
            DifferenceKind.START_LOST: self._start_again,
            DifferenceKind.SIDE_PROCESS_MISSING: side_processes.start,
            DifferenceKind.SIDE_PROCESS_LEFT_OVER: side_processes.end,
            DifferenceKind.SIDE_PROCESS_DOUBLED: side_processes.keep_first,
            DifferenceKind.SIDE_PROCESS_PLACE: side_processes.reposition,
            DifferenceKind.RECORD_STATUS: self._follow_events,
            **dict.fromkeys(CAUSES - {DifferenceKind.RECORD_STATUS}, RecordRepairs(casebook).repair),
            DifferenceKind.LOCK_FOREIGN: self._unlock,
            DifferenceKind.ENDED_GOES_ON: lambda difference: cleanup.repair(difference.letter, SYSTEM),
        }

    def repair(self, difference: Difference) -> None:
        """Only for a difference that ``is_repairable``. Raises Unavailable."""
        self._repairs_of[difference.kind](difference)

    def _unlock(self, difference: Difference) -> None:
        self._engine.external_tasks.unlock(difference.target[0])

    def _start_watch(self, difference: Difference) -> None:
        with self._casebook.open(difference.letter, SYSTEM, act=Act.REPAIR) as case:
            case.letter.is_watched = False
            case.watch.recheck()

    def _follow_events(self, difference: Difference) -> None:
        """The events are the record; the row is their projection."""
        with self._casebook.open(difference.letter, SYSTEM, act=Act.REPAIR) as case:
            case.letter.status, case.letter.closed_at = true_status(case.session, case.letter.id)
            case.watch.recheck()

    def _end_watch(self, difference: Difference) -> None:
        self._delete(difference.target[1:])
        with self._casebook.open(difference.letter, SYSTEM, act=Act.REPAIR) as case:
            case.letter.is_watched = True
            case.watch.recheck()

    def _one_watch(self, difference: Difference) -> None:
        """The one that stays looks again, whatever the others had been told."""
        self._delete(difference.target[1:])
        self._nudge(difference)

    def _nudge(self, difference: Difference) -> None:
        with self._casebook.open(difference.letter, SYSTEM, act=Act.REPAIR) as case:
            case.letter.is_watched, case.letter.watch_at = True, None
            case.watch.recheck()

    def _set_due(self, difference: Difference) -> None:
        task_id, due_text = difference.target
        with self._casebook.open(difference.letter, SYSTEM, act=Act.REPAIR) as case:
            case.commands.set_due(task_id, due_text)

    def _complete_again(self, difference: Difference) -> None:
        self._send_again(OutboxCommand.task_id == difference.target[0])

    def _start_again(self, difference: Difference) -> None:
        is_start = (OutboxCommand.kind == CommandKind.START) & (OutboxCommand.number == difference.letter)
        self._send_again(is_start & (OutboxCommand.payload["target"].astext == ProcessKey.LETTER_HANDLING))

    def _send_again(self, is_it: ColumnElement[bool]) -> None:
        with self._database.transaction() as session:
            lane = resend.recall(session, is_it)
        if lane is not None:
            self._relay.relay_lane(*lane)

    def _delete(self, instance_ids: Sequence[str]) -> None:
        for each in instance_ids:
            with suppress(EngineNotFound):
                self._engine.processes.delete(each)
