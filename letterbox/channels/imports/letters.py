"""A file of another mailbox as letters: each row a draft, or a reason why not."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from letterbox.channels.imports.rows import numbers, read_rows
from letterbox.channels.imports.values import FileRow, ImportedLetter, ImportFile, RefusedRow, SkippedRow
from letterbox.channels.sheets import content_of, file_digest, read_sheets
from letterbox.domain import dates
from letterbox.domain.clean_text import clean_text
from letterbox.domain.contact_data import EMAIL_WANTED, PHONE_WANTED, Reached, read_email, read_phone
from letterbox.domain.letter import BODY_MAX, TITLE_MAX, LetterDraft, WriterDetails
from letterbox.domain.references import DAMAGED, are_rounded, is_counter, is_placeholder, plain_reference
from letterbox.domain.vocabulary import Category, Channel
from letterbox.domain.written_at import parse_written_at

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
MASKED = re.compile(r"[*xX]{2,}")
"""A number or address of which the other mailbox shows only a part."""
SCIENTIFIC_PHONE = "电话号码被表格软件改成了科学计数，后面的数字丢了：请把这一列设为文本格式后重新导出"
COUNTED = "编号只是序号（1、2、3……），下一个文件又会从 1 开始，没有当作来信编号"
PLACEHOLDERS = "编号填的是“无”一类的占位，按没有编号导入"
CONTINUED = "标题和正文与上面一行是同一个合并单元格，当作同一封信"


class _Refused(Exception):
    """Carries the reason up to ``_letter``."""


def read_file(
    source: Path | bytes, filename: str, channel: Channel, mapping: Mapping[str, str] | None = None
) -> ImportFile:
    """Every row of every visible sheet, and what is to be said of the file. Nothing is looked up and nothing is written.

    ``mapping``: column of the contract → heading of the file. Raises FieldErrors (key ``file``) for a file that cannot be
    read as a whole: before any row.
    """
    content = content_of(source)
    read = read_rows(read_sheets(content, filename), mapping)
    digest = file_digest(content)
    known, warnings = _references(read.rows)
    rows = [_letter(row, channel, digest, reference) for row, reference in zip(read.rows, known, strict=True)]
    return ImportFile(
        digest=digest,
        rows=rows,
        sheets=read.sheets,
        unused_columns=read.unused,
        warnings=[*read.warnings, *warnings],
    )


def _references(rows: Sequence[FileRow]) -> tuple[list[str | None], list[str]]:
    """Of each row what identifies it in its mailbox, None for what is no reference; and what is to be said of that.

    Judged by the whole file: whether digits were lost, and whether the column only counts, can be seen of no single row.
    """
    given = [clean_text(row.values.get("reference", ""), lines=False) for row in rows]
    placeholders = [bool(text) and is_placeholder(text) for text in given]
    kept = ["" if is_none else text for text, is_none in zip(given, placeholders, strict=True)]
    counted = _counted(rows, kept)
    rounded = are_rounded([text for text in kept if text])
    warnings = [
        f"{_where(rows[place] for place in places)}{words}"
        for places, words in (
            ([place for place, is_none in enumerate(placeholders) if is_none], PLACEHOLDERS),
            (sorted(counted), COUNTED),
        )
        if places
    ]
    found: list[str | None] = [
        DAMAGED if text in rounded else (None if place in counted or not text else text)
        for place, text in enumerate(kept)
    ]
    return found, warnings


def _counted(rows: Sequence[FileRow], references: Sequence[str]) -> set[int]:
    """Places of rows whose sheet only counts them, from 1 or on from the sheet before."""
    found: set[int] = set()
    following = 1
    for _, group in groupby(range(len(rows)), key=lambda place: rows[place].place.sheet):
        places = [place for place in group if references[place]]
        texts = [references[place] for place in places]
        begun_at = next((begin for begin in (1, following) if is_counter(texts, begin)), None)
        if begun_at is not None:
            found |= set(places)
            following = begun_at + len(places)
    return found


def _where(rows: Iterable[FileRow]) -> str:
    parts = []
    for sheet, group in groupby(rows, key=lambda row: row.place.sheet):
        parts.append(f"{f'工作表“{sheet}”' if sheet else ''}第 {numbers([row.place.number for row in group])} 行")
    return "，".join(parts)


def _letter(
    row: FileRow, channel: Channel, digest: str, reference: str | None
) -> ImportedLetter | RefusedRow | SkippedRow:
    if row.skipped:
        return SkippedRow(row.place, row.skipped.reason)
    if row.refusal:
        return RefusedRow(row.place, row.refusal)
    if _is_continued(row):
        return SkippedRow(row.place, CONTINUED)
    try:
        draft = _draft(row, channel, digest, reference)
    except _Refused as refused:
        return RefusedRow(row.place, str(refused))
    others = hashlib.sha256(json.dumps(sorted(row.others.items()), ensure_ascii=False).encode()).hexdigest()
    return ImportedLetter(place=row.place, draft=draft, others_key=others, remarks=tuple(_remarks(row, draft)))


def _is_continued(row: FileRow) -> bool:
    """The lower rows of one letter that reaches over several, with nothing of its own that says who wrote or when."""
    own = {column for column, text in row.values.items() if text.strip() and column not in row.merged}
    return {"title", "body"} <= row.merged and not own


def source_key(row: FileRow, digest: str, channel: str | None) -> str:
    """Under which a row is known when the same file comes again: all its columns and the file's content.

    So two rows of one file that agree in every column, the writer's too, are one letter; the contract leaves nothing to
    tell them apart. ``channel``: of a row with a reference, which means something there alone; None without one.
    """
    parts = ("row", digest, row.raw_key, *([channel] if channel else []))
    return f"row:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def _draft(row: FileRow, channel: Channel, digest: str, reference: str | None) -> LetterDraft:
    value = {column: clean_text(text) for column, text in row.values.items()}
    body = value.get("body", "")
    if not body:
        raise _Refused("正文是空的")
    if len(body) > BODY_MAX:
        raise _Refused(f"正文 {len(body)} 字，超过 {BODY_MAX} 字")
    if reference == DAMAGED:
        raise _Refused(DAMAGED)
    known = _reference(reference)
    return LetterDraft(
        channel=channel,
        title=_title(_given(value, "title"), body),
        body=body,
        is_public=False,
        writer=_writer(value),
        category=CATEGORY_WORDS.get(value.get("category", "").casefold()),
        place=_given(value, "place") or None,
        channel_reference=known,
        source_key=source_key(row, digest, channel if known else None),
        written_at=_written_at(value),
    )


def _given(value: Mapping[str, str], column: str) -> str:
    """Empty for 无, -, / and other words for nothing."""
    text = value.get(column, "")
    return "" if is_placeholder(text) else text


def _reference(reference: str | None) -> str | None:
    try:
        return plain_reference(reference)
    except ValueError as damaged:
        raise _Refused(str(damaged)) from None


def _title(title: str, body: str) -> str:
    if not title:
        return body.split("\n", 1)[0][:DERIVED_TITLE]
    if len(title) > TITLE_MAX:
        raise _Refused(f"标题 {len(title)} 字，超过 {TITLE_MAX} 字")
    return " ".join(title.split("\n"))


def _written_at(value: Mapping[str, str]) -> datetime | None:
    text = _given(value, "written_at")
    if not text:
        return None
    try:
        return parse_written_at(text)
    except ValueError:
        raise _Refused(
            f"来信时间“{text[:40]}”看不懂，请写成 2026-01-31 09:30 这样的形式，年份在 {dates.POSSIBLE_YEARS[0]} 至 "
            f"{dates.POSSIBLE_YEARS[-1]} 之间"
        ) from None


def _writer(value: Mapping[str, str]) -> WriterDetails:
    phone, email = _phone(value), _email(value)
    return WriterDetails(
        name=" ".join(_given(value, "writer").split()),
        phone=phone.first,
        email=email.first,
        address=_given(value, "address"),
        contact_remark="；".join(each.remark for each in (phone, email) if each.remark),
    )


def _phone(value: Mapping[str, str]) -> Reached:
    """The first usable number; one masked by the other mailbox (138****8000) counts as not given."""
    text = _given(value, "phone")
    if not text or MASKED.search(text):
        return Reached("")
    found = read_phone(text)
    if found is None:
        is_scientific = re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", unicodedata.normalize("NFKC", text), re.IGNORECASE)
        raise _Refused(SCIENTIFIC_PHONE if is_scientific else f"电话号码不对：{PHONE_WANTED}")
    return found


def _email(value: Mapping[str, str]) -> Reached:
    text = _given(value, "email")
    if not text or (MASKED.search(text.partition("@")[0]) and "*" in text):
        return Reached("")
    found = read_email(text)
    if found is None:
        raise _Refused(f"电子邮箱不对：{EMAIL_WANTED}")
    return found


def _remarks(row: FileRow, draft: LetterDraft) -> Iterator[str]:
    if _given(row.values, "phone") and not draft.writer.phone:
        yield "电话被来源系统遮住了一部分，按没有电话导入"
    if draft.writer.contact_remark:
        yield "电话或邮箱里还有别的号码或说明，已记入联系备注"
    if _given(row.values, "category") and draft.category is None:
        yield f"类别“{row.values['category'].strip()[:20]}”不认识，留给甄别时确定"
