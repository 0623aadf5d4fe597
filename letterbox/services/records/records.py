"""Reading letters: lists, search and the full record, each within the reader's rights."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Text, and_, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased, lazyload

from letterbox.domain.clean_text import plain_number
from letterbox.domain.clock import Clock
from letterbox.domain.cut_list import CutList
from letterbox.domain.dates import midnight
from letterbox.domain.page import Page, items_before, part
from letterbox.domain.permissions import MAY_UNMASK, SEES_ALL_LETTERS, Actor
from letterbox.domain.search import Hit
from letterbox.domain.secrecy import masked
from letterbox.domain.vocabulary import Category
from letterbox.services.case.secrecy import hidden_place, is_hidden, mask_of, own_words
from letterbox.services.records import read as parts
from letterbox.services.records import side_processes
from letterbox.services.records.files import shown_files
from letterbox.services.records.finding import Sought, find, hits, sought
from letterbox.services.records.joined import joined_letters
from letterbox.services.records.ordering import Order, due_first, in_order, received_within
from letterbox.services.records.redaction import redacted
from letterbox.services.records.views import LetterLine, LetterRecord, WriterView
from letterbox.services.rules.rulebook import Rulebook
from letterbox.services.visibility.rule import letter_seen_by, may_read_event, visible_to
from letterbox.store.database import Database
from letterbox.store.letters import Letter, Writer
from letterbox.store.limits import Limit
from letterbox.store.people import Unit
from letterbox.store.side_processes import Promise
from letterbox.store.unit_names import unit_names_then

MASK = "———"
PAGE = 20


class WasRead(Protocol):
    """Records that somebody was shown a letter."""

    def __call__(self, actor: Actor, number: str, *, is_report: bool) -> None: ...


class Records:
    """Answers only what the actor may see; a letter beyond that is answered as if it did not exist."""

    def __init__(self, database: Database, clock: Clock, rulebook: Rulebook, was_read: WasRead) -> None:
        """``was_read`` is called with every record that is shown."""
        self._was_read = was_read
        self._database = database
        self._clock = clock
        self._rulebook = rulebook

    def search(
        self,
        actor: Actor,
        *,
        q: str = "",
        status: str | None = None,
        unit: str | None = None,
        category: str | None = None,
        due_before: datetime | None = None,
        overdue: bool = False,
        numbers: Collection[str] | None = None,
        broken_promise: bool = False,
        since: date | None = None,
        until: date | None = None,
        order: Order = Order.NEWEST,
        page: int = 1,
        per_page: int = PAGE,
    ) -> Page[LetterLine]:
        """Urgent letters first, then the newest; those found by words the newest first. ``q``: words that a letter has to hold,
        each of them (``finding``); ``numbers`` None: any letter. ``since`` and ``until``: days of receipt, both included.
        """
        conditions = _matching(status, unit, category, numbers, broken_promise=broken_promise)
        latest = min(filter(None, (due_before, self._clock.now() if overdue else None)), default=None)
        if latest is not None:
            conditions.append(Letter.id.in_(select(Limit.letter_id).where(Limit.presses, Limit.due_at < latest)))
        days = (midnight(since) if since else None, midnight(until + timedelta(days=1)) if until else None)
        with self._database.reading() as session:
            if q.strip():
                words = sought(session, q)
                found = find(session, actor, words, conditions, *days, oldest_first=order is Order.OLDEST)
                ids = due_first(session, found.ids) if order is Order.DUE else found.ids
                lines = self._lines(session, part(ids, page, per_page).items, words)
                return Page(items=lines, page=page, per_page=per_page, total=len(ids), more=found.more)
            return self._listed(
                session, [visible_to(actor), *conditions, *received_within(*days)], order, page, per_page
            )

    def _listed(
        self, session: Session, conditions: Sequence[ColumnElement[bool]], order: Order, page: int, per_page: int
    ) -> Page[LetterLine]:
        total = session.scalar(select(func.count()).select_from(Letter).where(*conditions)) or 0
        query = select(Letter.id).where(*conditions).order_by(*in_order(order))
        shown = session.scalars(query.offset(items_before(page, per_page)).limit(per_page)).all()
        return Page(items=self._lines(session, shown), page=page, per_page=per_page, total=total)

    def numbered(self, actor: Actor, typed: str, prefix: str) -> str | None:
        """The number of the letter that somebody named, however he wrote it, without its ``prefix`` too; None if it is not
        his to see."""
        plain = plain_number(typed)
        with self._database.reading() as session:
            query = select(Letter.number).where(Letter.number.in_((plain, prefix + plain)), visible_to(actor))
            return session.scalars(query).first() if plain else None

    def earlier(self, number: str, actor: Actor, limit: int = 10) -> CutList[LetterLine]:
        """Other letters of the same writer (same telephone or mail address), newest first. None if the writer is
        masked; never an accusation, since that would say who wrote it (A5)."""
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            writer = letter.writer
            same = [
                column == value
                for column, value in ((Writer.phone, writer.phone), (Writer.email, writer.email))
                if value
            ]
            if not same or is_hidden(session, letter, actor, self._clock.now()):
                return CutList()
            query = (
                select(Letter.id)
                .join(Writer)
                .where(or_(*same), Letter.id != letter.id, visible_to(actor))
                .where(Letter.category.is_distinct_from(Category.REPORT))
            )
            ids = list(session.scalars(query.order_by(Letter.received_at.desc()).limit(limit)))
            total = (
                session.scalar(select(func.count()).select_from(query.subquery())) if len(ids) == limit else len(ids)
            )
            return CutList(self._lines(session, ids), of=total)

    def open(self, number: str, actor: Actor) -> LetterRecord:
        """The full record. A unit that only has a side process of the letter does not see the lead's drafts, contacts
        and reviews (H10).

        Raises NotFound, also if the actor may not know of the letter.
        """
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            hidden = is_hidden(session, letter, actor, self._clock.now())
            record = redacted(session, self._record(session, letter, actor, hidden=hidden), actor)
        self._was_read(actor, number, is_report=letter.category == Category.REPORT)
        return masked(record, mask_of(letter.writer)) if hidden else record

    def _record(self, session: Session, letter: Letter, actor: Actor, *, hidden: bool) -> LetterRecord:
        """The record as the actor may know it; if the letter is an accusation, every text in it is masked."""
        names = unit_names_then(session)
        happened = parts.events(session, letter.id, with_unmaskings=actor.has(*MAY_UNMASK))
        own = None if actor.has(*SEES_ALL_LETTERS) else actor.units()
        is_inside = actor.reads_all_of(letter.lead_unit)
        return LetterRecord(
            **_columns(letter, hidden=hidden, with_suggestion=not hidden or actor.has(*MAY_UNMASK)),
            letter_id=letter.id,
            lead_unit_name=names.current.get(letter.lead_unit or ""),
            writer=_writer(letter, hidden=hidden),
            may_unmask=hidden and actor.has(*MAY_UNMASK),
            events=[each for each in happened if may_read_event(each.name, each.event, own, is_inside=is_inside)],
            limits=parts.limits(session, letter.id, names, self._rulebook.calendar()),
            replies=[each for each in parts.replies(session, letter.id) if is_inside or each.delivered_at],
            contacts=parts.contacts(session, letter.id) if is_inside else [],
            reviews=parts.reviews(session, letter.id) if is_inside else [],
            co_handlings=side_processes.co_handlings(session, letter.id, names),
            supervisions=side_processes.supervisions(
                session, letter.id, own, names, lambda at: names.of(parts.lead_at(happened, at), at)
            ),
            instructions=side_processes.instructions(session, letter.id, own, names),
            promises=side_processes.promises(session, letter.id, names),
            attachments=shown_files(session, letter, actor),
            joined=joined_letters(session, letter, actor),
            evaluation=parts.evaluation(session, letter.id),
        )

    def _lines(self, session: Session, ids: Sequence[int], words: Sequence[Sought] = ()) -> list[LetterLine]:
        """One query for a page: each letter with its unit's name and its earliest open limit; and where the words stand."""
        if not ids:
            return []
        later = aliased(Limit)
        earlier_exists = (
            select(later.id)
            .where(later.letter_id == Limit.letter_id, later.presses)
            .where(or_(later.due_at < Limit.due_at, and_(later.due_at == Limit.due_at, later.id < Limit.id)))
            .exists()
        )
        query = (
            select(Letter, Unit.name, Limit.due_at, Limit.kind, _has_broken_promise())
            .outerjoin(Unit, Unit.code == Letter.lead_unit)
            .outerjoin(Limit, and_(Limit.letter_id == Letter.id, Limit.presses, ~earlier_exists))
            .where(Letter.id.in_(ids))
            .options(lazyload(Letter.writer))
        )
        now = self._clock.now()
        rows = {row[0].id: row for row in session.execute(query)}
        found = hits(session, [row[0] for row in rows.values()], words)
        return [_line(*rows[each], now=now, found=found[each]) for each in ids]


