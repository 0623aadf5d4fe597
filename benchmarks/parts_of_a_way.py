"""Which way each letter of a benchmark takes, and the events that way must leave: no more, no fewer."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SHARES = {"declined": 0.10, "supplemented": 0.10, "failed": 0.10}
"""Independent of each other; a letter may be supplemented and then declined."""

RECEIVED = ["LetterReceived", "LetterClassified"]
SUPPLEMENTED = ["SupplementRequested", "WriterSupplied"]
DECLINED = ["LetterDeclined", "LetterClosed"]
TO_UNIT = [
    "LetterScreened",
    "LetterAssigned",
    "LetterDispatched",
    "LetterRegistered",
    "LetterSubmittedToDeputy",
    "HandlerInstructed",
]
REPLIED = ["ReplyDrafted", "ReplySubmitted"]
ANSWERED = ["ReviewPassed", "ReplyDelivered"]
ASIDE = frozenset({"NoticeSent", "NoticeFailed", "DeadlineStepTaken", "WriterUnmasked"})
"""What happens beside the way, at its own time; an office's machine that opens an accusation sees who wrote it."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is decided about a letter; ``seed`` and its number settle it, whoever asks."""

    declined: bool
    supplemented: bool
    failed: bool

    @classmethod
    def of(cls, number: str, seed: int) -> Way:
        draw = Random(f"{seed}:{number}")
        return cls(**{name: draw.random() < share for name, share in SHARES.items()})

    def events(self) -> list[str]:
        asked = SUPPLEMENTED if self.supplemented else []
        if self.declined:
            return [*RECEIVED, *asked, *DECLINED]
        again = ["ReviewFailed", *REPLIED] if self.failed else []
        return [*RECEIVED, *asked, *TO_UNIT, *REPLIED, *again, *ANSWERED]

    @property
    def end(self) -> str:
        return "declined" if self.declined else "answered"
