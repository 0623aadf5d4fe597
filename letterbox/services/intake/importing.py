"""Taking the letters of a file into the mailbox: first what would become of each row, then the rows, through the one intake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore
from typing import TypeAlias

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from letterbox.channels.imports import ImportedLetter, ImportFile, RefusedRow, SkippedRow, read_file
from letterbox.domain.errors import FieldErrors, ReferenceConflict
from letterbox.domain.letter import LetterDraft
from letterbox.domain.permissions import Actor, ActorKind
from letterbox.domain.vocabulary import Channel
from letterbox.outbox.relay import LeasedCommands
from letterbox.services.case.casebook import Relay
from letterbox.services.intake.intake import Intake, Receipt
from letterbox.services.intake.known_letters import Found, Said, Standing
from letterbox.services.intake.previews import (
    Decision,
    Decisions,
    ImportResult,
    Preview,
    RowVerdict,
    Verdict,
    warnings_of,
)
from letterbox.store.commands import OutboxLane

IMPORTER = Actor(ActorKind.SYSTEM, None, "文件导入")
Seen: TypeAlias = Callable[[RowVerdict, Receipt | None], None]
"""Told of each row after it, with the receipt of a letter that was submitted."""
SAME_LETTER = ("source_key", "channel_reference")
"""Unique columns that tell that two requests bring the same letter."""
EARLIER_ROW = "与本文件{row}相同"
EARLIER_CONFLICT = "编号与本文件{row}相同，内容不同：请核对编号"
KNOWN_CONFLICT = "编号与已有来信 {letter} 相同，内容不同：请核对编号"
EQUAL_ROW = "与从别的文件导入的来信 {letter} 各列都相同，但没有来信人或时间，断定不了是不是同一封"
EQUAL_CONTENT = "与来信 {letter} 的标题、正文、来信人和时间都相同，只有其他列不同，断定不了是不是同一封"


class Importing:
    """``preview`` reads and looks up, ``import_rows`` writes. Between the two, people may decide about rows in question.

    A page does both with the file's bytes: it shows ``preview(…).rows`` with their verdicts, and on the second request calls
    ``preview`` again (nothing need be kept in between but the file) and ``import_rows`` with what was ticked, by
    ``RowVerdict.place.key``.
    """

    def __init__(self, intake: Intake, actor: Actor = IMPORTER) -> None:
        """``actor``: who imports; the letter's record names him."""
        self._intake = intake
        self._actor = actor

    def preview(
        self, source: Path | bytes, filename: str, channel: Channel, mapping: Mapping[str, str] | None = None
    ) -> Preview:
        """What would become of every row of the file that is not blank; nothing is written.

        ``mapping``: column of the contract (title, body, …) → heading of the file. Raises FieldErrors (key ``file``) for a
        file that cannot be read as a whole.
        """
        return self.judged(read_file(source, filename, channel, mapping))

    def judged(self, file: ImportFile) -> Preview:
        above: dict[str, RowVerdict] = {}
        rows = [self._judge(row, above, file) for row in file.rows]
        return Preview(
            rows=rows,
            sheets=file.sheets,
            unused_columns=file.unused_columns,
            warnings=file.warnings,
            has_sheets=file.has_sheets,
        )

    def import_rows(
        self, preview: Preview, decisions: Decisions | None = None, seen: Seen = lambda _row, _receipt: None
    ) -> ImportResult:
        """Take the rows in; a row that cannot be taken does not stop the others. Every row has an outcome in the result.

        ``decisions``: of rows in question; one that nobody decided is treated as ``RowVerdict.usual`` says. What changed since
        the preview counts: a letter that came in meanwhile is there already.
        """
        result = ImportResult(preview=preview, warnings=list(warnings_of(preview)))
        for row in preview.rows:
            seen(row, self._take(row, (decisions or {}).get(row.place.key, row.usual), result))
        return result

    def _judge(
        self, row: ImportedLetter | RefusedRow | SkippedRow, above: dict[str, RowVerdict], file: ImportFile
    ) -> RowVerdict:
        if isinstance(row, SkippedRow):
            return RowVerdict(place=row.place, verdict=Verdict.SKIPPED, reason=row.reason)
        if isinstance(row, RefusedRow):
            return RowVerdict(place=row.place, verdict=Verdict.REFUSED, reason=row.reason)
        try:
            clean, found = self._intake.look_up(row.draft, row.others_key)
        except FieldErrors as errors:
            return RowVerdict(place=row.place, verdict=Verdict.REFUSED, reason=errors.message)
        row = replace(row, draft=clean)
        judged = _standing(row, found)
        key = f"reference:{clean.channel_reference}" if clean.channel_reference else str(clean.source_key)
        first = above.setdefault(key, judged)
        if first is not judged and judged.verdict is Verdict.NEW:
            return _repeated(row, first, file.has_sheets)
        return judged

    def _take(self, row: RowVerdict, decision: Decision | None, result: ImportResult) -> Receipt | None:
        if row.verdict is Verdict.SKIPPED:
            result.skipped.append(row)
        elif row.row is None:
            result.refused.append(row)
        elif row.verdict is Verdict.ALREADY_THERE:
            result.already_there += 1
        elif row.is_question and decision is not Decision.TAKE:
            result.left.append(row)
        else:
            return self._submit(row, row.row, result)
        return None

    def _submit(self, row: RowVerdict, letter: ImportedLetter, result: ImportResult) -> Receipt | None:
        draft = letter.draft
        if row.verdict is Verdict.CONFLICT:
            draft = replace(draft, channel_reference=None)
        try:
            receipt = submit_once(self._intake, draft, self._actor, letter.others_key)
        except FieldErrors as errors:
            result.refused.append(replace(row, verdict=Verdict.REFUSED, reason=errors.message))
            return None
        except ReferenceConflict as conflict:
            reason = KNOWN_CONFLICT.format(letter=conflict.letter)
            result.left.append(replace(row, verdict=Verdict.CONFLICT, reason=reason, letter=conflict.letter))
            return None
        result.already_there += receipt.already_there
        result.accepted += not receipt.already_there
        if row.is_question and not receipt.already_there:
            result.warnings.append(
                f"{result.preview.words(row.place)}：{row.reason}，已作为新来信 {receipt.number} 收下"
            )
        return receipt