def _matching(
    status: str | None,
    unit: str | None,
    category: str | None,
    numbers: Collection[str] | None,
    *,
    broken_promise: bool,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_has_broken_promise()] if broken_promise else []
    if numbers is not None:
        conditions.append(Letter.number == any_(literal(list(numbers), ARRAY(Text))))
    for column, value in ((Letter.status, status), (Letter.lead_unit, unit), (Letter.category, category)):
        if value:
            conditions.append(column == value)
    return conditions


def _has_broken_promise() -> ColumnElement[bool]:
    return select(Promise.id).where(Promise.letter_id == Letter.id, side_processes.broken_promise()).exists()


def _writer(letter: Letter, *, hidden: bool) -> WriterView:
    if hidden:
        return WriterView(name=MASK, phone=MASK, email=MASK, address=MASK, contact_remark="", is_masked=True)
    writer = letter.writer
    return WriterView(
        name=writer.name or "",
        phone=writer.phone or "",
        email=writer.email or "",
        address=writer.address or "",
        contact_remark=writer.contact_remark or "",
        is_masked=False,
    )


COPIED = (
    "number", "title", "body", "place", "channel", "channel_reference", "category", "matter", "scope", "is_public", "urgent",
    "red_flag", "important", "written_at", "received_at", "status", "lead_unit", "accused_unit", "accused_stated",
    "failed_reviews", "suggestion", "answered_at", "closed_at",
)  # fmt: skip


