"""Who uses the command line, as records name him."""

from __future__ import annotations

import os
import pwd

from letterbox.domain.audit import AuditAct, Thing
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.audit.trail import AuditTrail


def operator(*roles: Role) -> Actor:
    """The operating system's user, with ``roles`` (default: those of both administrations)."""
    granted = roles or (Role.ADMIN, Role.SECURITY_ADMIN)
    return Actor(
        kind=ActorKind.SYSTEM, id=None, name=f"{_user()}（命令行）", grants=frozenset(Grant(role) for role in granted)
    )


def note_export(trail: AuditTrail, what: Thing, **detail: object) -> None:
    """Before anything is written out: who takes it. ``detail``: keys of the trail. Raises Unavailable if it cannot be noted."""
    trail.note(AuditAct.EXPORTED, actor=operator(), object=what, detail=detail)


def _user() -> str:
    """By the process's own id: the environment may say anything."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
