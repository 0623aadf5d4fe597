"""For machines that watch: is the process alive, can it work, how much waits (contract, "Machine interface")."""

from __future__ import annotations

from typing import Any, Protocol

from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from letterbox.domain.errors import Unavailable
from webapp.shared.access import open_to_all
from webapp.shared.context import services


class Operations(Protocol):
    """Counts of what waits."""

    def waiting(self) -> dict[str, int]: ...


def install(app: Flask) -> None:
    app.add_url_rule("/healthz", "health.live", live)
    app.add_url_rule("/readyz", "health.ready", ready)
    app.add_url_rule("/metrics", "health.metrics", metrics)


@open_to_all
def live() -> Any:
    """The process answers; nothing else is asked."""
    return {"ok": True}


@open_to_all
def ready() -> Any:
    """Database and engine answer; 503 with which one does not."""
    parts = {"database": services().database.is_answering(), "engine": services().engine.is_up()}
    return {"ok": all(parts.values()), **parts}, 200 if all(parts.values()) else 503


@open_to_all
def metrics() -> Response:
    """Prometheus: what waits, counted at the moment of asking; no personal data."""
    registry = CollectorRegistry()
    up = Gauge("letterbox_database_up", "1 if the database answers", registry=registry)
    gauge = Gauge("letterbox_waiting", "What waits, by kind", ["kind"], registry=registry)
    try:
        for kind, count in services().operations.waiting().items():
            gauge.labels(kind).set(count)
        up.set(1)
    except Unavailable:
        up.set(0)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
