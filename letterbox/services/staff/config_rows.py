"""Rows of the YAML files of units and people: read with the line of every fault, and written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from typing import Any

import yaml

from letterbox.domain.errors import ConfigError, FieldErrors
from letterbox.seeds.files import SeedFile
from letterbox.seeds.values import CONFIG_DIR
from letterbox.services.staff import person_rules, unit_rules
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.services.staff.unit_rules import UnitInput
from letterbox.store.people import Person, Unit

LONGEST_FILE = 1_000_000


class RowKind(StrEnum):
    UNITS = "units"
    PEOPLE = "people"


def read_file(text: str, name: str, matters: Sequence[str]) -> tuple[RowKind, SeedFile]:
    """Which kind of file it is, and its checked content. Raises ConfigError naming the line."""
    if len(text) > LONGEST_FILE:
        raise ConfigError(f"{name} 太大：最多 {LONGEST_FILE:,} 个字符")
    _refuse_aliases(text, name)
    kind = RowKind.PEOPLE if _root_key(text, name) == RowKind.PEOPLE else RowKind.UNITS
    file = SeedFile.of_text(text, name, kind, CONFIG_DIR / "schemas")
    if kind is RowKind.UNITS:
        _check_units(file, matters)
    else:
        _check_people(file)
    return kind, file


def _refuse_aliases(text: str, name: str) -> None:
    """References could make a small file unfold into a huge one, and nobody needs them here."""
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken):
                raise ConfigError(f"{name}，第 {token.start_mark.line + 1} 行：不支持 YAML 引用（*{token.value}）")
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{name} 不是正确的 YAML：{_place(error)}") from None


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列，" if mark else ""
    return f"{where}{getattr(error, 'problem', None) or '结构嵌套太深或有不允许的字符'}"


def _root_key(text: str, name: str) -> str:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{name} 不是正确的 YAML：{_place(error)}") from None
    keys = [key.value for key, _value in root.value] if isinstance(root, yaml.MappingNode) else []
    if not {RowKind.UNITS, RowKind.PEOPLE} & set(keys):
        raise ConfigError(f"{name}，第 1 行：文件应以 units: 或 people: 开头")
    return RowKind.PEOPLE if RowKind.PEOPLE in keys else RowKind.UNITS


def _check_units(file: SeedFile, matters: Collection[str]) -> None:
    rows = file.data["units"]
    for place, row in enumerate(rows):
        _checked(file, ("units", place), unit_rules.checked, as_unit(row, 0), matters)
    for field in ("code", "name", "short_name"):
        _refuse_repeated(file, "units", field, [row[field] for row in rows])


def _check_people(file: SeedFile) -> None:
    if "unit_roles" in file.data:
        raise file.fault(("unit_roles",), "导入的文件要写出每一个人，不能用 unit_roles 生成")
    for place, row in enumerate(file.data["people"]):
        person = PersonInput(
            login=row["login"], name=row["name"], phone=row.get("phone", ""), email=row.get("email", "")
        )
        _checked(file, ("people", place), person_rules.checked, person)
        for number, grant in enumerate(row["grants"]):
            role = RoleInput(grant["role"], grant.get("unit"))
            _checked(file, ("people", place, "grants", number), person_rules.checked_role, role)
    _refuse_repeated(file, "people", "login", [row["login"] for row in file.data["people"]])


def _checked(file: SeedFile, place: tuple[str | int, ...], check: Callable[..., object], *arguments: object) -> None:
    try:
        check(*arguments)
    except FieldErrors as error:
        field, message = next(iter(error.errors.items()))
        raise file.fault((*place, field), message) from None


def _refuse_repeated(file: SeedFile, kind: str, field: str, values: Sequence[str]) -> None:
    twice = next((value for value, count in Counter(values).items() if count > 1), None)
    if twice is not None:
        last = len(values) - 1 - values[::-1].index(twice)
        raise file.fault((kind, last, field), f"“{twice}”在文件中出现了不止一次")


def unit_row(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "territory": list(unit.territory),
        "matters": list(unit.matters),
    }


def unit_values(row: dict[str, Any]) -> dict[str, Any]:
    """What is compared: all but the code. The place in the file counts for new units only."""
    return {name: value for name, value in row.items() if name != "code"}


def as_unit(row: dict[str, Any], position: int) -> UnitInput:
    return UnitInput(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        kind=row["kind"],
        territory=tuple(row["territory"]),
        matters=tuple(row["matters"]),
        position=position,
    )


def person_row(person: Person) -> dict[str, Any]:
    """Phone and e-mail only if known."""
    current = sorted((each for each in person.assignments if each.ended_at is None), key=lambda each: each.id)
    grants = [{"role": each.role} | ({"unit": each.unit_code} if each.unit_code else {}) for each in current]
    contact = {name: value for name, value in (("phone", person.phone), ("email", person.email)) if value}
    return {"login": person.login, "name": person.name, **contact, "grants": grants}


def person_values(row: dict[str, Any]) -> dict[str, Any]:
    """What is compared: roles as ``role@unit``, in a fixed order."""
    roles = sorted(grant["role"] + (f"@{grant['unit']}" if grant.get("unit") else "") for grant in row["grants"])
    return {"name": row["name"], "phone": row.get("phone", ""), "email": row.get("email", ""), "roles": roles}
