"""The record of changes: who, when, what, before and after."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from letterbox.domain.vocabulary import Role
from letterbox.services.audit.log import Subject
from webapp.admin import words
from webapp.admin.blueprint import blueprint, page
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.paging import asked, page_number


@blueprint.get("/changes")
@access.needs(Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
def changes() -> ResponseReturnValue:
    narrowed = {"q": asked("q"), "kind": asked("kind")}
    found = services().admin_log.page(access.actor(), **narrowed, page=page_number(request.args.get("page")))
    kinds = [(str(kind), words.SUBJECTS[kind]) for kind in Subject]
    return page("changes", page=found, asked=narrowed, kinds=kinds)
