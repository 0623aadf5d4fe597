"""A letter's status, projected from its events: never set by hand, never a second state machine."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.domain.vocabulary import FINAL_STATUSES, EventName, LetterStatus

ANY = frozenset(LetterStatus) - FINAL_STATUSES
TO_UNIT = frozenset({LetterStatus.SCREENED, LetterStatus.ASSIGNED, LetterStatus.RETURNED, LetterStatus.REHANDLING})
"""From here a dispatch goes to the lead unit; elsewhere it is a co-handler's, which moves nothing."""

MOVES: Mapping[EventName, tuple[frozenset[LetterStatus], LetterStatus]] = {
    EventName.LETTER_SCREENED: (ANY, LetterStatus.SCREENED),
    EventName.SUPPLEMENT_REQUESTED: (ANY, LetterStatus.AWAITING_SUPPLEMENT),
    EventName.WRITER_SUPPLIED: (frozenset({LetterStatus.AWAITING_SUPPLEMENT}), LetterStatus.RECEIVED),
    EventName.SUPPLEMENT_LAPSED: (frozenset({LetterStatus.AWAITING_SUPPLEMENT}), LetterStatus.RECEIVED),
    EventName.LETTER_DECLINED: (ANY, LetterStatus.DECLINED),
    EventName.LETTER_JOINED: (ANY, LetterStatus.JOINED),
    EventName.LETTER_RELEASED: (frozenset({LetterStatus.JOINED}), LetterStatus.RECEIVED),
    EventName.LETTER_ASSIGNED: (ANY, LetterStatus.ASSIGNED),
    EventName.LETTER_DISPATCHED: (TO_UNIT, LetterStatus.HANDLING),
    EventName.LETTER_REGISTERED: (TO_UNIT - {LetterStatus.RETURNED}, LetterStatus.HANDLING),
    EventName.LETTER_RETURNED: (ANY, LetterStatus.RETURNED),
    EventName.RETURN_UPHELD: (ANY, LetterStatus.SCREENED),
    EventName.RETURN_DISMISSED: (ANY, LetterStatus.HANDLING),
    EventName.LETTER_RECALLED: (ANY, LetterStatus.SCREENED),
    EventName.REPLY_SUBMITTED: (ANY, LetterStatus.IN_REVIEW),
    EventName.REVIEW_FAILED: (ANY, LetterStatus.IN_REDO),
    EventName.REPLY_DELIVERED: (ANY, LetterStatus.ANSWERED),
    EventName.LETTER_CLOSED: (ANY, LetterStatus.CLOSED),
    EventName.LETTER_WITHDRAWN: (ANY, LetterStatus.WITHDRAWN),
}
"""Event → the statuses it moves, and where to. A letter declined, closed or withdrawn stays so."""

REHANDLE = "rehandle"


UNIT_SAID = frozenset({EventName.LETTER_ASSIGNED, EventName.LETTER_DISPATCHED, EventName.RETURN_UPHELD})
"""Events whose ``lead_unit`` is the letter's from then on."""
UNIT_TAKEN = frozenset({EventName.LETTER_RECALLED, EventName.LETTER_JOINED})


def lead_after(unit: str | None, event: EventName | str, data: Mapping[str, object]) -> str | None:
    """The code of the unit that has the letter after ``event``; ``unit``: who had it before. None: nobody."""
    said = data.get("lead_unit") if event in UNIT_SAID else None
    if event == EventName.REPLY_DELIVERED and data.get("leading"):
        said = data.get("unit")
    elif event not in UNIT_SAID:
        return None if event in UNIT_TAKEN else unit
    return str(said) if said else None


def project(
    status: LetterStatus | str | None, event: EventName | str, data: Mapping[str, object] | None = None
) -> LetterStatus:
    """The status after ``event``; ``data`` is the event's own (a re-handling decision's ``outcome``).

    Total: an event that moves nothing, also one not known here, leaves the status as it is. Before the first event
    (None) a letter counts as received.
    """
    current = LetterStatus(status) if status else LetterStatus.RECEIVED
    if event == EventName.REHANDLING_DECIDED:
        rehandled = bool(data) and (data or {}).get("outcome") == REHANDLE
        return LetterStatus.REHANDLING if rehandled and current not in FINAL_STATUSES else current
    move = MOVES.get(EventName(event)) if event in set(EventName) else None
    return move[1] if move and current in move[0] else current
