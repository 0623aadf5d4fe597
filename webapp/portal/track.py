"""Following a letter by number and code. The code is asked once; a ticket in the session opens the pages after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from wtforms import Form

from letterbox.domain.clean_text import plain_number
from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.services.writers.tracking import Tracked
from webapp.portal import receipts
from webapp.portal.blueprint import blueprint
from webapp.portal.forms import AgreeForm, EvaluateForm, PromiseForm, RecoverForm, TrackForm, WithdrawForm
from webapp.portal.steps import errors_of, put_errors
from webapp.services import services
from webapp.shared.http.client import client_key
from webapp.shared.http.trail import noting_wrong_codes
from webapp.shared.typed import named_by, typed_here

NUMBER_MAX, CODE_MAX, CONTACT_MAX = 40, 40, 254
TRACKING, LETTER = "tracking", "letter"
"""In the cookie: number and ticket. Behind the ticket, on the server: the number of the letter that it opens."""
TICKET_LASTS = timedelta(minutes=30)


class NotTracking(Exception):
    """No letter is open in this browser, its time is over, or the form that was sent is another letter's."""


@blueprint.errorhandler(NotTracking)
def _ask_again(_error: NotTracking) -> Response:
    if request.method == "POST":
        form = TrackForm(number=request.form.get("number", "")[:NUMBER_MAX])
        return _page("portal/track/open.html", 403, form=form, typed=typed_here())
    flash(_("为了保护您的信息，请重新输入编号和查询码。"), "info")
    return private_redirect("portal.track")


@blueprint.get("/track")
def track() -> Response:
    return _page("portal/track/open.html", form=TrackForm(number=request.args.get("number", "")[:NUMBER_MAX]))


@blueprint.post("/track")
@named_by(TrackForm)
def track_open() -> Response:
    form = TrackForm(request.form)
    if not form.validate():
        return _page("portal/track/open.html", 422, form=form, errors=errors_of(form))
    number, code = plain_number(form.number.data)[:NUMBER_MAX], form.code.data.strip()[:CODE_MAX]
    try:
        with noting_wrong_codes(number):
            letter = services().writers_side.open(number, code, client_key())
    except NotFound:
        message = _("没有找到这封信：编号或者查询码不对，请核对后再输入")
        return _page("portal/track/open.html", 404, form=form, errors={"number": message})
    _end_ticket()
    ticket = services().writer_sessions.keep({LETTER: letter}, TICKET_LASTS)
    session[TRACKING] = {"number": letter, "ticket": ticket}
    return private_redirect("portal.track_letter")


@blueprint.get("/track/letter")
def track_letter() -> Response:
    letter = opened()
    return _page("portal/track/letter.html", letter=letter, unconfirmed=services().confirmation.waiting(letter.number))


@blueprint.post("/track/ask-again")
def track_ask_again() -> Response:
    """The question whether a contact is the writer's, sent once more."""
    if services().confirmation.ask_again(opened().number):
        flash(_("确认消息又发了一次，请查收。"), "ok")
    else:
        flash(_("今天已经发过几次，请先看看邮箱的垃圾邮件夹，或者明天再试。"), "warn")
    return private_redirect("portal.track_letter")


@blueprint.post("/track/leave")
def track_leave() -> Response:
    """The letter and the receipt are closed on the server: a cookie that was copied before shows nothing any more."""
    _end_ticket()
    receipts.forget()
    flash(_("已退出查询，这台设备上不再显示您的信。"), "ok")
    return private_redirect("portal.track")


@blueprint.get("/track/withdraw")
def track_withdraw() -> Response:
    letter = opened()
    return action_page("withdraw", WithdrawForm(), letter, is_possible=letter.can_withdraw)


@blueprint.post("/track/withdraw")
@named_by(WithdrawForm)
def track_withdraw_send() -> Response:
    form = WithdrawForm(request.form)
    return _act(
        "withdraw",
        form,
        lambda number: services().writers_side.withdraw(number, form.reason.data),
        _("来信已经撤回。"),
    )


@blueprint.get("/track/evaluate")
def track_evaluate() -> Response:
    letter = opened()
    return action_page("evaluate", EvaluateForm(), letter, is_possible=letter.can_evaluate)


@blueprint.post("/track/evaluate")
@named_by(EvaluateForm)
def track_evaluate_send() -> Response:
    form = EvaluateForm(request.form)
    return _act(
        "evaluate",
        form,
        lambda number: services().writers_side.evaluate(
            number,
            satisfied=form.satisfied.data == "yes",
            solved=form.solved.data == "yes",
            comment=form.comment.data or "",
        ),
        _("谢谢您的评价，已经记录。"),
    )


