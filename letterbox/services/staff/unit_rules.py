"""What a unit must be like, whoever writes it: a form or a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from letterbox.domain.clean_text import length_error, one_line
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import UnitKind

CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PLACE = re.compile(r"[\w·（）()\-]{2,40}")
SEPARATORS = re.compile(r"[\s、，,；;]+")
LONGEST_CODE, LONGEST_NAME, LONGEST_SHORT_NAME, LAST_POSITION = 40, 60, 20, 9999


@dataclass(frozen=True, slots=True)
class UnitInput:
    """``territory`` holds place names, ``matters`` codes of matters (P1); ``position`` orders the lists."""

    code: str
    name: str
    short_name: str
    kind: str
    territory: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    position: int = 0


def split_places(words: str) -> tuple[str, ...]:
    """One place a line, or separated by commas, semicolons, 、; each once, in the order given."""
    return tuple(dict.fromkeys(each for each in SEPARATORS.split(words) if each))


def checked(unit: UnitInput, known_matters: Collection[str]) -> UnitInput:
    """The unit with outer blanks gone. Raises FieldErrors naming every wrong field."""
    clean = replace(unit, code=unit.code.strip(), name=one_line(unit.name), short_name=one_line(unit.short_name))
    found = {
        "code": _code_error(clean.code),
        "name": length_error(clean.name, "单位名称", LONGEST_NAME),
        "short_name": length_error(clean.short_name, "简称", LONGEST_SHORT_NAME),
        "kind": None if clean.kind in set(UnitKind) else "请选择单位类别",
        "territory": _territory_error(clean.territory),
        "matters": _matters_error(clean.matters, known_matters),
        "position": None if 0 <= clean.position <= LAST_POSITION else f"排序号应为 0 至 {LAST_POSITION} 的整数",
    }
    errors = {field: error for field, error in found.items() if error}
    if errors:
        raise FieldErrors(errors)
    return clean


def _code_error(code: str) -> str | None:
    if len(code) <= LONGEST_CODE and CODE.fullmatch(code):
        return None
    return f"单位代码只用小写英文字母、数字和连字符，以字母开头，最多 {LONGEST_CODE} 个字符，例如 town-zimen"


def _territory_error(places: Sequence[str]) -> str | None:
    wrong = next((place for place in places if not PLACE.fullmatch(place)), None)
    return f"“{wrong[:40]}”不像地名：每个地名 2 至 40 个字，不含标点，一行写一个" if wrong else None


def _matters_error(codes: Sequence[str], known: Collection[str]) -> str | None:
    unknown = sorted(set(codes) - set(known))
    return f"没有这些事项代码：{'、'.join(unknown)[:200]}" if unknown else None
