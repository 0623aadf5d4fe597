"""The cockpit: lists of open limits and the live diagrams, for those who watch over all letters."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from webapp.cockpit import diagrams, limits, remind  # noqa: F401, PLC0415  # their views join the blueprint
    from webapp.cockpit.blueprint import blueprint  # noqa: PLC0415
    from webapp.shared.http import errors, navigation, staff_problems  # noqa: PLC0415

    app.register_blueprint(blueprint)
    navigation.add(app, limits.ENTRY, diagrams.ENTRY)
    errors.add_renderer(app, "/cockpit", staff_problems.render)
