"""Writing a letter: every page carries all answers on in its form, so it works without scripts and survives failures."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import validate_csrf
from wtforms import Form, ValidationError

from letterbox.domain.errors import FieldErrors, NotFound, TooManyAttempts, Unavailable
from letterbox.domain.letter import MAX_ATTACHMENTS
from letterbox.domain.permissions import WRITER
from webapp.portal import presenters, receipts
from webapp.portal.blueprint import blueprint
from webapp.portal.draft import Draft
from webapp.portal.steps import (
    BY_KEY,
    STEPS,
    WritingStep,
    errors_of,
    filled_form,
    first_wrong,
    neighbour,
    put_errors,
    step_of_field,
    validated,
)
from webapp.services import services
from webapp.shared.http import preferences
from webapp.shared.http.client import client_digest
from webapp.shared.http.security import csrf
from webapp.shared.typed import named_by

CHECK = BY_KEY["check"]


@blueprint.get("/write")
def write() -> Response:
    return show(STEPS[0], Draft.new())


@blueprint.get("/write/<step>")
def write_again(step: str) -> Response:
    """Somebody opened the address of a page that is only reached by the form before it."""
    if step not in BY_KEY:
        raise NotFound(_("没有这个页面"))
    return redirect(url_for("portal.write"))  # type: ignore[return-value]


@blueprint.post("/write/<step>")
@csrf.exempt  # type: ignore[untyped-decorator]
@named_by(*(step.form for step in STEPS))
def write_step(step: str) -> Response:
    """Checks the form token itself, so that an expired one loses no text."""
    if step not in BY_KEY:
        raise NotFound(_("没有这个页面"))
    draft, here = Draft.read(request.form), BY_KEY[step]
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return show(here, draft, status=400, problem=_expired())
    return _go(here, draft, request.form.get("go", "next"))


def _expired() -> str:
    return str(
        _("页面打开的时间太长，或者浏览器没有接受 Cookie，所以这一步没有办成。您填写的内容都在，请再点一次按钮。")
    )


def _go(here: WritingStep, draft: Draft, go: str) -> Response:
    """What the pressed button means: back, change:<step>, show, upload, remove:<token>, theme:<look>, next."""
    action, _colon, argument = go.partition(":")
    if action == "change" and argument in BY_KEY:
        return show(BY_KEY[argument], draft, from_check=request.form.get("from_check") == "yes" or here is CHECK)
    if action == "theme":
        preferences.show_at_once(argument)
        return preferences.remember(show(here, draft), argument)
    if action == "show":
        return show(here, draft)
    if action == "back":
        return show(neighbour(here, draft, -1), draft)
    if action == "remove":
        return show(here, draft.without_file(argument))
    if here.key == "files":
        return _take_files(here, draft, stay=action == "upload")
    if here is CHECK:
        return _submit(draft)
    if here.key == "place":
        draft = presenters.with_unit_words(draft, services().unit_directory)
    draft, no_choice = _looked_up(here, draft)
    form = validated(here, draft, services().clock)
    put_errors(form, no_choice)
    return show(here, draft, form, status=422) if errors_of(form) else _onward(here, draft)


def _looked_up(here: WritingStep, draft: Draft) -> tuple[Draft, dict[str, str]]:
    """The chosen unit's name with its code, and field → what to do for one that is not on offer."""
    if here.key == "place":
        draft = presenters.with_unit_words(draft, services().unit_directory)
        is_wrong, words = presenters.is_no_choice(draft), _("请从列表中选一个单位；不清楚就选“不清楚，或者不涉及”")
        return draft, {"unit": words} if is_wrong else {}
    if here.key == "accused":
        draft = presenters.with_accused_words(draft, services().unit_directory)
        words = _("请从列表中选一项；不想现在说就选“现在不说”")
        return draft, {"accused": words} if presenters.is_nobody(draft) else {}
    return draft, {}


def _onward(here: WritingStep, draft: Draft) -> Response:
    return show(CHECK if request.form.get("from_check") == "yes" else neighbour(here, draft, 1), draft)


