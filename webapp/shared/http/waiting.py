"""No page waits longer for the engine than a moment: one that hangs costs a request one wait, whatever it asks."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, g

from letterbox.engine.patience import page


def install(app: Flask) -> None:
    """Before whatever asks the engine."""
    app.before_request(_begin)
    app.teardown_request(_end)


def _begin() -> None:
    g.waiting = ExitStack()
    g.waiting.enter_context(page())


def _end(_error: BaseException | None) -> None:
    waiting: ExitStack | None = g.pop("waiting", None)
    if waiting is not None:
        waiting.close()
