"""A workbook: its sheets in their order, the texts that they share, and which formats show a date.

Read from the parts themselves and not through a library's whole model of a workbook: what a list of letters needs is a
handful of elements, and files of other exporters are sound in those and odd in all others (decision 174).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from letterbox.channels.sheets.package import DAMAGED, Package, TooLarge, attribute, local
from letterbox.channels.sheets.sheet import Sheet
from letterbox.channels.sheets.worksheet import Surroundings, read_worksheet, text_of
from letterbox.domain.errors import FieldErrors

UNREADABLE = "打不开这个 Excel 文件：请用 Excel 或 WPS 另存为 .xlsx 或 CSV 后再导入"
TOO_LARGE = "这个 Excel 文件太大：请分成几个文件导入"
EAST_ASIAN_DATES = frozenset([*range(27, 37), *range(50, 59)])
"""Built-in formats of Chinese Excel that show dates and times."""
YES = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    part: str
    is_hidden: bool


def workbook_sheets(content: bytes) -> list[Sheet]:
    """Raises FieldErrors for a damaged or far too large workbook and for one without sheets: before any row is given."""
    try:
        package = Package(content)
        part = package.main_part()
        named, is_1904 = _sheets(package, part)
        surroundings = _surroundings(package, part, is_1904)
        sheets = [read_worksheet(package, each.part, each.name, each.is_hidden, surroundings) for each in named]
    except TooLarge as error:
        raise FieldErrors({"file": TOO_LARGE}) from error
    except DAMAGED as error:
        raise FieldErrors({"file": UNREADABLE}) from error
    if not sheets:
        raise FieldErrors({"file": UNREADABLE})
    return sheets


def _sheets(package: Package, part: str) -> tuple[list[_Named], bool]:
    """Work sheets, not chart sheets; and whether days count from 1904."""
    relations, found, is_1904 = package.relations(part), [], False
    for tag, element in package.elements(part, "sheet", "workbookPr"):
        if tag == "workbookPr":
            is_1904 = attribute(element, "date1904") in YES
            continue
        kind, place = relations.get(attribute(element, "id") or "", ("", ""))
        if kind == "worksheet":
            hidden = element.get("state", "visible") != "visible"
            found.append(_Named(name=element.get("name", ""), part=place, is_hidden=hidden))
    return found, is_1904


def _surroundings(package: Package, part: str, is_1904: bool) -> Surroundings:
    places = dict(package.relations(part).values())
    texts = _shared_texts(package, places["sharedStrings"]) if "sharedStrings" in places else []
    dated = _dated_formats(package, places["styles"]) if "styles" in places else frozenset()
    return Surroundings(texts=texts, dated=dated, is_1904=is_1904)


def _shared_texts(package: Package, part: str) -> Sequence[str]:
    return [text_of(element) for _, element in package.elements(part, "si")]


def _dated_formats(package: Package, part: str) -> frozenset[int]:
    """Places in the list of cell formats that show a date or a time."""
    codes = dict(BUILTIN_FORMATS)
    ids: list[int] = []
    for tag, element in package.elements(part, "numFmt", "cellXfs"):
        if tag == "numFmt" and (given := element.get("numFmtId", "")).isdigit():
            codes[int(given)] = element.get("formatCode", "")
        elif tag == "cellXfs":
            ids = [int(each.get("numFmtId") or 0) for each in element if local(each.tag) == "xf"]
    return frozenset(place for place, number in enumerate(ids) if _is_date(number, codes.get(number, "")))


def _is_date(number: int, code: str) -> bool:
    return is_date_format(code) if code else number in EAST_ASIAN_DATES
