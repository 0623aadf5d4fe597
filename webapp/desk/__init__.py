"""The desk: where staff sign in, do their tasks, read letters and see why a date is what it is."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

ONLY_VIEWS = (
    "account",
    "actions",
    "attachments",
    "hand_on",
    "limit",
    "prove",
    "publication",
    "second_factor",
    "sessions",
    "single_sign_on",
    "sign_in",
    "task",
)
"""Modules that are imported for their views alone."""


def register(app: Flask) -> None:
    from webapp.desk import letters, notices, precedents, public_copy, supervisions, tasks, texts  # noqa: PLC0415  # views join
    from webapp.desk.blueprint import blueprint  # noqa: PLC0415
    from webapp.shared.http import access, errors, navigation, staff_problems  # noqa: PLC0415
    from webapp.shared.sign_in import sso  # noqa: PLC0415

    for name in ONLY_VIEWS:
        import_module(f"webapp.desk.{name}")
    app.register_blueprint(blueprint)
    access.install(app)
    sso.install(app)
    entries = (tasks, letters, supervisions, notices, texts, precedents, public_copy)
    navigation.add(app, *(each.ENTRY for each in entries))
    errors.add_renderer(app, "/desk", staff_problems.render)
