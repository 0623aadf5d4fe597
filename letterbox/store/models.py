"""Every model, imported once so that the metadata is whole."""

from letterbox.store import (
    access,
    admin_events,
    audit,
    beside,
    faults,
    keyring,
    letters,
    limits,
    machinery,
    notices,
    people,
    precedents,
    replies,
    studio,
)
from letterbox.store.base import Base

metadata = Base.metadata

__all__ = [
    "access",
    "admin_events",
    "audit",
    "beside",
    "faults",
    "keyring",
    "letters",
    "limits",
    "machinery",
    "metadata",
    "notices",
    "people",
    "precedents",
    "replies",
    "studio",
]