@blueprint.get("/track/promise")
def track_promise() -> Response:
    letter = opened()
    return action_page("promise", PromiseForm(), letter, is_possible=letter.can_promise)


@blueprint.post("/track/promise")
@named_by(PromiseForm)
def track_promise_send() -> Response:
    """The writer's own word on what the reply promised (H11)."""
    form = PromiseForm(request.form)
    return _act(
        "promise",
        form,
        lambda number: services().writers_side.confirm_promise(
            number, kept=form.kept.data == "yes", comment=form.comment.data or ""
        ),
        _("谢谢，您的回答已经记录。"),
    )


@blueprint.get("/track/category")
def track_category() -> Response:
    letter = opened()
    return action_page("category", AgreeForm(), letter, is_possible=letter.can_category)


@blueprint.post("/track/category")
@named_by(AgreeForm)
def track_category_send() -> Response:
    """The writer's own word on whether his accusation is one (A5)."""
    form = AgreeForm(request.form)
    return _act(
        "category",
        form,
        lambda number: services().writers_side.answer_category(
            number, agrees=form.agrees.data == "yes", comment=form.comment.data or ""
        ),
        _("谢谢，您的决定已经记录。"),
    )


@blueprint.get("/recover")
def recover() -> Response:
    return _page("portal/track/recover.html", form=RecoverForm(number=request.args.get("number", "")[:NUMBER_MAX]))


@blueprint.post("/recover")
@named_by(RecoverForm)
def recover_send() -> Response:
    """The answer is the same whether the letter and the contact exist or not."""
    form = RecoverForm(request.form)
    if not form.validate():
        return _page("portal/track/recover.html", 422, form=form, errors=errors_of(form))
    number, contact = plain_number(form.number.data)[:NUMBER_MAX], form.contact.data.strip()[:CONTACT_MAX]
    services().recovery.ask(number, contact, client_key())
    return _page("portal/track/recovered.html", number=number)


def opened() -> Tracked:
    """The letter open in this browser. Raises NotTracking."""
    return services().writers_side.tracked(opened_number())


def opened_number() -> str:
    """The number of the letter whose code this browser gave. Raises NotTracking.

    The ticket is known to the server: after leaving, a copy of the cookie opens nothing. A form names its letter: another
    one may have been opened since, in another tab.
    """
    entry = session.get(TRACKING)
    if not entry:
        raise NotTracking
    kept = services().writer_sessions.kept(entry["ticket"])
    if kept is None or kept.get(LETTER) != entry["number"]:
        session.pop(TRACKING)
        raise NotTracking
    if request.form.get("number", entry["number"]) != entry["number"]:
        raise NotTracking
    return str(entry["number"])


def _end_ticket() -> None:
    services().writer_sessions.end((session.pop(TRACKING, None) or {}).get("ticket", ""))


def action_page(action: str, form: Form, letter: Tracked, *, is_possible: bool, **facts: Any) -> Response:
    if not is_possible:
        flash(_("这一步现在不能做，请看最新的办理情况。"), "warn")
        return private_redirect("portal.track_letter")
    return page_of(action, form=form, letter=letter, **facts)


def _act(action: str, form: Form, act: Callable[[str], None], done: str) -> Response:
    """Do what the page asked for, given the letter's number; whatever is typed stays on the page if it fails."""
    letter = opened()
    if form.validate():
        try:
            act(letter.number)
        except FieldErrors as refused:
            put_errors(form, refused.errors)
        except WrongState as refused:
            return _page(f"portal/track/{action}.html", 409, form=form, letter=letter, problem=refused.message)
        else:
            flash(done, "ok")
            return private_redirect("portal.track_letter")
    return _page(f"portal/track/{action}.html", 422, form=form, letter=letter, errors=errors_of(form))


def page_of(action: str, status: int = 200, **facts: Any) -> Response:
    return _page(f"portal/track/{action}.html", status, **facts)


def _page(template: str, status: int = 200, **facts: Any) -> Response:
    facts.setdefault("errors", {})
    response = make_response(render_template(template, now=services().clock.now(), **facts), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def private_redirect(endpoint: str) -> Response:
    response = make_response(redirect(url_for(endpoint), 303))
    response.headers["Cache-Control"] = "no-store"
    return response
