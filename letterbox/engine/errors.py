"""What can go wrong with the engine, sorted by what the caller should do about it."""

from __future__ import annotations

from dataclasses import dataclass

from letterbox.domain.errors import LetterboxError, Unavailable

UNAVAILABLE_TEXT = "流程引擎暂时连不上，请稍后再试"


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

    def __init__(self, detail: str) -> None:
        super().__init__(UNAVAILABLE_TEXT)
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


class EngineRefused(LetterboxError):
    """The engine answered and said no. Nothing was changed by the command.

    ``retryable`` is true when the engine only lost a race (optimistic locking, a deadlock, too many requests);
    otherwise the same command will be refused again. ``status``: HTTP status; ``kind``: the engine's exception type.
    """

    def __init__(self, status: int, kind: str, detail: str, *, retryable: bool = False) -> None:
        super().__init__(f"流程引擎未能执行：{detail}")
        self.status = status
        self.kind = kind
        self.detail = detail
        self.retryable = retryable

    def __str__(self) -> str:
        return f"{self.status} {self.kind}: {self.detail}"


class EngineTroubled(EngineRefused):
    """The engine answered with a fault that is no reason: its database went away under the command, or it says nothing
    that we know (``final_reasons``). Perhaps applied: look before sending it again.
    """

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(status, kind, detail, retryable=True)


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
    """Nobody waits for this message (yet, or any more), or several do (``is_ambiguous``)."""

    @property
    def is_ambiguous(self) -> bool:
        return "single execution" in self.detail


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
