"""The live bundle, and every bundle before it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from letterbox.domain.errors import NotFound
from letterbox.domain.vocabulary import Role
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import page_number
from webapp.studio.blueprint import approvals, blueprint, owner_only, page, studio


def waiting_for_me() -> int:
    """Proposals of other owners, for whoever is signed in to decide about."""
    return sum(not line.is_mine for line in approvals().open(access.actor()))


ENTRY = Entry(lazy_gettext("流程设计"), "studio.home", frozenset({Role.PROCESS_OWNER}), order=70, count=waiting_for_me)


@blueprint.get("/")
@owner_only
def home() -> ResponseReturnValue:
    actor = access.actor()
    try:
        live = studio().live(actor)
    except NotFound as nothing:
        return page("nothing", message=nothing.message)
    return page(
        "home",
        bundle=live,
        waiting=studio().waiting(actor),
        open=approvals().open(actor),
        recent=studio().bundles(actor).items[:6],
    )


@blueprint.get("/bundles")
@owner_only
def history() -> ResponseReturnValue:
    return page("history", page=studio().bundles(access.actor(), page_number(request.args.get("page"))))


@blueprint.get("/bundles/<int:bundle_id>")
@owner_only
def bundle(bundle_id: int) -> ResponseReturnValue:
    return page("bundle", bundle=studio().bundle(access.actor(), bundle_id))
