"""The web doors: ``create_app`` puts the audiences' pages and the machine interface on one Flask application."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from letterbox import memory
from letterbox.domain.keys import Purpose
from letterbox.settings import Profile, Settings
from webapp.services import EXTENSION, WebServices
from webapp.shared import gallery
from webapp.shared.http import (
    addresses,
    assets,
    errors,
    health,
    hosts,
    localisation,
    logs,
    navigation,
    preferences,
    security,
    trail,
    uploads,
    waiting,
)

AUDIENCES = ("portal", "desk", "cockpit", "studio", "ops", "admin", "audit", "api")
"""Packages of ``webapp``; each has ``register(app)``, which adds its blueprints, navigation and filters."""

MEGABYTE = 1024 * 1024


def create_app(services: WebServices | None = None, audiences: Sequence[str] = AUDIENCES) -> Flask:
    """The application on ``services``; without them (gunicorn) on those that the environment's settings give.

    Pages refer to the portal's, so ``audiences`` always contains it; ``services`` must offer what each one's ports name.
    """
    is_program = services is None
    services = services or _services_from_environment()
    app = Flask("webapp", static_folder=None)
    app.config.update(_config(services.settings))
    app.extensions[EXTENSION] = services
    hosts.install(app)
    uploads.install(app)
    _trust_proxies(app, services.settings.trusted_proxies)
    for part in (
        addresses,
        waiting,
        logs,
        trail,
        security,
        localisation,
        assets,
        navigation,
        errors,
        preferences,
        health,
    ):
        part.install(app)
    if services.settings.profile is Profile.TEST:
        gallery.install(app)
    for audience in audiences:
        _register(app, audience)
    trail.watch(app)
    if is_program:
        memory.freeze_garbage_collector()
    return app


def _services_from_environment() -> WebServices:
    settings = import_module("letterbox.settings").load()
    services = import_module("letterbox.wiring").build(settings)
    services.database.check_keys()
    found: WebServices = services
    return found


def _config(settings: Settings) -> dict[str, object]:
    is_https = settings.public_url.startswith("https://")
    return {
        "SECRET_KEY": settings.keys.of(Purpose.SESSION),
        "SECRET_KEY_FALLBACKS": list(settings.keys.older_of(Purpose.SESSION)),
        "SESSION_COOKIE_NAME": "__Host-letterbox" if is_https else "letterbox",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "MAX_CONTENT_LENGTH": 64 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
        "MAX_FORM_PARTS": 500,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _trust_proxies(app: Flask, count: int) -> None:
    """Take the client's address and scheme from ``count`` reverse proxies in front of us."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _register(app: Flask, audience: str) -> None:
    register = getattr(import_module(f"webapp.{audience}"), "register", None)
    if register is not None:
        register(app)
