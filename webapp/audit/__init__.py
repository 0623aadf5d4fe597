"""The auditor's door: the audit trail with filters, page by page."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from webapp.audit import trail  # noqa: PLC0415  # its views come with the blueprint
    from webapp.shared.http import errors, navigation, staff_problems  # noqa: PLC0415

    app.register_blueprint(trail.blueprint)
    navigation.add(app, trail.ENTRY, trail.CHANGES)
    errors.add_renderer(app, "/audit", staff_problems.render)
