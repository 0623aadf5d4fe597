"""Rows of a file under the contract's column names, sheet by sheet; each row that somebody filled in is one of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from letterbox.channels.imports.columns import KNOWN_HEADINGS, missing_columns, places_of, refuse_mapping
from letterbox.channels.imports.headings import Headings, find_headings
from letterbox.channels.imports.values import FileRow, FoundSheet, Place, Skipped
from letterbox.channels.sheets import Sheet, SheetRow
from letterbox.domain.errors import FieldErrors

REPEATED = "和列标题相同，没有当作来信"
ONLY_UNUSED = "只有没有用到的列里有内容，没有当作来信"
NO_HEADINGS = "没有找到列标题（至少要有标题、正文两列），这张表没有读入"
HIDDEN_SHEET = "是隐藏的工作表，没有读入；需要导入的，请先取消隐藏"
JOINED = ("phone", "email")
"""Of two columns that mean one of these both values are kept."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """``rows`` hold every row below the headings that is not blank."""

    rows: list[FileRow]
    sheets: list[FoundSheet]
    unused: list[str]
    warnings: list[str]


def read_rows(sheets: Sequence[Sheet], mapping: Mapping[str, str] | None = None) -> ReadFile:
    """``mapping``: column of the contract → heading of the file. Raises FieldErrors (key ``file``) if no visible sheet has
    headings for title and body, or the mapping names what is not there.
    """
    visible = [sheet for sheet in sheets if not sheet.is_hidden and any(not row.is_blank for row in sheet.rows)]
    _check(sheets, visible, mapping or {})
    rows: list[FileRow] = []
    found: list[FoundSheet] = []
    unused: list[str] = []
    warnings: list[str] = []
    headed = {id(sheet): find_headings(sheet, mapping) for sheet in visible}
    if not any(headed.values()):
        first = next((row.cells for row in visible[0].rows if not row.is_blank), [])
        raise missing_columns(first, mapping)
    for sheet in sheets:
        headings = headed.get(id(sheet))
        if headings is None:
            found.append(_passed_over(sheet))
            continue
        own = list(_rows(sheet, headings))
        rows += own
        found.append(FoundSheet(name=sheet.name, rows=len(own), is_read=True))
        unused += [each for each in _unused(headings, sheet) if each not in unused]
        warnings += _warnings(sheet, headings, own)
    warnings += [f"工作表“{each.name}”{each.remark}" for each in found if each.remark and each.rows]
    return ReadFile(rows=rows, sheets=found, unused=unused, warnings=warnings)


def _check(sheets: Sequence[Sheet], visible: Sequence[Sheet], mapping: Mapping[str, str]) -> None:
    if not visible:
        hidden = [sheet.name for sheet in sheets if sheet.is_hidden]
        told = f"可见的工作表都是空的，隐藏的有：{'、'.join(hidden)}" if hidden else "文件是空的，或第 1 行不是列标题"
        raise FieldErrors({"file": told})
    first = visible[0].rows[0]
    if first.broken and not visible[0].name:
        raise FieldErrors({"file": f"第 1 行读不出来（{first.broken}）：请另存为 UTF-8 编码的 CSV 或 .xlsx 后再导入"})
    refuse_mapping(mapping, [cell for sheet in visible for row in sheet.rows[:20] for cell in row.cells])


def _passed_over(sheet: Sheet) -> FoundSheet:
    rows = sum(not row.is_blank for row in sheet.rows)
    remark = (HIDDEN_SHEET if sheet.is_hidden else NO_HEADINGS) if rows else "是空的"
    return FoundSheet(name=sheet.name, rows=rows, is_read=False, is_hidden=sheet.is_hidden, remark=remark)


def _rows(sheet: Sheet, headings: Headings) -> Iterator[FileRow]:
    places = places_of(headings.texts, headings.columns)
    for row in sheet.rows[headings.rows :]:
        if not row.is_blank:
            yield _row(sheet, row, headings, places)


def _row(sheet: Sheet, row: SheetRow, headings: Headings, places: Mapping[str, list[int]]) -> FileRow:
    known = {place for found in places.values() for place in found}
    values = {column: _value(row, column, found) for column, found in places.items()}
    return FileRow(
        place=Place(sheet=sheet.name, number=row.number),
        values=values,
        others=_others(row, headings, known),
        raw_key=_digest(list(row.cells[: len(headings.texts)])),
        refusal=_refusal(sheet, row, headings, known),
        skipped=_skipped(row, headings, known),
        merged=frozenset(column for column, found in places.items() if row.merged & set(found)),
    )


def _value(row: SheetRow, column: str, places: Sequence[int]) -> str:
    given = [text for place in places if (text := _cell(row, place)).strip()]
    return "、".join(dict.fromkeys(given)) if column in JOINED else next(iter(given), "")


def _cell(row: SheetRow, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _others(row: SheetRow, headings: Headings, known: Iterable[int]) -> dict[str, str]:
    """What stands in columns that mean nothing to us, by their headings."""
    return {
        (headings.texts[place] if place < len(headings.texts) else "") or f"#{place + 1}": text.strip()
        for place, text in enumerate(row.cells)
        if place not in known and text.strip()
    }


def _refusal(sheet: Sheet, row: SheetRow, headings: Headings, known: Iterable[int]) -> str | None:
    if row.broken:
        return row.broken
    width = len(headings.texts)
    if sheet.is_even and (len(row.cells) < width or any(cell.strip() for cell in row.cells[width:])):
        return f"这一行有 {len(row.cells)} 列，标题行有 {width} 列，对不上"
    wrong = [f"“{headings.texts[place]}”{row.faults[place]}" for place in sorted(row.faults) if place in known]
    return "；".join(wrong) or None


def _skipped(row: SheetRow, headings: Headings, known: Iterable[int]) -> Skipped | None:
    if row.broken:
        return None
    if headings.repeats(row):
        return Skipped(REPEATED)
    is_empty = not any(_cell(row, place).strip() or place in row.faults for place in known)
    return Skipped(ONLY_UNUSED) if is_empty else None


def _unused(headings: Headings, sheet: Sheet) -> list[str]:
    """Headings without a column, and columns without a heading in which something stands."""
    rows = sheet.rows[headings.rows :]
    reach = max((len(row.cells) for row in rows), default=0)
    texts = [*headings.texts, *[""] * (reach - len(headings.texts))]
    nameless = [
        place for place, text in enumerate(texts) if not text and any(_cell(row, place).strip() for row in rows)
    ]
    return [*headings.unused, *(f"第 {place + 1} 列（没有标题）" for place in nameless)]


def _warnings(sheet: Sheet, headings: Headings, rows: Sequence[FileRow]) -> Iterator[str]:
    name = f"工作表“{sheet.name}”" if sheet.name else ""
    hidden = [row.number for row in sheet.rows[headings.rows :] if row.is_hidden and not row.is_blank]
    if hidden:
        yield f"{name}第 {numbers(hidden)} 行在文件里是隐藏的（例如被筛选掉），也读入了"
    merged = [row.place.number for row in rows if row.merged]
    if merged:
        yield f"{name}第 {numbers(merged)} 行有合并单元格，按上面一行的内容填了"
    for column, places in places_of(headings.texts, headings.columns).items():
        texts = [headings.texts[place] for place in places]
        if len(texts) > 1:
            said = "两边的内容都保留" if column in JOINED else f"以“{texts[0]}”为准，它空着的才用后面的"
            yield f"{name}{'、'.join(f'“{text}”' for text in texts)}是同一项（{column}）：{said}"
        unseen = [headings.texts[place] for place in places if place in sheet.hidden_columns]
        if unseen:
            yield f"{name}“{unseen[0]}”一列在文件里是隐藏的，也读入了"


def numbers(found: Sequence[int]) -> str:
    """The first of them and how many there are: ``3、5、8 等 12``."""
    shown = "、".join(map(str, found[:20]))
    return shown if len(found) <= 20 else f"{shown} 等 {len(found)}"


def _digest(fields: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


__all__ = ["KNOWN_HEADINGS", "ReadFile", "numbers", "read_rows"]
