"""What may be done to a letter beside its tasks: what will happen and to whom, the form, and one button that does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.forms.form import Form
from letterbox.services.procedure.actions import OpenAction
from webapp.desk.blueprint import blueprint
from webapp.desk.letters import dossier
from webapp.services import services
from webapp.shared.forms import is_row_action, read_posted, render_form
from webapp.shared.http import access
from webapp.shared.paging import searchable
from webapp.shared.sign_in import step_up
from webapp.shared.typed import named_by, typed_texts

WITH_RECENT_PROOF = frozenset({"unmask"})
"""What shows who wrote an accusation."""


def _form_of(action: str, **_address: str) -> Form | None:
    return services().actions.form_of(action)


@blueprint.get("/letters/<number>/actions/<action>")
@access.needs(*access.LETTER_READERS)
def action(number: str, action: str) -> ResponseReturnValue:
    opened = services().actions.open(searchable(number), action, access.actor())
    if opened.refusal:
        return _refused_page(number, opened, opened.refusal)
    return _page(number, opened, opened.values, {})


@blueprint.post("/letters/<number>/actions/<action>")
@access.needs(*access.LETTER_READERS)
@named_by(find=_form_of)
def action_do(number: str, action: str) -> ResponseReturnValue:
    """Whatever goes wrong, what was typed comes back with the answer."""
    number, actor = searchable(number), access.actor()
    if action in WITH_RECENT_PROOF and (asking := step_up.ask_unless_fresh()):
        return asking
    opened = services().actions.open(number, action, actor)
    values = read_posted(opened.form, request.form)
    if is_row_action(request.form):
        return _page(number, opened, values, {})
    try:
        answer = services().actions.perform(number, action, values, actor)
    except FieldErrors as refusal:
        return _page(number, opened, values, refusal.errors), 422
    except WrongState as refusal:
        return _refused_page(number, opened, refusal.message)
    link = Markup('<a href="{0}">{1}</a>').format(url_for("desk.letter", number=answer["number"]), answer["number"])
    flash(Markup("{} · {}").format(gettext("已完成：%(title)s", title=opened.title), link), "ok")
    return redirect(url_for("desk.letter", number=answer["number"], done=f"{number}:{action}"))


def _page(number: str, opened: OpenAction, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    found = dossier(number)
    return render_template(
        "desk/action.html",
        action=opened,
        fields=render_form(opened.form, values, errors, {**opened.data, "by_person": True}),
        has_errors=bool(errors),
        dossier=found,
        letter=found.letter,
        draft_key=f"task:{number}:{opened.name}:{access.actor().id}",
    )


def _refused_page(number: str, opened: OpenAction, refusal: str) -> ResponseReturnValue:
    """Not possible now: why, and everything that was typed, to be copied."""
    found = dossier(number)
    typed = typed_texts(request.form, opened.form) if request.method == "POST" else []
    page = render_template(
        "desk/action_refused.html", action=opened, refusal=refusal, typed=typed, dossier=found, letter=found.letter
    )
    return page, 409
