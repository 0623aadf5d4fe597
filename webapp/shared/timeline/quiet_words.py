"""What the system does by the way (suggestions, notices, reminders): its words, and how a timeline folds it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Protocol, TypeVar

from letterbox.domain.events.receipt import NoticeFailed, NoticeSent
from letterbox.domain.vocabulary import EventName

QUIET = frozenset(
    {
        EventName.LETTER_CLASSIFIED,
        EventName.NOTICE_SENT,
        EventName.DEADLINE_STEP_TAKEN,
        EventName.STEP_WITHDRAWN,
        EventName.EFFECT_SKIPPED,
        EventName.QUERY_CODE_RENEWED,
        EventName.CONTACT_CONFIRMED,
    }
)
"""What moves nothing: folded between what people did."""
CHANNELS = {"mail": "邮件", "sms": "短信"}


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Line = TypeVar("Line", bound=_Named)


def folded(lines: Sequence[Line]) -> list[tuple[bool, list[Line]]]:
    """The timeline in runs: (True, quiet lines that stand together), (False, the others)."""
    return [(is_quiet, list(run)) for is_quiet, run in groupby(lines, key=lambda each: each.name in QUIET)]


def noticed(event: NoticeSent | NoticeFailed) -> list[str]:
    """Notices of which the record tells go to the writer; the address is never told."""
    channel = CHANNELS.get(event.channel, "")
    return [f"来信人（{channel}）" if channel else "", event.error or ""]
