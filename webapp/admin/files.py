"""Units and people as YAML: export, and import by way of a preview."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import ConfigError, NotFound, WrongState
from letterbox.domain.vocabulary import Role
from letterbox.services.staff.config_files import ImportPlan
from letterbox.services.staff.config_rows import LONGEST_FILE, RowKind
from webapp.admin.blueprint import blueprint, page
from webapp.admin.forms import FileForm
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.sign_in.step_up import fresh_sign_in
from webapp.shared.typed import named_by

UNNAMED = "upload.yaml"


@blueprint.get("/files")
@access.needs(Role.ADMIN)
def files() -> ResponseReturnValue:
    return page("files", errors={})


@blueprint.get("/files/<kind>.yaml")
@access.needs(Role.ADMIN)
@fresh_sign_in
def file_export(kind: str) -> ResponseReturnValue:
    if kind not in set(RowKind):
        raise NotFound(gettext("没有这个文件"))
    text = services().config_files.export(access.actor(), RowKind(kind))
    response = Response(text, mimetype="application/yaml")
    response.headers["Content-Disposition"] = f"attachment; filename={kind}.yaml"
    return response


@blueprint.post("/files/preview")
@access.needs(Role.ADMIN)
def file_preview() -> ResponseReturnValue:
    upload = request.files.get("file")
    name = "".join(each for each in (upload.filename or UNNAMED) if each.isprintable())[:80] if upload else UNNAMED
    content = upload.stream.read(LONGEST_FILE * 4 + 1) if upload else b""
    if not content:
        return _refused(gettext("请选择一个 YAML 文件"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused(gettext("文件不是 UTF-8 编码：请另存为 UTF-8 后再上传"))
    return _previewed(text, name)


@blueprint.post("/files/apply")
@access.needs(Role.ADMIN)
@fresh_sign_in
@named_by(FileForm)
def file_apply() -> ResponseReturnValue:
    text, name = request.form.get("text", ""), request.form.get("name", UNNAMED)[:80]
    try:
        plan = services().config_files.apply(access.actor(), text, name, request.form.get("digest", ""))
    except ConfigError as refusal:
        return _refused(refusal.message)
    except WrongState as refusal:
        return _previewed(text, name, refusal.message)
    if plan.kind is RowKind.PEOPLE and request.form.get("passwords") and _new_logins(plan):
        return _with_passwords(plan)
    flash(gettext("已导入 %(count)d 条变动。", count=len(plan.differences)), "ok")
    return redirect(url_for("admin.units" if plan.kind is RowKind.UNITS else "admin.people"))


def _previewed(text: str, name: str, problem: str = "") -> ResponseReturnValue:
    try:
        plan = services().config_files.plan(access.actor(), text, name)
    except ConfigError as refusal:
        return _refused(refusal.message)
    new = len([each for each in plan.differences if each.is_new])
    return page("file_preview", 409 if problem else 200, plan=plan, text=text, name=name, new=new, problem=problem)


def _refused(message: str) -> ResponseReturnValue:
    return page("files", 422, errors={"file": message})


def _new_logins(plan: ImportPlan) -> list[str]:
    return [each.key for each in plan.differences if each.is_new]


def _with_passwords(plan: ImportPlan) -> ResponseReturnValue:
    """One-time passwords for everybody the file brought, on one page to be printed."""
    made = services().people.first_passwords(access.actor(), _new_logins(plan))
    heading = gettext("已导入 %(count)d 条变动", count=len(plan.differences))
    return page("password", people=made, heading=heading)