def _standing(row: ImportedLetter, found: Found) -> RowVerdict:
    """By what is in the mailbox."""
    letter = found.letter.number if found.letter else None
    verdict, words, usual = {
        Standing.NEW: (Verdict.NEW, "", None),
        Standing.SAME: (Verdict.ALREADY_THERE, "已有来信 {letter}", None),
        Standing.CONFLICT: (Verdict.CONFLICT, KNOWN_CONFLICT, Decision.LEAVE),
        Standing.EQUAL_ROW: (Verdict.DOUBTFUL, EQUAL_ROW, Decision.LEAVE),
        Standing.EQUAL_CONTENT: (Verdict.DOUBTFUL, EQUAL_CONTENT, Decision.TAKE),
    }[found.standing]
    return RowVerdict(
        place=row.place,
        verdict=verdict,
        reason=words.format(letter=letter),
        letter=letter,
        row=row,
        usual=usual,
        remarks=row.remarks,
    )


def _repeated(row: ImportedLetter, first: RowVerdict, has_sheets: bool) -> RowVerdict:
    """By a row further up with the same reference, or with all its columns."""
    where = first.place.words(with_sheet=has_sheets)
    above = first.row.draft if first.row else row.draft
    if Said.of_draft(row.draft).agrees_with(Said.of_draft(above)):
        return RowVerdict(
            place=row.place,
            verdict=Verdict.ALREADY_THERE,
            reason=EARLIER_ROW.format(row=where),
            row=row,
            remarks=row.remarks,
        )
    return RowVerdict(
        place=row.place,
        verdict=Verdict.CONFLICT,
        reason=EARLIER_CONFLICT.format(row=where),
        row=row,
        usual=Decision.LEAVE,
        remarks=row.remarks,
    )


class BackgroundRelay:
    """Sends outboxes while the import goes on, several letters at a time; leaving it waits for the last one."""

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


def submit_once(intake: Intake, draft: LetterDraft, actor: Actor, others_key: str | None = None) -> Receipt:
    """Submit the letter; if another request submitted the same letter at this moment, return that one."""
    try:
        return intake.submit(draft, actor, others_key)
    except IntegrityError as error:
        if not any(name in str(error.orig) for name in SAME_LETTER):
            raise
        return intake.submit(draft, actor, others_key)
