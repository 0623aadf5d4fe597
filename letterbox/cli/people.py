"""``letterbox people``: units and people as YAML, the first administrator, passwords. Needs the database only."""

from __future__ import annotations

from pathlib import Path

import click

from letterbox.cli._operator import note_export, operator
from letterbox.cli._services import services
from letterbox.cli.output import Failures, answer, json_option, note
from letterbox.domain.audit import Thing
from letterbox.domain.errors import ConfigError, FieldErrors, NotFound
from letterbox.services.staff.config_files import ImportPlan, RowDifference
from letterbox.services.staff.config_rows import LONGEST_FILE, RowKind
from letterbox.services.staff.person_rules import STAFF_ROLES, PersonInput, RoleInput, one_time_password

people = Failures("people", help="单位和人员：导出、导入 YAML，新建人员，设置密码。")


@people.command("export", help="把在用的人员（或 --units：单位）写成 YAML，不含密码。")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--units", "is_units", is_flag=True, help="导出单位而不是人员")
def export(file: Path | None, is_units: bool) -> None:
    with services() as opened:
        kind = RowKind.UNITS if is_units else RowKind.PEOPLE
        text = opened.core.config_files.export(operator(), kind)
        note_export(opened.core.trail, Thing(kind, ""), format="yaml")
    if file is None:
        click.echo(text, nl=False)
        return
    _write(file, text)
    note(f"已写入 {file}")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"写不了 {file}：{error.strerror} (cannot write the file)") from error


@people.command("import", help="比较 YAML 文件（单位或人员）和数据库；--apply 才真的导入，要么全部要么不动。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="导入；不给时只显示会有哪些变动")
@json_option
def import_(file: Path, is_applied: bool, as_json: bool) -> None:
    text = _read(file)
    with services() as opened:
        act = opened.core.config_files.apply if is_applied else opened.core.config_files.plan
        plan = act(operator(), text, file.name)
    document = {
        "kind": plan.kind,
        "applied": is_applied,
        "new": [each.key for each in plan.differences if each.is_new],
        "changed": [each.key for each in plan.differences if not each.is_new],
        "same": plan.same,
        "not_in_file": len(plan.only_here),
    }
    answer(document, as_json, lambda: _plan_words(plan, is_applied))


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > LONGEST_FILE * 4:
            raise ConfigError(f"{file} 太大 (the file is too large)")
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"读不到 {file}：{error.strerror} (cannot read the file)") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} 不是 UTF-8 编码 (not UTF-8)") from error


def _plan_words(plan: ImportPlan, is_applied: bool) -> str:
    lines = [_difference_words(each) for each in plan.differences]
    ending = "已导入" if is_applied else "以上变动还没有导入，加 --apply 导入" if lines else "没有变动"
    counts = f"相同 {plan.same}，文件里没有、保持不动 {len(plan.only_here)}"
    return "\n".join([*lines, f"{counts}。{ending}"])


def _difference_words(each: RowDifference) -> str:
    if each.is_new:
        return f"+ {each.key} {each.name}"
    changes = "；".join(f"{field}：{each.before[field]} → {value}" for field, value in each.after.items())
    return f"~ {each.key} {each.name}  {changes}"


@people.command("add", help="新建一个人（例如第一位系统管理员），显示他的一次性密码。")
@click.argument("login")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([str(role) for role in STAFF_ROLES]), help="角色")
@click.option("--unit", help="单位代码，承办单位的角色必须给出")
@json_option
def add(login: str, name: str, role: str, unit: str | None, as_json: bool) -> None:
    with services() as opened:
        _person_id, password = opened.core.people.create(operator(), PersonInput(login, name), [RoleInput(role, unit)])
    answer({"login": login, "password": password}, as_json, lambda: f"{login} 的一次性密码：{password}")


@people.command("set-password", help="给一个登录名设置密码：提示输入，或者 --generate 生成一个。")
@click.argument("login")
@click.option("--generate", is_flag=True, help="生成一个密码并显示")
@json_option
def set_password(login: str, generate: bool, as_json: bool) -> None:
    password = one_time_password() if generate else _asked()
    with services() as opened:
        opened.core.people.set_password(operator(), login, password)
    shown = {"login": login} | ({"password": password} if generate else {})
    answer(shown, as_json, lambda: f"{login} 的新密码：{password}" if generate else f"{login} 的密码已设置")


@people.command(
    "reset-second-factor", help="手机丢了、没有恢复码、也没有别的管理员时：取消一个登录名的动态码，下次登录重新设置。"
)
@click.argument("login")
@click.option("--reason", required=True, help="原因，记入变更记录")
@json_option
def reset_second_factor(login: str, reason: str, as_json: bool) -> None:
    with services() as opened:
        person_id = opened.core.sign_in.person_of(login)
        if person_id is None:
            raise NotFound(f"没有登录名为 {login} 的人员")
        opened.core.people.reset_second_factor(operator(), person_id, reason)
    answer({"login": login, "reset": True}, as_json, lambda: f"{login} 的动态码已取消，下次登录时重新设置")


@people.command("single-sign-on", help="写明一个人在统一登录中的账号，或者改为只能用统一登录。")
@click.argument("login")
@click.option("--subject", help="统一登录中的账号；空字符串：与登录名相同")
@click.option("--password/--no-password", "may_use_password", default=None, help="还能不能用密码登录")
@json_option
def single_sign_on(login: str, subject: str | None, may_use_password: bool | None, as_json: bool) -> None:
    with services() as opened:
        person_id = opened.core.sign_in.person_of(login)
        if person_id is None:
            raise NotFound(f"没有登录名为 {login} 的人员")
        current = opened.core.single_sign_on.state(person_id)
        opened.core.single_sign_on.edit(
            operator(),
            person_id,
            current.subject if subject is None else subject,
            may_use_password=current.has_password if may_use_password is None else may_use_password,
        )
        now = opened.core.single_sign_on.state(person_id)
    shown = {"login": login, "subject": now.subject or login, "password": now.has_password}
    answer(
        shown,
        as_json,
        lambda: f"{login}：统一登录账号 {now.subject or login}，{'可以' if now.has_password else '不能'}用密码登录",
    )


def _asked() -> str:
    password: str = click.prompt("新密码", hide_input=True, err=True)
    if click.prompt("再输一次", hide_input=True, err=True) != password:
        raise FieldErrors({"password": "两次输入的密码不一样"})
    return password


command = people
