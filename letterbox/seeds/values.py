"""Seed data of ``config/`` as frozen values: units, people, matters, words, texts of notices.

The database is the truth once it is filled; these files fill an empty one and serve commands that need no database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterbox.domain.vocabulary import Category, Role, UnitKind
from letterbox.seeds.files import SeedFile
from letterbox.settings import ROOT

CONFIG_DIR = ROOT / "config"
WEIGHTS: Mapping[str, float] = {"strong": 3.0, "usual": 1.5, "weak": 0.5, "against": -1.5}
"""What the officials' words for a word's weight count."""

Words = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class UnitSeed:
    """P1: ``territory`` holds place names, ``matters`` codes of matters."""

    code: str
    name: str
    short_name: str
    kind: UnitKind
    territory: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()

    @property
    def undertakes(self) -> bool:
        """Offices accept, coordinate and supervise; they are never assigned a letter (H1)."""
        return self.kind is not UnitKind.OFFICE


@dataclass(frozen=True, slots=True)
class GrantSeed:
    role: Role
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PersonSeed:
    login: str
    name: str
    grants: tuple[GrantSeed, ...]


@dataclass(frozen=True, slots=True)
class MatterSeed:
    """What letters are about; ``unit`` is in charge unless the routing table says otherwise."""

    code: str
    name: str
    topic: str
    unit: str
    words: Words


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of matters (in the matters themselves), categories and alarms; ``*_not`` are phrases that do not count."""

    matters: tuple[MatterSeed, ...]
    matters_not: tuple[str, ...]
    categories: Mapping[Category, Words]
    categories_not: tuple[str, ...]
    urgent: tuple[str, ...]
    urgent_not: tuple[str, ...]
    red_flag: tuple[str, ...]
    red_flag_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeSeed:
    """Jinja sources of one notice; ``variables`` are those it may use besides the common ones."""

    key: str
    audience: str
    variables: tuple[str, ...]
    subject: str
    body: str
    sms: str


@dataclass(frozen=True, slots=True)
class Seeds:
    units: tuple[UnitSeed, ...]
    people: tuple[PersonSeed, ...]
    lexicon: Lexicon
    notices: tuple[NoticeSeed, ...]


def load(config_dir: Path = CONFIG_DIR) -> Seeds:
    """Read and cross-check everything. Raises ConfigError naming file, line and what is wrong."""
    units = load_units(config_dir)
    return Seeds(
        units=units,
        people=load_people(units, config_dir),
        lexicon=load_lexicon(units, config_dir),
        notices=load_notices(config_dir),
    )


def load_standard_texts(config_dir: Path = CONFIG_DIR) -> tuple[tuple[str, str], ...]:
    """Title and body of the texts that every unit may start a reply from. Raises ConfigError."""
    file = _file(config_dir, "standard_texts.yaml", "standard-texts")
    return tuple((row["title"], row["body"]) for row in file.data["texts"])


def load_units(config_dir: Path = CONFIG_DIR) -> tuple[UnitSeed, ...]:
    file = _file(config_dir, "units/units.yaml", "units")
    units: dict[str, UnitSeed] = {}
    for index, row in enumerate(file.data["units"]):
        if row["code"] in units:
            raise file.fault(("units", index, "code"), f"单位代码 {row['code']} 已经用过")
        units[row["code"]] = UnitSeed(
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            kind=UnitKind(row["kind"]),
            territory=tuple(row["territory"]),
            matters=tuple(row["matters"]),
        )
    return tuple(units.values())


def load_people(units: tuple[UnitSeed, ...], config_dir: Path = CONFIG_DIR) -> tuple[PersonSeed, ...]:
    """The people written out, then those made by rule for every undertaking unit."""
    file = _file(config_dir, "people/demo.yaml", "people")
    codes = {unit.code for unit in units}
    people: dict[str, PersonSeed] = {}
    for index, row in enumerate(file.data["people"]):
        place = ("people", index, "grants")
        for grant in row["grants"]:
            if grant.get("unit", "") not in codes | {""}:
                raise file.fault(place, f"没有代码为 {grant['unit']} 的单位")
        if row["login"] in people:
            raise file.fault(("people", index, "login"), f"登录名 {row['login']} 已经用过")
        grants = tuple(GrantSeed(Role(grant["role"]), grant.get("unit")) for grant in row["grants"])
        people[row["login"]] = PersonSeed(row["login"], row["name"], grants)
    return (*people.values(), *_people_by_rule(file.data, units))


