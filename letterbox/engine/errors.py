"""What can go wrong with the engine, sorted by what the caller should do about it: four families, each error in one.

``EngineUnavailable``: not sent, or a reading without an answer. ``LostRace``: certainly not applied. ``AnswerLost``: perhaps
applied. All three may succeed later, so they are ``Unavailable``. ``EngineRefused``: the engine said no and why; asking again
is of no use.
"""

from __future__ import annotations

from dataclasses import dataclass

from letterbox.domain.errors import LetterboxError, Unavailable
from letterbox.engine.final_reasons import reason

UNAVAILABLE_TEXT = "流程引擎暂时连不上，请稍后再试"
UNKNOWN_TEXT = "流程引擎没有回音，不知道这一步是否已经办成：请先刷新看看，没有办成再试一次"
TROUBLED_TEXT = "流程引擎出了故障，不知道这一步是否已经办成：请稍后刷新看看，没有办成再试一次"
RACE_TEXT = "同一时刻有别的操作，这一步没有执行：请再试一次"


class EngineUnavailable(Unavailable):
    """The command certainly did not reach the engine, or a reading went unanswered: the same call may be sent again.

    ``detail`` says what happened, for logs (English, no personal data).
    """

    def __init__(self, detail: str) -> None:
        super().__init__(UNAVAILABLE_TEXT)
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


class EngineLockedUs(EngineUnavailable):
    """The engine is there and does not take our password: nothing was applied, and nothing will be until an operator
    corrects ENGINE_USER and ENGINE_PASSWORD. No fault of the command, so no letter's queue may stop for it.
    """


class AnswerLost(Unavailable):
    """A command was sent and no answer came: nobody knows whether the engine applied it.

    Look it up in the history before sending it again (``EngineClient.history.was_applied``). On purpose no kind of
    EngineUnavailable: whoever catches that may send again without looking.
    """

    def __init__(self, detail: str, message: str = UNKNOWN_TEXT) -> None:
        super().__init__(message)
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


class EngineTroubled(AnswerLost):
    """The engine answered a command with a fault of the machine under it, such as its database: no reason to stop trying."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(f"{status} {kind}: {detail}", TROUBLED_TEXT)


class EngineUnclear(EngineTroubled):
    """The engine answered a command with an error that nobody has named (``final_reasons``): trouble as a rule, but it may
    be a refusal for good, so whoever sends it again counts.
    """


class LostRace(Unavailable):
    """The engine only lost a race (optimistic locking, a deadlock, too many requests) and changed nothing: may be sent again
    at once."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(RACE_TEXT)
        self.detail = f"{status} {kind}: {detail}"

    def __str__(self) -> str:
        return self.detail


class EngineRefused(LetterboxError):
    """The engine answered and said no. Nothing was changed by the command, and the same one will be refused again.

    ``status``: HTTP status; ``kind``: the engine's exception type; ``detail``: its words.
    """

    def __init__(self, status: int, kind: str, detail: str) -> None:
        known = reason(f"{kind} {detail}")
        super().__init__(f"流程引擎没有执行：{known}" if known else "流程引擎没有执行，原因请看引擎的日志")
        self.status = status
        self.kind = kind
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.status} {self.kind}: {self.detail}"


class AlreadyApplied(EngineRefused):
    """A command with this id took effect before; this one changed nothing."""


class AlreadyRunning(EngineRefused):
    """The letter has this process already, and one at a time is all it may have; nothing was started."""


class EngineNotFound(EngineRefused):
    """There is no such instance, job, definition, form …: finished, deleted or never there."""


class TaskNotFound(EngineNotFound):
    """The user task is gone: completed by somebody else or cancelled by the process."""


class DueNotFound(LetterboxError):
    """No instance or task of the letter stands at a limit's old or new due: not yet, or no longer."""


class MismatchingCorrelation(EngineRefused):
    """Nobody waits for this message (yet, or any more), or several do."""


@dataclass(frozen=True, slots=True)
class ResourceProblem:
    """One complaint of the engine's parser about one file; line and column count from 1."""

    resource: str
    message: str
    line: int
    column: int
    element_id: str | None
    is_error: bool


class DeploymentRefused(EngineRefused):
    """The engine's parser found errors; ``problems`` names file, place and element. Nothing was deployed."""

    def __init__(self, status: int, kind: str, detail: str, problems: tuple[ResourceProblem, ...]) -> None:
        super().__init__(status, kind, detail)
        self.problems = problems


class UnsuitableValue(LetterboxError):
    """A process variable must be a short scalar; the message names the variable and the remedy."""
