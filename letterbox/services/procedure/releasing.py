"""Files of an accusation: nobody outside the office gets one before the office released it, and then without its
metadata.

The original stays with those who may know who wrote (A5). Files of other letters go as they are to whoever may read the
letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from letterbox.domain.events.reply import AttachmentKeptBack, AttachmentReleased
from letterbox.domain.permissions import EGOV_ROLES, MAY_UNMASK, Actor
from letterbox.domain.vocabulary import UNIT_ROLES, Category, LetterStatus
from letterbox.files.without_metadata import CannotClean, without_metadata
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.intake.attachments import Attachments
from letterbox.services.notices.notices import Notices
from letterbox.services.records.files import FileDecision, decisions_of, files_of, shown_files
from letterbox.services.records.joined import read_with
from letterbox.services.records.records import WasRead
from letterbox.services.records.views import AttachmentView
from letterbox.services.visibility.rule import letter_seen_by, require_sight
from letterbox.store.database import Database
from letterbox.store.letters import Attachment, AttachmentRelease, Letter

NOT_RELEASED = "这个附件还没有由电子政务办放行：检举控告的附件要逐个看过，才给承办单位"


class Releasing:
    """Decides of files and gives them out."""

    def __init__(
        self,
        database: Database,
        casebook: Casebook,
        attachments: Attachments,
        notices: Notices,
        was_read: WasRead,
    ) -> None:
        """``was_read``: told when somebody was shown an accusation's files."""
        self._database = database
        self._casebook = casebook
        self._attachments = attachments
        self._notices = notices
        self._was_read = was_read

    def files(self, number: str, actor: Actor) -> list[AttachmentView]:
        """The files of an accusation, to decide about. Raises NotAllowed, NotFound; WrongState if the letter is no
        accusation."""
        _check(actor)
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            if letter.category != Category.REPORT:
                raise WrongState("只有检举控告的附件需要逐个放行")
            files = shown_files(session, letter, actor)
        self._was_read(actor, number, is_report=True)
        return files

    def decide(self, number: str, actor: Actor, decisions: Mapping[int, str]) -> int:
        """``decisions``: file's id → FileDecision; others stay as they are. Returns how many changed.

        Raises NotAllowed, NotFound, WrongState, FieldErrors (``file-<id>`` for one that cannot be cleaned).
        """
        _check(actor)
        with self._casebook.open(number, actor, act=Act.RELEASE_FILES) as case:
            require_sight(case.session, case.letter, actor)
            if case.letter.category != Category.REPORT:
                raise WrongState("只有检举控告的附件需要逐个放行")
            rows = {row.id: row for row in files_of(case.session, case.letter)}
            known = decisions_of(case.session, list(rows))
            changed = {
                rows[each]: FileDecision(said)
                for each, said in decisions.items()
                if each in rows and known.get(each) != said
            }
            self._refuse_unclean([row for row, said in changed.items() if said is FileDecision.RELEASED])
            for row, said in changed.items():
                case.session.merge(
                    AttachmentRelease(
                        attachment_id=row.id, decision=said, decided_by=case.actor.name, decided_at=case.now
                    )
                )
                case.record(
                    (AttachmentReleased if said is FileDecision.RELEASED else AttachmentKeptBack)(
                        attachment_id=row.id, file=row.filename
                    )
                )
            released = sum(said is FileDecision.RELEASED for said in changed.values())
            unit = _handled_by(case)
            if released and unit:
                self._notices.notify_roles(case, "attachment_released", UNIT_ROLES, unit, count=released)
        return len(changed)

    def _refuse_unclean(self, rows: Sequence[Attachment]) -> None:
        errors = {}
        for row in rows:
            try:
                without_metadata(self._attachments.read(row), row.media_type)
            except CannotClean as problem:
                errors[f"file-{row.id}"] = problem.message
        if errors:
            raise FieldErrors(errors)

    def content(self, number: str, attachment_id: int, actor: Actor) -> tuple[AttachmentView, bytes]:
        """A file of the letter, or of one joined to it, as this reader may have it.

        Raises NotFound, NotAllowed while it is not released.
        """
        with self._database.reading() as session:
            leading = letter_seen_by(session, number, actor)
            row = session.get(Attachment, attachment_id)
            read = (each for each in (leading, *read_with(session, leading, actor)) if row and each.id == row.letter_id)
            letter = next(read, None)
            if row is None or letter is None:
                raise NotFound("没有这个附件")
            view = next(each for each in shown_files(session, letter, actor) if each.id == attachment_id)
            is_original = letter.category != Category.REPORT or actor.has(*MAY_UNMASK)
        if not view.is_open:
            raise NotAllowed(NOT_RELEASED)
        content = self._attachments.read(row)
        return view, content if is_original else without_metadata(content, row.media_type)


def _handled_by(case: Case) -> str | None:
    """The unit that has the letter, or the one under which it waits (A6)."""
    if case.letter.status != LetterStatus.JOINED:
        return case.letter.lead_unit
    leading = case.session.get(Letter, case.letter.leading_id)
    return leading.lead_unit if leading else None


def _check(actor: Actor) -> None:
    if not actor.has(*EGOV_ROLES):
        raise NotAllowed("检举控告的附件由电子政务办放行")
