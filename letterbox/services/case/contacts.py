"""Contact records (H4): when the unit spoke with the writer, by what means, what was said, or that nobody answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from letterbox.domain import dates
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors
from letterbox.domain.limits.time_limits import office_day
from letterbox.domain.permissions import ActorKind
from letterbox.domain.secrecy import masked
from letterbox.services.case.case import Case
from letterbox.services.case.secrecy import mask_for_others
from letterbox.store.letters import Letter
from letterbox.store.replies import Contact


def typed_contacts(case: Case, values: Mapping[str, Any]) -> list[Contact]:
    """The rows of ``contacts`` that are not recorded yet, to be added. Raises FieldErrors naming each wrong one.

    A contact that a person enters cannot be before the day of the letter. A program may enter one: the machine
    interface refuses only future instants, and the client that kept the contacts answers for their dates. A row that
    came into the form masked is recognised as recorded.
    """
    mask = mask_for_others(case.letter)
    known = {key for each in recorded_contacts(case) for key in (_key(each), masked(_key(each), mask))}
    rows, errors = [], {}
    for index, row in enumerate(values.get("contacts") or []):
        at = _instant(row.get("at"))
        if at is None or at > case.now:
            errors[f"contacts[{index}].at"] = "请填写联系的时间" if at is None else "联系时间不能晚于现在"
            continue
        reached, said = bool(row.get("reached")), str(row.get("said") or "")
        if reached and not said.strip():
            errors[f"contacts[{index}].said"] = "已接通的，请写明说了什么、来信人意见如何"
        contact = Contact(
            letter_id=case.letter.id,
            unit_code=case.letter.lead_unit,
            at=at,
            means=str(row.get("means") or "phone"),
            person=str(row.get("person") or ""),
            said=said,
            reached=reached,
            recorded_by=case.actor.name,
            recorded_at=case.now,
        )
        if _key(contact) in known:
            continue
        if case.actor.kind is ActorKind.PERSON and office_day(at) < (first := _first_day(case.letter)):
            errors[f"contacts[{index}].at"] = f"联系时间不能早于来信之日（{dates.day(first)}）"
        rows.append(contact)
    if errors:
        raise FieldErrors(errors)
    return rows


def _key(contact: Contact) -> tuple[datetime, str, str, str]:
    """What the form shows of it, which is minutes."""
    return contact.at.replace(second=0, microsecond=0), contact.means, contact.person, contact.said


def _first_day(letter: Letter) -> date:
    """The earliest day of a contact: the day on which the letter was written or received, whichever was earlier."""
    return office_day(min(letter.received_at, letter.written_at or letter.received_at))


def recorded_contacts(case: Case) -> list[Contact]:
    """The contacts recorded by the unit that has the letter now, earliest first; those of another unit do not count for
    it."""
    own = (Contact.letter_id == case.letter.id, Contact.unit_code == case.letter.lead_unit)
    return list(case.session.scalars(select(Contact).where(*own).order_by(Contact.at)))


def as_row(contact: Contact) -> dict[str, Any]:
    """A recorded contact as a row of the form."""
    at = contact.at.astimezone(OFFICE_ZONE).replace(tzinfo=None).isoformat(timespec="minutes")
    return {
        "at": at,
        "means": contact.means,
        "person": contact.person,
        "said": contact.said,
        "reached": contact.reached,
    }


def was_contacted(contacts: Iterable[Contact]) -> bool:
    """Whether the writer was reached once, or two attempts were made on different days (H4)."""
    tried = list(contacts)
    days = {each.at.astimezone(OFFICE_ZONE).date() for each in tried}
    return any(each.reached for each in tried) or len(days) >= 2


def _instant(value: Any) -> datetime | None:
    """A form's date-time; without an offset it is the office's local time."""
    if not value:
        return None
    try:
        return dates.possible_instant(str(value))
    except ValueError:
        return None
