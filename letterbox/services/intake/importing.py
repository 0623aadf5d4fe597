"""Taking the letters of a file into the mailbox, row by row, through the one intake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any, TypeAlias

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from letterbox.channels.imports import ImportedLetter, RefusedRow
from letterbox.domain.errors import FieldErrors
from letterbox.domain.letter import LetterDraft
from letterbox.domain.permissions import Actor, ActorKind
from letterbox.outbox.relay import LeasedCommands
from letterbox.services.case.casebook import Relay
from letterbox.services.intake.intake import Intake, Receipt
from letterbox.store.commands import OutboxLane

IMPORTER = Actor(ActorKind.SYSTEM, None, "文件导入")
Seen: TypeAlias = Callable[[int, Receipt | None], None]
"""The row's number and what became of it; None if it was refused."""
SAME_LETTER = ("source_key", "channel_reference")
"""Unique columns that tell that two requests bring the same letter."""


@dataclass
class ImportResult:
    """``refused`` rows count from the header, which is row 1."""

    accepted: int = 0
    already_there: int = 0
    refused: list[RefusedRow] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The contract's answer of ``import``."""
        rows = [{"row": each.number, "reason": each.reason} for each in self.refused]
        return {"accepted": self.accepted, "already_there": self.already_there, "refused": rows}


class Importing:
    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def take_in(
        self, rows: Iterable[ImportedLetter | RefusedRow], seen: Seen = lambda _row, _receipt: None
    ) -> ImportResult:
        """Take each row in; ``seen`` is told of each after it. A refused row does not stop the others."""
        result = ImportResult()
        for row in rows:
            seen(row.number, self._take(row, result))
        return result

    def _take(self, row: ImportedLetter | RefusedRow, result: ImportResult) -> Receipt | None:
        if isinstance(row, RefusedRow):
            result.refused.append(row)
            return None
        try:
            receipt = submit_once(self._intake, row.draft, IMPORTER)
        except FieldErrors as errors:
            result.refused.append(RefusedRow(row.number, errors.message))
            return None
        result.already_there += receipt.already_there
        result.accepted += not receipt.already_there
        return receipt


class BackgroundRelay:
    """Sends outboxes beside the import, several letters at a time; leaving it waits for the last one."""

    def __init__(self, relay: Relay, threads: int = 4) -> None:
        self._relay = relay
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="import-outbox")
        self._room = BoundedSemaphore(threads * 8)

    def lease(self, session: Session, letter_id: int, lanes: Collection[OutboxLane]) -> LeasedCommands:
        return self._relay.lease(session, letter_id, lanes)

    def relay(self, leased: LeasedCommands) -> int:
        """Waits only if the engine is far behind. What cannot be sent now stays in the outbox."""
        self._room.acquire()
        self._pool.submit(self._send, leased)
        return 0

    def _send(self, leased: LeasedCommands) -> None:
        try:
            self._relay.relay(leased)
        finally:
            self._room.release()

    def close(self) -> None:
        self._pool.shutdown(wait=True)


def submit_once(intake: Intake, draft: LetterDraft, actor: Actor) -> Receipt:
    """Submit; if the same letter came in by another request at this very moment, answer that one."""
    try:
        return intake.submit(draft, actor)
    except IntegrityError as error:
        if not any(name in str(error.orig) for name in SAME_LETTER):
            raise
        return intake.submit(draft, actor)
