"""A letter's status, projected from its events: never set by hand, never a second state machine."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.domain.events.event import Event
from letterbox.domain.events.handling import LetterAssigned, LetterDispatched, LetterRecalled, ReturnUpheld
from letterbox.domain.events.reply import RehandlingDecided, ReplyDelivered
from letterbox.domain.events.screening import LetterJoined
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


OF_LEAD = (
    EventName.LETTER_ASSIGNED,
    EventName.LETTER_DISPATCHED,
    EventName.RETURN_UPHELD,
    EventName.LETTER_RECALLED,
    EventName.LETTER_JOINED,
    EventName.REPLY_DELIVERED,
)
"""Events that may say whose the letter is from then on."""


def lead_after(unit: str | None, event: Event | None) -> str | None:
    """The code of the unit that has the letter after ``event``; ``unit``: who had it before. None: nobody."""
    match event:
        case LetterAssigned(lead_unit=lead) | LetterDispatched(lead_unit=lead) | ReturnUpheld(lead_unit=lead):
            return lead
        case LetterRecalled() | LetterJoined():
            return None
        case ReplyDelivered(unit=lead, leading=str()):
            return lead
    return unit


def project(status: LetterStatus | str | None, name: EventName | str, event: Event | None = None) -> LetterStatus:
    """The status after the event of this name; ``event`` is needed of a re-handling decision, whose outcome counts.

    Total: an event that moves nothing, also one not known here, leaves the status as it is. Before the first event
    (None) a letter counts as received.
    """
    current = LetterStatus(status) if status else LetterStatus.RECEIVED
    if name == EventName.REHANDLING_DECIDED:
        rehandled = isinstance(event, RehandlingDecided) and event.outcome == REHANDLE
        return LetterStatus.REHANDLING if rehandled and current not in FINAL_STATUSES else current
    move = MOVES.get(EventName(name)) if name in set(EventName) else None
    return move[1] if move and current in move[0] else current
