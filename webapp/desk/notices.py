"""In-app notices: the bell and its list."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from webapp.desk.blueprint import blueprint
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import nearest, page_number


def unread() -> int:
    return services().inbox.unread(access.actor())


ENTRY = Entry(lazy_gettext("通知"), "desk.notices", order=90, prefix="desk.notice", count=unread)


@blueprint.get("/notices")
@access.needs()
def notices() -> str:
    actor = access.actor()
    page = nearest(lambda number: services().inbox.list(actor, number), page_number(request.args.get("page")))
    return render_template("desk/notices.html", page=page)


@blueprint.post("/notices/read")
@access.needs()
def notices_read() -> ResponseReturnValue:
    """Marks the named notices as read; with ``open`` goes on to the letter of it."""
    ids = [int(each) for each in request.form.getlist("id") if each.isascii() and each.isdigit() and len(each) < 16]
    services().inbox.mark_read(access.actor(), ids)
    number = request.form.get("open", "")
    if number:
        return redirect(url_for("desk.letter", number=number))
    return redirect(url_for("desk.notices"))
