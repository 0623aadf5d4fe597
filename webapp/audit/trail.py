"""The trail: what the auditor asks for, and what he finds. Looking at it is recorded, too."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext

from letterbox.domain import dates
from letterbox.domain.audit import ACT_WORDS, RESULT_WORDS, AuditAct, AuditResult, Thing
from letterbox.domain.vocabulary import Role
from letterbox.services.audit.reading import Asked
from webapp.audit.words import WORDS
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.http.trail import note
from webapp.shared.paging import asked, page_number

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
AUDITORS = frozenset({Role.AUDITOR})
ENTRY = Entry(lazy_gettext("审计记录"), "audit.trail", AUDITORS, order=80)
CHANGES = Entry(lazy_gettext("变更记录"), "admin.changes", AUDITORS, order=81, prefix="admin.changes")


@blueprint.get("/")
@access.needs(Role.AUDITOR)
def trail() -> str:
    given = {name: asked(name) for name in ("who", "act", "result", "about", "words", "from", "to")}
    prints = services().trail.print_of(given["words"]) if given["words"] else ""
    wanted = Asked(
        who=given["who"],
        act=given["act"],
        result=given["result"],
        about=given["about"],
        print=prints,
        first=_day(given["from"]),
        last=_day(given["to"]),
    )
    found = services().audit_reading.page(access.actor(), wanted, page_number(request.args.get("page")))
    filters = ",".join(sorted(name for name, value in given.items() if value))
    note(AuditAct.TRAIL_READ, object=Thing("audit", ""), filters=filters, hits=found.total)
    return render_template(
        "audit/trail.html",
        page=found,
        asked=given,
        acts=[(str(each), ACT_WORDS[each]) for each in AuditAct],
        results=[(str(each), RESULT_WORDS[each]) for each in AuditResult],
        words=WORDS,
        names=services().audit_reading.names(found.items),
    )


def _day(text: str) -> date | None:
    try:
        return dates.possible_day(text)
    except ValueError:
        return None
