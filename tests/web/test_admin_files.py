"""YAML of units and people: export, preview, import, the command line; what a bad file is told."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml

from letterbox.domain.errors import ConfigError, NotAllowed, WrongState
from letterbox.services.staff.config_rows import RowKind
from letterbox.wiring import Services
from tests.support.office.county import staff
from tests.support.office.office import ADMIN, SignIn, new_office, new_unit, tag
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine

UNIT = "  - {{code: {code}, name: 县{code}局, short_name: 局{code}, kind: department, territory: [], matters: [bus]}}\n"


def units_file(*codes: str) -> str:
    return "units:\n" + "".join(UNIT.format(code=code) for code in codes)


def people_file(login: str, name: str = "张导入", grants: str = "{role: leader}", more: str = "") -> str:
    return f"people:\n  - {{login: {login}, name: {name}, {more}grants: [{grants}]}}\n"


@pytest.mark.parametrize("kind", list(RowKind))
def test_what_is_exported_is_imported_without_a_difference(real: Services, kind: RowKind) -> None:
    new_office(real)
    plan = real.config_files.plan(ADMIN, real.config_files.export(ADMIN, kind), "export.yaml")
    assert (plan.kind, list(plan.differences)) == (kind, [])
    assert plan.same > 60


def test_no_password_leaves(real: Services) -> None:
    text = real.config_files.export(ADMIN, RowKind.PEOPLE)
    assert "argon2" not in text
    assert set(yaml.safe_load(text)["people"][0]) <= {"login", "name", "phone", "email", "grants"}


def test_only_an_admin_takes_files_in_or_out(real: Services) -> None:
    for act in (
        lambda: real.config_files.export(staff("screener"), RowKind.PEOPLE),  # type: ignore[arg-type]  # a role's word
        lambda: real.config_files.plan(staff("screener"), units_file("x1"), "f"),  # type: ignore[arg-type]
        lambda: real.config_files.apply(staff("screener"), units_file("x1"), "f"),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotAllowed):
            act()


def test_units_are_previewed_then_imported(admin: Browser, real: Services) -> None:
    known, new = new_unit(real), f"u{tag()}"
    admin.open("/admin/files")
    page = admin.submit("/preview", file=(io.BytesIO(units_file(known, new).encode()), "单位.yaml"))
    assert "新增 1，修改 1" in page.text
    assert f"名称：测试局{known} → 县{known}局" in page.text
    assert new not in {unit.code for unit in real.unit_directory.units()}

    page = admin.submit("/apply")
    assert "已导入 2 条变动" in page.text
    assert new in {unit.code for unit in real.unit_directory.units()}
    assert real.units.open(ADMIN, known).line.name == f"县{known}局"


def test_new_people_may_get_one_time_passwords(admin: Browser, as_login: SignIn) -> None:
    login = f"p{tag()}"
    admin.open("/admin/files")
    admin.submit("/preview", file=(io.BytesIO(people_file(login).encode()), "people.yaml"))
    page = admin.submit("/apply", passwords="y")
    password = page.tree.xpath("string(//code)")
    assert as_login(login, password).open("/desk/account").status == 200


def test_a_person_has_exactly_the_roles_of_the_file(real: Services) -> None:
    login = f"p{tag()}"
    grants = "{role: leader}, {role: unit_handler, unit: transport}"
    real.config_files.apply(ADMIN, people_file(login, grants=grants), "f.yaml")
    more = "phone: '13900000000', "
    real.config_files.apply(ADMIN, people_file(login, grants="{role: coordinator}", more=more), "f.yaml")
    (line,) = real.people.search(ADMIN, q=login).items
    assert ([role.role for role in line.roles], line.phone) == (["coordinator"], "13900000000")
    real.config_files.apply(ADMIN, people_file(login, grants="{role: coordinator}"), "f.yaml")
    assert real.people.search(ADMIN, q=login).items[0].phone == "13900000000"


def test_a_file_that_takes_the_last_admin_changes_nothing(real: Services) -> None:
    login = f"p{tag()}"
    text = people_file("admin", "马文博") + people_file(login).removeprefix("people:\n")
    with pytest.raises(WrongState, match="最后一位"):
        real.config_files.apply(ADMIN, text, "f.yaml")
    assert real.people.search(ADMIN, q=login, state="all").total == 0


def test_what_was_not_previewed_is_not_imported(admin: Browser, real: Services) -> None:
    code = new_unit(real)
    admin.open("/admin/files")
    admin.submit("/preview", file=(io.BytesIO(units_file(code).encode()), "u.yaml"))
    real.config_files.apply(ADMIN, units_file(code).replace("[bus]", "[]"), "u.yaml")
    page = admin.submit("/apply")
    assert page.status == 409
    assert "预览之后资料又有变动" in page.errors[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "应以 units: 或 people: 开头"),
        ("- 1\n", "应以 units: 或 people: 开头"),
        ("units: [\n", "不是正确的 YAML：第 2 行"),
        ("units:\n  - &a {code: x1}\n  - *a\n", "第 3 行：不支持 YAML 引用"),
        ("units: " + "[" * 5000, "不是正确的 YAML"),
        (units_file("aa1") + UNIT.format(code="Bad Code"), "第 3 行"),
        (units_file("aa1", "aa2", "aa1"), "第 4 行，units[2].code：“aa1”在文件中出现了不止一次"),
        (units_file("aa1").replace("bus", "astrology"), "第 2 行，units[0].matters：没有这些事项代码：astrology"),
        (units_file("aa1").replace("[]", "['<b>']"), "第 2 行，units[0].territory"),
        (units_file("aa1").replace("department", "planet"), "第 2 行，units[0].kind：'planet' 不是允许的值"),
        (units_file("aa1").replace("kind", "sort: x, kind"), "units[0]：有不认识的项"),
        (people_file("Zhang"), "第 2 行"),
        (
            people_file("zhang", grants="{role: unit_handler}"),
            "第 2 行，people[0].grants[0].unit：这个角色属于某个承办单位",
        ),
        (people_file("zhang", grants="{role: unit_handler, unit: moon}"), "没有代码为 moon 的在用单位"),
        (people_file("zhang", more="email: nobody, "), "people[0].email：邮箱写法不对"),
        (people_file("zhang", more="password: secret, "), "有不认识的项"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(real: Services, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        real.config_files.apply(ADMIN, text, "bad.yaml")
    assert said in refusal.value.message
    assert refusal.value.message.startswith("bad.yaml")


def test_a_taken_name_is_reported_with_the_line_of_its_row(real: Services) -> None:
    code, other = new_unit(real), f"u{tag()}"
    text = units_file(f"u{tag()}", other).replace(f"县{other}局", f"测试局{code}")
    with pytest.raises(ConfigError, match=r"第 3 行.*已由单位"):
        real.config_files.apply(ADMIN, text, "f.yaml")


def test_on_the_page_a_bad_file_is_refused(admin: Browser) -> None:
    for content, said in ((b"", "请选择一个 YAML 文件"), (b"\xff\xfe\x00", "UTF-8"), (b"units: [", "第 1 行")):
        admin.open("/admin/files")
        page = admin.submit("/preview", file=(io.BytesIO(content), "<b>.yaml"))
        assert page.status == 422
        assert said in page.errors[0]
        assert "<b>.yaml" not in page.source


def test_a_large_file_is_refused(real: Services) -> None:
    with pytest.raises(ConfigError, match="太大"):
        real.config_files.plan(ADMIN, "#" * 1_000_001, "big.yaml")


def test_export_is_a_download(admin: Browser, tmp_path: Path) -> None:
    response = admin.client.get("/admin/files/units.yaml")
    assert response.headers["Content-Disposition"] == "attachment; filename=units.yaml"
    assert yaml.safe_load(response.get_data())["units"][0]["code"] == "town-zimen"
