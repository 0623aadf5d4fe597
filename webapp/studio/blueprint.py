"""The studio's one blueprint; the modules with views attach themselves to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.vocabulary import Role
from webapp.services import services
from webapp.shared.http import access
from webapp.studio import words

if TYPE_CHECKING:
    from letterbox.services.studio.approval import Approvals
    from letterbox.services.studio.studio import Studio

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
owner_only = access.needs(Role.PROCESS_OWNER)


def studio() -> Studio:
    return services().studio


def approvals() -> Approvals:
    return services().studio.approvals


def page(template: str, status: int = 200, **facts: object) -> ResponseReturnValue:
    return render_template(f"studio/{template}.html", **facts), status


@blueprint.context_processor
def shell() -> dict[str, object]:
    here = request.endpoint or ""
    tabs = [(url_for(endpoint), name, here in covers) for endpoint, name, covers in _tabs()]
    return {"studio_tabs": tabs, "words": words}


def _tabs() -> list[tuple[str, str, frozenset[str]]]:
    change = frozenset({"studio.change", "studio.change_file", "studio.upload", "studio.deploy"})
    return [
        (
            "studio.home",
            gettext("现行流程"),
            frozenset({"studio.home", "studio.proposal", "studio.approve", "studio.send_back"}),
        ),
        ("studio.change", gettext("我的改动"), change),
        ("studio.history", gettext("以前的各套"), frozenset({"studio.history", "studio.restore", "studio.restore_do"})),
    ]