def _take_files(here: WritingStep, draft: Draft, *, stay: bool) -> Response:
    """Store each chosen file; the good ones are kept even if another is refused."""
    errors: list[str] = []
    chosen = [file for file in request.files.getlist("attachments") if file.filename]
    for file in chosen:
        if len(draft.files) >= MAX_ATTACHMENTS:
            errors.append(_("附件最多 %(count)d 个，“%(name)s”没有加上", count=MAX_ATTACHMENTS, name=file.filename))
            continue
        try:
            together_with = [each.token for each in draft.files]
            stored = services().attachments.store(
                file.read(), file.filename or "", client_digest(), together_with=together_with
            )
            draft = draft.with_file(stored)
        except (FieldErrors, TooManyAttempts) as refused:
            errors.append(refused.message)
        except Unavailable as away:
            return show(here, draft, status=503, problem=_unavailable(away))
    if stay and not chosen:
        errors.append(_("请先选择文件，再点“上传”；没有附件可以直接点“下一步”"))
    if not errors:
        return show(here, draft) if stay else _onward(here, draft)
    form = filled_form(here, draft)
    put_errors(form, {"attachments": "；".join(errors)})
    return show(here, draft, form, status=422)


def _submit(draft: Draft) -> Response:
    wrong = first_wrong(draft, services().clock)
    if wrong:
        return show(wrong[0], draft, wrong[1], status=422, from_check=True)
    letter, proof = draft.letter(), request.form.get("altcha", "")
    try:
        services().letter_allowance.take(request.remote_addr or "-", letter.writer, proof)
        receipt = services().intake.submit(letter, WRITER)
    except FieldErrors as refused:
        return _refused(draft, refused)
    except TooManyAttempts as often:
        return show(CHECK, draft, status=429, problem=_too_often(often), must_prove=True)
    except Unavailable as away:
        return show(CHECK, draft, status=503, problem=_unavailable(away))
    receipts.keep(receipt.number, receipt.query_code, presenters.sent_by(draft, services().settings))
    return redirect(url_for("portal.write_done"), 303)  # type: ignore[return-value]


def _refused(draft: Draft, refused: FieldErrors) -> Response:
    """The service found something that the pages had let pass: show the page that asks for it."""
    step = step_of_field(next(iter(refused.errors)))
    form = filled_form(step, draft)
    put_errors(form, refused.errors)
    problem = None if errors_of(form) else refused.message
    return show(step, draft, form, status=422, from_check=True, problem=problem)


def _too_often(often: TooManyAttempts) -> str:
    return str(
        _(
            "这里一小时内寄出的信比较多。请等 %(seconds)d 秒再点“确认提交”，或者先让本页完成下面的验证；您填写的内容都在。",
            seconds=often.retry_after_s,
        )
    )


def _unavailable(away: Unavailable) -> str:
    return str(
        _(
            "%(why)s。您填写的内容都在本页，也保存在这个浏览器标签页里；请过几分钟再点一次按钮。",
            why=away.message.rstrip("。"),
        )
    )


@blueprint.get("/write/done")
def write_done() -> Response:
    receipt = receipts.read()
    if receipt is None:
        return redirect(url_for("portal.track"))  # type: ignore[return-value]
    return make_response(render_template("portal/write/done.html", receipt=receipt, now=services().clock.now()))


def _is_near_allowance() -> bool:
    """While the database is away nothing is counted, and the page with the writer's words is shown all the same."""
    try:
        return services().letter_allowance.is_near(request.remote_addr or "-")
    except Unavailable:
        return False


HINTED_AT = frozenset({"letter", "files", "visibility", "check"})
"""Steps on whose page the writer is told what is personal in his text: beside it, and right after it without scripts."""


def show(
    step: WritingStep,
    draft: Draft,
    form: Form | None = None,
    *,
    status: int = 200,
    problem: str | None = None,
    from_check: bool | None = None,
    must_prove: bool = False,
) -> Response:
    """A step's page. ``problem`` is what went wrong beyond its fields; ``must_prove``: a proof of work spares a wait."""
    form = filled_form(step, draft) if form is None else form
    if step.key == "place":
        form.unit.choices = presenters.unit_choices(services().unit_directory, draft)
    if step.key == "accused":
        form.accused.choices = presenters.accused_choices(services().unit_directory, draft)
    if from_check is None:
        from_check = request.form.get("from_check") == "yes"
    if step is CHECK and not must_prove:
        must_prove = _is_near_allowance()
    shown = frozenset(step.fields)
    return make_response(
        render_template(
            f"portal/write/{step.key}.html",
            step=step,
            form=form,
            draft=draft,
            carried=list(draft.hidden(shown)),
            progress=presenters.progress(draft, step),
            errors=errors_of(form),
            problem=problem,
            from_check=from_check and step is not CHECK,
            words=presenters,
            must_prove=must_prove,
            personal=presenters.personal_in(draft) if step.key in HINTED_AT else "",
        ),
        status,
    )