def _people_by_rule(data: Mapping[str, Any], units: tuple[UnitSeed, ...]) -> Iterator[PersonSeed]:
    rules = data.get("unit_roles", [])
    undertaking = [unit for unit in units if unit.undertakes]
    for number, (unit, rule) in enumerate((unit, rule) for unit in undertaking for rule in rules):
        surnames, given = data["names"]["surnames"], data["names"]["given"]
        name = surnames[number % len(surnames)] + given[number % len(given)]
        yield PersonSeed(f"{rule['prefix']}.{unit.code}", name, (GrantSeed(Role(rule["role"]), unit.code),))


def load_lexicon(units: tuple[UnitSeed, ...], config_dir: Path = CONFIG_DIR) -> Lexicon:
    matters = _file(config_dir, "classification/matters.yaml", "matters")
    categories = _file(config_dir, "classification/categories.yaml", "categories")
    alarms = _file(config_dir, "classification/alarms.yaml", "alarms").data
    loaded = _matters(matters, units)
    _check_unit_matters(units, loaded, config_dir)
    return Lexicon(
        matters=loaded,
        matters_not=tuple(matters.data.get("not", ())),
        categories={Category(code): weighted(row) for code, row in categories.data["categories"].items()},
        categories_not=tuple(categories.data.get("not", ())),
        urgent=tuple(alarms["urgent"]["words"]),
        urgent_not=tuple(alarms["urgent"].get("not", ())),
        red_flag=tuple(alarms["red_flag"]["words"]),
        red_flag_not=tuple(alarms["red_flag"].get("not", ())),
    )


def _matters(file: SeedFile, units: tuple[UnitSeed, ...]) -> tuple[MatterSeed, ...]:
    undertaking = {unit.code: unit for unit in units if unit.undertakes}
    matters: dict[str, MatterSeed] = {}
    for outer, topic in enumerate(file.data["topics"]):
        for inner, row in enumerate(topic["matters"]):
            code, unit = row["code"], row["unit"]
            place = ("topics", outer, "matters", inner)
            if code in matters:
                raise file.fault((*place, "code"), f"事项代码 {code} 已经用过")
            if unit not in undertaking:
                raise file.fault((*place, "unit"), f"没有代码为 {unit} 的承办单位")
            if code not in undertaking[unit].matters:
                raise file.fault((*place, "unit"), f"单位 {unit} 的 matters 里没有 {code}")
            matters[code] = MatterSeed(code=code, name=row["name"], topic=topic["name"], unit=unit, words=weighted(row))
    return tuple(matters.values())


def _check_unit_matters(units: tuple[UnitSeed, ...], matters: tuple[MatterSeed, ...], config_dir: Path) -> None:
    file = _file(config_dir, "units/units.yaml", "units")
    known = {matter.code for matter in matters}
    for index, unit in enumerate(units):
        for code in unit.matters:
            if code not in known:
                raise file.fault(("units", index, "matters"), f"没有代码为 {code} 的事项")


def weighted(row: Mapping[str, Any]) -> Words:
    """``{"strong": ["物业"], …}`` → ``{"物业": 3.0, …}``; other keys of the row are passed over."""
    return {word: weight for key, weight in WEIGHTS.items() for word in row.get(key, ())}


def load_notices(config_dir: Path = CONFIG_DIR) -> tuple[NoticeSeed, ...]:
    return tuple(_notice(config_dir, path) for path in sorted((config_dir / "notices").glob("*.yaml")))


def _notice(config_dir: Path, path: Path) -> NoticeSeed:
    row = SeedFile(path, "notice", config_dir / "schemas").data
    return NoticeSeed(
        key=path.stem,
        audience=row["audience"],
        variables=tuple(row["variables"]),
        subject=row["subject"],
        body=row["body"],
        sms=row["sms"],
    )


def load_action_forms(config_dir: Path = CONFIG_DIR) -> dict[str, Mapping[str, Any]]:
    """The form-js schema of every action by the action's name, which is the file's. Raises ConfigError."""
    return {path.stem: _action_form(config_dir, path) for path in sorted((config_dir / "actions").glob("*.form"))}


def _action_form(config_dir: Path, path: Path) -> Mapping[str, Any]:
    file = SeedFile(path, "action-form", config_dir / "schemas")
    schema: Mapping[str, Any] = file.data
    if schema["id"] != path.stem:
        raise file.fault(("id",), f"表单的 id 应与文件名一致，为 {path.stem}")
    return schema


def _file(config_dir: Path, name: str, kind: str) -> SeedFile:
    return SeedFile(config_dir / name, kind, config_dir / "schemas")
