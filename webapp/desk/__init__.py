"""The desk: where staff sign in, do their tasks and read letters."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from webapp.desk import account, actions, hand_on, letters, notices, problems, sign_in, task, tasks  # noqa: PLC0415  # views join
    from webapp.desk.blueprint import blueprint  # noqa: PLC0415
    from webapp.shared import access, errors, navigation  # noqa: PLC0415

    del account, actions, hand_on, sign_in, task  # imported for their views
    app.register_blueprint(blueprint)
    access.install(app)
    navigation.add(app, tasks.ENTRY, letters.ENTRY, notices.ENTRY)
    errors.add_renderer(app, "/desk", problems.render)
