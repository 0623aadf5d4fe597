"""The administration's one blueprint; the modules with views attach themselves to it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import Form

from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Role
from webapp.admin import words
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


def show_errors(form: Form, refusal: FieldErrors) -> dict[str, str]:
    """Put a refusal at its fields; answers what the summary says (field id → message)."""
    for name, message in refusal.errors.items():
        if name in form:
            form[name].errors = [message]
    return {name if name in form else "": message for name, message in refusal.errors.items()}


def page(template: str, status: int = 200, **facts: object) -> ResponseReturnValue:
    return render_template(f"admin/{template}.html", **facts), status


@blueprint.context_processor
def shell() -> dict[str, object]:
    """The sections of the administration that the signed-in person may open."""
    person = access.signed_in()
    roles = person.actor.roles if person else frozenset()
    here = request.endpoint or ""
    tabs = [(url_for(endpoint), name, here.startswith(prefixes)) for endpoint, name, prefixes in _tabs(roles)]
    return {
        "admin_tabs": tabs,
        "words": words,
        "is_admin": Role.ADMIN in roles,
        "is_security": Role.SECURITY_ADMIN in roles,
        "keeps_people": bool(roles & PEOPLE),
    }


PEOPLE = frozenset({Role.ADMIN, Role.SECURITY_ADMIN})
"""One keeps people, the other their rights."""


def _tabs(roles: frozenset[Role]) -> list[tuple[str, str, tuple[str, ...]]]:
    """The sections of whichever administrator it is; nobody holds two administrations."""
    people = ("admin.people", gettext("人员"), ("admin.person", "admin.people", "admin.role"))
    requests = ("admin.requests", gettext("待确认"), ("admin.request",))
    changes = ("admin.changes", gettext("变更记录"), ("admin.changes",))
    if Role.ADMIN in roles:
        return [
            ("admin.units", gettext("单位"), ("admin.unit",)),
            people,
            requests,
            ("admin.leaves", gettext("休假代办"), ("admin.leave",)),
            ("admin.open_work", gettext("无人办理"), ("admin.open_work",)),
            ("admin.calendar", gettext("工作日历"), ("admin.calendar",)),
            changes,
            ("admin.files", gettext("导入导出"), ("admin.file",)),
        ]
    if Role.SECURITY_ADMIN in roles:
        return [people, requests, ("admin.tokens", gettext("接口令牌"), ("admin.token",)), changes]
    return [changes] if Role.AUDITOR in roles else []


def requests_for_me() -> int:
    """Proposals of other administrators that whoever is signed in may confirm."""
    return sum(not asked.why_not for asked in services().rights_requests.waiting(access.actor()))


class AdminNavigationEntry(Entry):
    """An administration in the navigation; leave and open work have entries of their own there."""

    @property
    def is_current(self) -> bool:
        here = request.endpoint or ""
        return here.startswith("admin.") and not here.startswith(("admin.leave", "admin.open_work"))
