"""The operators' door: is everything well, what stands still and why, trying it again."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from webapp.ops import (  # noqa: PLC0415  # their views join the blueprint
        differences,
        ending,
        home,
        letters,
        record,
        repair_pages,
        stalls,
        stuck,
        stuck_actions,
    )
    from webapp.ops.blueprint import blueprint  # noqa: PLC0415
    from webapp.shared.http import errors, navigation, staff_problems  # noqa: PLC0415

    del differences, ending, letters, repair_pages, record, stalls, stuck_actions  # imported for their views
    app.register_blueprint(blueprint)
    navigation.add(app, home.entry(stuck.count))
    errors.add_renderer(app, "/ops", staff_problems.render)
