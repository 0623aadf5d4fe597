"""What happens to somebody's way in, as the audit trail keeps it: who, by which way, and whether it came about."""

from __future__ import annotations

from enum import StrEnum

from letterbox.domain.audit import AuditAct, AuditResult, Thing
from letterbox.domain.permissions import Actor
from letterbox.services.audit.trail import AuditTrail


class AccessEvent(StrEnum):
    """What happened, in the past tense."""

    SIGNED_IN = "SignedIn"
    SIGN_IN_FAILED = "SignInFailed"
    SIGNED_OUT = "SignedOut"
    PROVED_AGAIN = "ProvedAgain"
    SESSION_ENDED = "SessionEnded"
    SECOND_FACTOR_ADDED = "SecondFactorAdded"
    SECOND_FACTOR_REMOVED = "SecondFactorRemoved"
    SECOND_FACTOR_FAILED = "SecondFactorFailed"
    RECOVERY_CODES_MADE = "RecoveryCodesMade"


ACTS: dict[AccessEvent, AuditAct] = {
    AccessEvent.SIGNED_IN: AuditAct.SIGN_IN,
    AccessEvent.SIGN_IN_FAILED: AuditAct.SIGN_IN_FAILED,
    AccessEvent.SIGNED_OUT: AuditAct.SIGN_OUT,
    AccessEvent.PROVED_AGAIN: AuditAct.SIGN_IN,
    AccessEvent.SESSION_ENDED: AuditAct.CHANGED,
    AccessEvent.SECOND_FACTOR_ADDED: AuditAct.SECOND_FACTOR,
    AccessEvent.SECOND_FACTOR_REMOVED: AuditAct.SECOND_FACTOR,
    AccessEvent.SECOND_FACTOR_FAILED: AuditAct.SECOND_FACTOR,
    AccessEvent.RECOVERY_CODES_MADE: AuditAct.SECOND_FACTOR,
}
FAILURES = frozenset({AccessEvent.SIGN_IN_FAILED, AccessEvent.SECOND_FACTOR_FAILED})
SAID_BY_THE_ACT = frozenset({AccessEvent.SIGNED_IN, AccessEvent.SIGN_IN_FAILED, AccessEvent.SIGNED_OUT})


class AccessTrail:
    """The one place through which signing in and its kin reach the audit trail."""

    def __init__(self, audit: AuditTrail) -> None:
        self._audit = audit

    def write(
        self,
        event: AccessEvent,
        who: Actor | None,
        *,
        person_id: int | None = None,
        address: str | None = None,
        **detail: object,
    ) -> None:
        """``who`` acted (None: nobody known yet) on his own way in, or on that of ``person_id``. ``detail``: keys of the trail."""
        concerned = str(person_id) if person_id is not None else (who.id if who else None)
        thing = Thing("person", concerned) if concerned else Thing("login", "unknown")
        if event not in SAID_BY_THE_ACT:
            detail["action"] = str(event)
        result = AuditResult.REFUSED if event in FAILURES else AuditResult.DONE
        self._audit.note(ACTS[event], actor=who, object=thing, result=result, address=address, detail=detail)
