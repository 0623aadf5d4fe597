"""Final rulings on returned letters, for whoever assigns the next one of the kind (H8)."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import lazy_gettext

from letterbox.domain.page import part
from letterbox.domain.permissions import SEES_ALL_LETTERS
from webapp.desk.blueprint import blueprint
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import nearest, page_number

PAGE = 50

ENTRY = Entry(lazy_gettext("退回先例"), "desk.precedents", SEES_ALL_LETTERS, order=45, prefix="desk.precedents")


@blueprint.get("/precedents")
@access.needs(*SEES_ALL_LETTERS)
def precedents() -> str:
    every = services().related.precedents(access.actor())
    shown = nearest(lambda number: part(every, number, PAGE), page_number(request.args.get("page")))
    return render_template("desk/precedents.html", shown=shown)