def _columns(letter: Letter, *, hidden: bool, with_suggestion: bool) -> dict[str, Any]:
    """The texts of the letter as the reader may see them: the writer's own words if an accusation is unmasked. A
    suggestion quotes the text, so it is treated alike."""
    columns = {name: getattr(letter, name) for name in COPIED}
    title, body = (letter.title, letter.body) if hidden else own_words(letter)
    suggestion = letter.suggestion if with_suggestion else None
    place = hidden_place(letter) if hidden else letter.place
    return {**columns, "title": title, "body": body, "place": place, "suggestion": suggestion}


def _line(
    letter: Letter,
    unit_name: str | None,
    due_at: datetime | None,
    kind: str | None,
    broken: bool,
    *,
    now: datetime,
    found: tuple[Hit, ...],
) -> LetterLine:
    return LetterLine(
        number=letter.number,
        title=letter.title,
        category=letter.category,
        status=letter.status,
        urgent=letter.urgent,
        red_flag=letter.red_flag,
        important=letter.important,
        channel=letter.channel,
        received_at=letter.received_at,
        lead_unit=letter.lead_unit,
        lead_unit_name=unit_name,
        due_at=due_at,
        due_kind=kind,
        is_overdue=due_at is not None and now > due_at,
        has_broken_promise=broken,
        hits=found,
    )
