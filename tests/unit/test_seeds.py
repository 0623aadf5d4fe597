"""Seed files load, agree with each other, and say where they are wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from letterbox.domain.errors import ConfigError
from letterbox.domain.vocabulary import UNIT_ROLES, Category, Role, UnitKind
from letterbox.seeds.values import CONFIG_DIR, Seeds, load, load_lexicon, load_notices, load_people, load_units

Edit = Callable[[str, str, str], Path]


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return load()


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of ``config/`` in which ``old`` is replaced by ``new`` in one file."""

    def edit(name: str, old: str, new: str) -> Path:
        shutil.copytree(CONFIG_DIR, tmp_path / "config")
        path = tmp_path / "config" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path / "config"

    return edit


def test_the_county_has_every_kind_of_unit(seeds: Seeds) -> None:
    kinds = [unit.kind for unit in seeds.units]
    assert kinds.count(UnitKind.TOWNSHIP) == 16
    assert kinds.count(UnitKind.ZONE) == 1
    assert kinds.count(UnitKind.DEPARTMENT) >= 35
    assert kinds.count(UnitKind.PUBLIC_BODY) == 8
    assert {unit.code for unit in seeds.units if not unit.undertakes} == {
        *("egov", "gov-office", "party-supervision", "gov-supervision"),
    }


def test_every_township_and_zone_has_a_territory_and_no_place_belongs_to_two(seeds: Seeds) -> None:
    territorial = [unit for unit in seeds.units if unit.kind in {UnitKind.TOWNSHIP, UnitKind.ZONE}]
    assert all(len(unit.territory) >= 5 for unit in territorial)
    places = [place for unit in seeds.units for place in unit.territory]
    assert len(places) == len(set(places))


def test_every_undertaking_unit_has_handler_deputy_and_principal(seeds: Seeds) -> None:
    held = {(grant.role, grant.unit) for person in seeds.people for grant in person.grants}
    for unit in seeds.units:
        assert {role for role in UNIT_ROLES if (role, unit.code) in held} == (UNIT_ROLES if unit.undertakes else set())


def test_every_role_of_a_person_is_held_by_somebody(seeds: Seeds) -> None:
    held = {grant.role for person in seeds.people for grant in person.grants}
    assert held == set(Role) - {Role.CHANNEL}


def test_both_supervision_offices_have_a_supervisor(seeds: Seeds) -> None:
    offices = {grant.unit for person in seeds.people for grant in person.grants if grant.role is Role.SUPERVISOR}
    assert offices == {"party-supervision", "gov-supervision"}


def test_logins_and_names_of_people_are_not_repeated(seeds: Seeds) -> None:
    assert len({person.login for person in seeds.people}) == len(seeds.people)
    assert len({person.name for person in seeds.people}) == len(seeds.people)
    assert any(person.login == "handler.transport" for person in seeds.people)


def test_every_category_and_matter_has_words(seeds: Seeds) -> None:
    assert set(seeds.lexicon.categories) == set(Category)
    assert all(seeds.lexicon.categories.values())
    assert all(matter.words for matter in seeds.lexicon.matters)


def test_a_wrong_kind_is_named_with_file_line_and_place(edited: Edit) -> None:
    config = edited("units/units.yaml", "kind: zone", "kind: planet")
    with pytest.raises(ConfigError, match=r"units\.yaml，第 \d+ 行，units\[16\]\.kind：'planet'"):
        load_units(config)


def test_a_repeated_unit_code_is_refused(edited: Edit) -> None:
    config = edited("units/units.yaml", "code: town-qingyun", "code: town-zimen")
    with pytest.raises(ConfigError, match="town-zimen 已经用过"):
        load_units(config)


def test_a_unit_with_an_unknown_matter_is_refused(edited: Edit) -> None:
    config = edited("units/units.yaml", "matters: [tax]", "matters: [tax, astrology]")
    with pytest.raises(ConfigError, match="没有代码为 astrology 的事项"):
        load_lexicon(load_units(config), config)


def test_a_matter_in_charge_of_an_office_is_refused(edited: Edit) -> None:
    config = edited("classification/matters.yaml", "unit: tax", "unit: egov")
    with pytest.raises(ConfigError, match=r"matters\.yaml，第 \d+ 行.*没有代码为 egov 的承办单位"):
        load_lexicon(load_units(config), config)


def test_a_person_in_an_unknown_unit_is_refused(edited: Edit) -> None:
    config = edited("people/demo.yaml", "unit: party-supervision", "unit: moon")
    with pytest.raises(ConfigError, match="没有代码为 moon 的单位"):
        load_people(load_units(config), config)


def test_a_repeated_key_is_refused(edited: Edit) -> None:
    config = edited("notices/task_waiting.yaml", "audience: staff", "audience: staff\naudience: writer")
    with pytest.raises(ConfigError, match="“audience”重复"):
        load_notices(config)


def test_a_file_that_is_no_yaml_or_not_there_is_named(edited: Edit) -> None:
    config = edited("units/units.yaml", "units:", "units: [")
    with pytest.raises(ConfigError, match=r"units\.yaml 不是正确的 YAML"):
        load_units(config)
    (config / "units/units.yaml").unlink()
    with pytest.raises(ConfigError, match="读不到"):
        load_units(config)
