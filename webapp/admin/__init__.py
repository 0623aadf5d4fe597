"""People and units, leave, open work without an owner, machine tokens, the record of changes, files."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from webapp.admin import (  # noqa: PLC0415  # their views join the blueprint
        calendar,
        calendar_import,
        changes,
        files,
        leaves,
        open_work,
        people,
        people_actions,
        requests,
        tokens,
        units,
    )
    from webapp.admin.blueprint import blueprint  # noqa: PLC0415
    from webapp.shared.http import errors, navigation, staff_problems  # noqa: PLC0415

    del calendar_import, changes, files, people_actions, requests, tokens  # imported for their views
    app.register_blueprint(blueprint)
    navigation.add(app, units.ENTRY, people.ENTRY, open_work.ENTRY, leaves.ENTRY, calendar.ENTRY)
    errors.add_renderer(app, "/admin", staff_problems.render)
