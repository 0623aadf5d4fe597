"""Creates a letter: number, query code, screening limit, process and watch; for one that comes in or is split from
another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import ProcessKey, Variable, due_variable
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors
from letterbox.domain.events.receipt import LetterReceived
from letterbox.domain.letter import LetterDraft
from letterbox.domain.vocabulary import Channel, LetterStatus, LimitKind, Role
from letterbox.services.case.accused import NO_UNIT
from letterbox.services.case.case import Case
from letterbox.services.case.secrecy import conceal
from letterbox.services.intake.query_codes import CodeKeeper
from letterbox.services.notices.notices import Notices
from letterbox.services.visibility.rule import who_stands_in
from letterbox.store.letters import Letter, NumberSeries, Writer
from letterbox.store.people import Unit


class NewLetters:
    def __init__(self, codes: CodeKeeper, notices: Notices, prefix: str) -> None:
        self._codes = codes
        self._notices = notices
        self._prefix = prefix

    def add(self, session: Session, draft: LetterDraft, code: str, now: datetime) -> Letter:
        """Add the row of a checked draft. Whom its writer accuses is kept away from the first moment (A5).

        Raises IntegrityError if its channel's reference or source is known, FieldErrors if the accused is no unit.
        """
        accused, is_stated = _accused(session, draft)
        number, writer = self._next_number(session, now), draft.writer
        letter = Letter(
            number=number,
            channel=draft.channel,
            channel_reference=draft.channel_reference,
            source_key=draft.source_key,
            title=draft.title,
            body=draft.body,
            place=draft.place,
            category=draft.category,
            is_public=draft.is_public,
            written_at=draft.written_at,
            received_at=now,
            status=LetterStatus.RECEIVED,
            accused_unit=accused,
            accused_stated=is_stated,
            excluded_units=[accused] if accused else [],
            query_code_hash=self._codes.digest(number, code),
            writer=Writer(
                name=writer.name or None,
                phone=writer.phone or None,
                email=writer.email or None,
                address=writer.address or None,
                contact_remark=writer.contact_remark or None,
                must_confirm=draft.must_confirm,
            ),
        )
        conceal(letter)
        session.add(letter)
        return letter

    def start(
        self,
        case: Case,
        code: str,
        notice: str = "letter_received",
        *,
        split_from: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Start its limit, process and watch; the writer is notified of number and code. ``split_from`` and ``reason``:
        of a letter that was split from another."""
        letter = case.letter
        case.record(
            LetterReceived(
                channel=Channel(letter.channel),
                channel_reference=letter.channel_reference,
                split_from=split_from,
                reason=reason,
            )
        )
        limit = case.limits.start(LimitKind.SCREENING)
        variables = {Variable.LETTER_ID: letter.id, due_variable(limit.kind): limit.due_text}
        case.commands.start_process(ProcessKey.LETTER_HANDLING, variables)
        case.watch.start()
        self._notices.notify_writer(case, notice, query_code=code)
        self._notices.ask_writer(case)
        if who_stands_in(case.session, letter.excluded_units) is not who_stands_in(case.session, ()):
            self._notices.notify_roles(case, "task_waiting", [Role.SCREENER], by_mail=True)

    def _next_number(self, session: Session, now: datetime) -> str:
        month = now.astimezone(OFFICE_ZONE).strftime("%Y%m")
        upsert = insert(NumberSeries).values(month=month, last=1)
        upsert = upsert.on_conflict_do_update(index_elements=[NumberSeries.month], set_={"last": NumberSeries.last + 1})
        last = session.execute(upsert.returning(NumberSeries.last)).scalar_one()
        return f"{self._prefix}{month}{last:05d}"


def _accused(session: Session, draft: LetterDraft) -> tuple[str | None, bool]:
    """The unit that the writer accuses, and whether they said whom they accuse. Raises FieldErrors."""
    if draft.accused is None or draft.accused == NO_UNIT:
        return None, draft.accused is not None
    unit = session.get(Unit, draft.accused)
    if unit is None or not unit.is_active:
        raise FieldErrors({"accused": "请从列表中选一项；不想现在说就选“现在不说”"})
    return unit.code, True
