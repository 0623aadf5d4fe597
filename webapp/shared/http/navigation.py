"""Which sections a person sees. Audiences add their own entries in ``register``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flask import Flask, current_app, request, url_for

from letterbox.domain.vocabulary import Role

KEY = "letterbox.navigation"
TASKS = "desk.tasks"


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the navigation. ``roles`` empty: for everyone signed in. ``prefix``: part of an endpoint's name
    that marks the entry as the current one (default: the endpoint's blueprint). ``count`` answers a badge's number."""

    label: str
    endpoint: str
    roles: frozenset[Role] = frozenset()
    order: int = 50
    prefix: str | None = None
    count: Callable[[], int] | None = field(default=None, compare=False)

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        prefix = self.prefix or self.endpoint.rpartition(".")[0] + "."
        return (request.endpoint or "").startswith(prefix)


def install(app: Flask) -> None:
    app.extensions[KEY] = []
    app.jinja_env.globals["navigation"] = entries_for


def add(app: Flask, *entries: Entry) -> None:
    """Called by an audience's ``register``."""
    app.extensions[KEY].extend(entries)


def entries_for(roles: Iterable[Role]) -> list[Entry]:
    """The staff navigation for someone with ``roles``, in order."""
    own_roles = set(roles)
    known: list[Entry] = current_app.extensions[KEY]
    return sorted((e for e in known if not e.roles or e.roles & own_roles), key=lambda e: e.order)


def home_for(roles: Iterable[Role], readers: frozenset[Role]) -> str:
    """The address where someone with ``roles`` begins: the tasks for ``readers`` of letters, else the section that the
    fewest roles share, which is what this person is there for."""
    own_roles = set(roles)
    own = [entry for entry in entries_for(own_roles) if entry.roles]
    if own_roles & readers or not own:
        return url_for(TASKS)
    return min(own, key=lambda entry: len(entry.roles)).url
