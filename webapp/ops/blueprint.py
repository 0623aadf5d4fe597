"""The operators' one blueprint, its services and the shell of its pages."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.vocabulary import Role
from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.patience import is_hung
from webapp.ops import words
from webapp.shared.http import access, errors

blueprint = Blueprint("ops", __name__, url_prefix="/ops")
WHO = (Role.OPERATOR, Role.ADMIN)


def page(template: str, status: int = 200, **facts: object) -> ResponseReturnValue:
    return render_template(f"ops/{template}.html", **facts), status


@blueprint.errorhandler(EngineUnavailable)
def without_answer(error: EngineUnavailable) -> ResponseReturnValue:
    """Says what the engine was asked, in the shell from which an operator goes on; what was typed the common page keeps."""
    if request.method == "POST":
        return errors.render(errors.problem_of(error))
    return page("away", 503, asked=words.ASKED.get(request.endpoint or "", words.ASKED_OTHERWISE), is_hung=is_hung())


@blueprint.context_processor
def shell() -> dict[str, object]:
    person = access.signed_in()
    here = request.endpoint or ""
    tabs = [
        (url_for("ops.home"), gettext("运行状况"), here == "ops.home"),
        (url_for("ops.stuck"), gettext("停滞事项"), here.startswith(("ops.stuck", "ops.retry", "ops.drop"))),
        (url_for("ops.stalls"), gettext("停滞检查"), here.startswith("ops.stalls")),
        (url_for("ops.letters"), gettext("来信流程"), here.startswith(("ops.letter", "ops.mend"))),
        (url_for("ops.differences"), gettext("核对"), here.startswith("ops.differences")),
        (url_for("ops.record"), gettext("运维记录"), here == "ops.record"),
    ]
    reads_letters = bool(person and person.actor.roles & access.LETTER_READERS)
    may_repair = bool(person and person.actor.has(Role.OPERATOR))
    return {"ops_tabs": tabs, "reads_letters": reads_letters, "may_repair": may_repair, "words": words}
