"""For machines that watch: is the process alive, can it work, how much waits (contract, "Machine interface")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, Response, abort
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from letterbox.domain.errors import Unavailable
from letterbox.domain.hosts import is_within
from letterbox.settings import listed
from webapp.services import services
from webapp.shared.http.access import open_to_all
from webapp.shared.http.client import known_address


class Operations(Protocol):
    """Counts of what waits."""

    def waiting(self) -> dict[str, int]: ...


View = TypeVar("View", bound=Callable[..., Any])


def monitors_only(view: View) -> View:
    """Only from ``LETTERBOX_MONITOR_NETWORKS``; for anybody else there is no such page.

    What came through a proxy that is not among the trusted ones does not count as coming from this machine.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not is_within(known_address(), listed(services().settings.monitor_networks)):
            abort(404)
        return view(*args, **kwargs)

    return cast("View", guarded)


def install(app: Flask) -> None:
    app.add_url_rule("/healthz", "health.live", live)
    app.add_url_rule("/readyz", "health.ready", ready)
    app.add_url_rule("/metrics", "health.metrics", metrics)
    app.add_url_rule("/.well-known/security.txt", "health.security_contact", security_contact)


@open_to_all
def live() -> Any:
    """The process answers; nothing else is asked."""
    return {"ok": True}


@open_to_all
@monitors_only
def ready() -> Any:
    """Database and engine answer; 503 with which one does not."""
    parts = {"database": services().database.is_answering(), "engine": services().engine.is_up()}
    return {"ok": all(parts.values()), **parts}, 200 if all(parts.values()) else 503


@open_to_all
@monitors_only
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


GOOD_FOR = timedelta(days=180)


@open_to_all
def security_contact() -> Response:
    """Where the finder of a hole turns to (RFC 9116), if the county says so."""
    settings = services().settings
    if settings.security_contact is None:
        abort(404)
    until = (services().clock.now() + GOOD_FOR).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = {
        "Contact": settings.security_contact,
        "Expires": until.isoformat().replace("+00:00", "Z"),
        "Preferred-Languages": "zh, en",
        "Canonical": f"{settings.public_url.rstrip('/')}/.well-known/security.txt",
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return Response(text, content_type="text/plain; charset=utf-8")
