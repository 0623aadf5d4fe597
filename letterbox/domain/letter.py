"""A letter as it comes in, and what makes it acceptable at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from letterbox.domain import dates
from letterbox.domain.clean_text import clean_text
from letterbox.domain.contact_data import (
    EMAIL_WANTED,
    PHONE_WANTED,
    Reached,
    plain_email,
    plain_phone,
    read_email,
    read_phone,
)
from letterbox.domain.errors import FieldErrors
from letterbox.domain.references import plain_reference
from letterbox.domain.vocabulary import Category, Channel

TITLE_MAX, BODY_MAX, SHORT_MAX, ADDRESS_MAX, REMARK_MAX = 200, 20_000, 50, 200, 400
MAX_ATTACHMENTS = 5


@dataclass(frozen=True, slots=True)
class WriterDetails:
    """Personal data of the writer; on the portal a name and a phone or e-mail are needed.

    ``contact_remark``: what was written beside number and address: a second number, whose it is.
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    contact_remark: str = ""


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """What somebody wants to send. ``uploads`` are tokens of files already checked and stored.

    ``accused``: whom an accusation is against by its writer's word: a unit's code, or that it is no unit.
    ``must_confirm``: nobody vouches that the contacts are the writer's, as on the open portal.
    """

    channel: Channel
    title: str
    body: str
    is_public: bool
    writer: WriterDetails = field(default_factory=WriterDetails)
    category: str | None = None
    accused: str | None = None
    place: str | None = None
    channel_reference: str | None = None
    source_key: str | None = None
    written_at: datetime | None = None
    uploads: tuple[str, ...] = ()
    consent: bool = True
    must_confirm: bool = False


def checked(draft: LetterDraft, now: datetime) -> LetterDraft:
    """The draft with cleaned texts; raises FieldErrors naming every field that cannot be taken."""
    reference, damaged = _reference(draft)
    clean = LetterDraft(
        channel=draft.channel,
        title=clean_text(draft.title, lines=False),
        body=clean_text(draft.body),
        is_public=draft.is_public,
        writer=_writer(draft.writer),
        category=draft.category or None,
        accused=(draft.accused or None) if draft.category == Category.REPORT else None,
        place=clean_text(draft.place or "") or None,
        channel_reference=reference,
        source_key=draft.source_key,
        written_at=draft.written_at,
        uploads=draft.uploads,
        consent=draft.consent,
        must_confirm=draft.must_confirm,
    )
    errors = {**_text_errors(clean), **_writer_errors(clean), **damaged}
    if clean.category is not None and clean.category not in set(Category):
        errors["category"] = f"来信类别应为 {', '.join(Category)} 之一"
    if clean.written_at is not None and not dates.is_possible(clean.written_at):
        errors["written_at"] = f"写信时间不可能：{dates.IMPOSSIBLE}；不知道就不填"
    elif clean.written_at is not None and clean.written_at > now:
        errors["written_at"] = "写信时间不能晚于现在"
    if len(clean.uploads) > MAX_ATTACHMENTS:
        errors["uploads"] = f"附件最多 {MAX_ATTACHMENTS} 个"
    if errors:
        raise FieldErrors(errors)
    return clean


def _writer(given: WriterDetails) -> WriterDetails:
    """Contacts that cannot be read stay as they are, for ``_writer_errors`` to name."""
    phone = read_phone(given.phone) or Reached(first=clean_text(given.phone))
    email = read_email(given.email) or Reached(first=clean_text(given.email))
    remarks = (clean_text(each, lines=False) for each in (given.contact_remark, phone.remark, email.remark))
    return WriterDetails(
        name=clean_text(given.name),
        phone=phone.first,
        email=email.first,
        address=clean_text(given.address),
        contact_remark="；".join(each for each in remarks if each)[:REMARK_MAX],
    )


def _reference(draft: LetterDraft) -> tuple[str | None, dict[str, str]]:
    try:
        return plain_reference(draft.channel_reference), {}
    except ValueError as damaged:
        return None, {"channel_reference": str(damaged)}


def _text_errors(draft: LetterDraft) -> dict[str, str]:
    errors = {}
    if not draft.title:
        errors["title"] = "请写一个标题，用一句话说明什么事"
    elif len(draft.title) > TITLE_MAX:
        errors["title"] = f"标题最多 {TITLE_MAX} 字，现有 {len(draft.title)} 字"
    if not draft.body:
        errors["body"] = "请写下要反映的内容"
    elif len(draft.body) > BODY_MAX:
        errors["body"] = f"正文最多 {BODY_MAX} 字，现有 {len(draft.body)} 字"
    return errors


def _writer_errors(draft: LetterDraft) -> dict[str, str]:
    """On the portal a name and a way to reach the writer are needed (regime, "Who uses it"); elsewhere they may be missing."""
    writer, errors = draft.writer, {}
    if writer.phone and plain_phone(writer.phone) is None:
        errors["phone"] = PHONE_WANTED
    if writer.email and plain_email(writer.email) is None:
        errors["email"] = EMAIL_WANTED
    if len(writer.name) > SHORT_MAX:
        errors["name"] = f"姓名最多 {SHORT_MAX} 字"
    if len(writer.address) > ADDRESS_MAX:
        errors["address"] = f"地址最多 {ADDRESS_MAX} 字"
    if draft.channel is Channel.PORTAL:
        if not writer.name:
            errors["name"] = "请填写您的姓名"
        if not writer.phone and not writer.email:
            errors["phone"] = "请至少填写手机号码或电子邮箱中的一项，以便通知您办理结果"
        if not draft.consent:
            errors["consent"] = "需要您同意为办理来信而使用个人信息"
    return errors
