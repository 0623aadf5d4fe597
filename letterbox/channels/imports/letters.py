"""A row becomes a letter's draft, or a reason why not."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from letterbox.channels.imports.rows import RefusedRow, Row, content_of, file_digest, read_rows
from letterbox.channels.imports.written_at import parse_written_at
from letterbox.domain.clean_text import clean_text, plain_email, plain_phone
from letterbox.domain.letter import BODY_MAX, TITLE_MAX, LetterDraft, WriterDetails
from letterbox.domain.vocabulary import Category, Channel

DERIVED_TITLE = 30
"""Characters of the body that stand in for a missing title."""
CATEGORY_WORDS: Mapping[str, Category] = {
    **{str(category): category for category in Category},
    **dict.fromkeys(("咨询", "政策咨询", "咨询类", "业务咨询"), Category.CONSULTATION),
    **dict.fromkeys(("投诉", "投诉类", "投诉/求助", "投诉求助"), Category.COMPLAINT),
    **dict.fromkeys(("意见", "意见类", "意见建议"), Category.OPINION),
    **dict.fromkeys(("建议", "建言", "建议类", "建言献策"), Category.SUGGESTION),
    **dict.fromkeys(("求助", "求助类", "求决", "申诉"), Category.HELP),
    **dict.fromkeys(("检举", "控告", "举报", "检举控告", "举报类"), Category.REPORT),
    **dict.fromkeys(("其他", "其它", "感谢", "表扬"), Category.OTHER),
}


@dataclass(frozen=True, slots=True)
class ImportedLetter:
    number: int
    draft: LetterDraft


class _Refused(Exception):
    """Carries the reason up to ``parse_letter``."""


def letters_in(
    source: Path | bytes, filename: str, channel: Channel, mapping: Mapping[str, str] | None = None
) -> Iterator[ImportedLetter | RefusedRow]:
    """Every row of the file as a draft or a refusal. Raises FieldErrors like ``read_rows``."""
    content = content_of(source)
    digest = file_digest(content)
    rows = read_rows(content, filename, mapping)
    return (_letter(row, channel, digest) for row in rows)


def _letter(row: Row | RefusedRow, channel: Channel, digest: str) -> ImportedLetter | RefusedRow:
    parsed = row if isinstance(row, RefusedRow) else parse_letter(row, channel, digest)
    return parsed if isinstance(parsed, RefusedRow) else ImportedLetter(row.number, parsed)


def row_identity(channel: str, row: Row, digest: str) -> str:
    """The key under which a row is known: rows with the same key are the same letter (contract, ``import``).

    With a reference: channel and reference. Without: all columns of the row and the file's content. So two rows of one
    file that agree in every column, the writer's too, are one letter; the contract leaves nothing to tell them apart.
    """
    reference = clean_text(row.values.get("reference", ""))
    parts = ("reference", channel, reference) if reference else ("row", digest, row.raw_key)
    return f"{parts[0]}:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def parse_letter(row: Row, channel: Channel, digest: str) -> LetterDraft | RefusedRow:
    """A draft with cleaned texts (markup stays, it is text). A blank title is taken from the body."""
    try:
        return _draft(row, channel, digest)
    except _Refused as refused:
        return RefusedRow(row.number, str(refused))


def _draft(row: Row, channel: Channel, digest: str) -> LetterDraft:
    value = {column: clean_text(text) for column, text in row.values.items()}
    body = value.get("body", "")
    if not body:
        raise _Refused("正文是空的")
    if len(body) > BODY_MAX:
        raise _Refused(f"正文 {len(body)} 字，超过 {BODY_MAX} 字")
    return LetterDraft(
        channel=channel,
        title=_title(value.get("title", ""), body),
        body=body,
        is_public=False,
        writer=WriterDetails(
            name=value.get("writer", ""), phone=_phone(value), email=_email(value), address=value.get("address", "")
        ),
        category=CATEGORY_WORDS.get(value.get("category", "").casefold()),
        channel_reference=value.get("reference") or None,
        source_key=row_identity(channel, row, digest),
        written_at=_written_at(value),
    )


def _title(title: str, body: str) -> str:
    if not title:
        return body.split("\n", 1)[0][:DERIVED_TITLE]
    if len(title) > TITLE_MAX:
        raise _Refused(f"标题 {len(title)} 字，超过 {TITLE_MAX} 字")
    return " ".join(title.split("\n"))


def _written_at(value: Mapping[str, str]) -> datetime | None:
    text = value.get("written_at", "")
    if not text:
        return None
    try:
        return parse_written_at(text)
    except ValueError:
        raise _Refused(f"来信时间“{text[:40]}”看不懂，请写成 2026-01-31 09:30 这样的形式") from None


def _phone(value: Mapping[str, str]) -> str:
    """The first usable number; one masked by the other mailbox (138****8000) counts as not given."""
    text = unicodedata.normalize("NFKC", value.get("phone", "")).lstrip("'")
    if not text or re.search(r"[*xX]{2,}", text):
        return ""
    found = next((usable for each in re.split(r"[,/、;]", text) if (usable := plain_phone(each))), None)
    if found is None:
        raise _Refused("电话号码不对：应为 11 位手机号码，或带区号的固定电话")
    return found


def _email(value: Mapping[str, str]) -> str:
    text = value.get("email", "")
    if not text or "***" in text:
        return ""
    found = plain_email(text)
    if found is None:
        raise _Refused("电子邮箱不对：应为 name@example.com 这样的形式")
    return found
