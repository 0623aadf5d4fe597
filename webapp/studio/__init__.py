"""The process owner's door: the live bundle and those before it, a change prepared, checked, compared and deployed."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from webapp.shared.http import errors, navigation, staff_problems  # noqa: PLC0415  # views join the blueprint
    from webapp.studio import bundles, change, deploying, downloads, files, proposals  # noqa: PLC0415
    from webapp.studio.blueprint import blueprint  # noqa: PLC0415

    del change, deploying, downloads, files, proposals  # imported for their views
    app.register_blueprint(blueprint)
    navigation.add(app, bundles.ENTRY)
    errors.add_renderer(app, "/studio", staff_problems.render)
