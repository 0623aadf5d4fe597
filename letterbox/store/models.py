"""Every model, imported once so that the metadata is whole."""

from letterbox.store import (
    access,
    admin_events,
    audit,
    bundles,
    calendar,
    commands,
    faults,
    keyring,
    letters,
    limits,
    notices,
    people,
    precedents,
    replies,
    search,
    side_processes,
    state,
    studio,
    worker_effects,
)
from letterbox.store.base import Base

metadata = Base.metadata

__all__ = [
    "access",
    "admin_events",
    "audit",
    "bundles",
    "calendar",
    "commands",
    "faults",
    "keyring",
    "letters",
    "limits",
    "metadata",
    "notices",
    "people",
    "precedents",
    "replies",
    "search",
    "side_processes",
    "state",
    "studio",
    "worker_effects",
]
