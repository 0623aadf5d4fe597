"""Every refusal the product can give, each with what to tell the person who met it."""

from __future__ import annotations

from collections.abc import Mapping


class LetterboxError(Exception):
    """A refusal that has words for the person who caused it.

    ``retryable`` tells callers (workers, outbox) whether the same call may succeed later.
    """

    retryable = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FieldErrors(LetterboxError):
    """Some fields cannot be taken as they are: ``errors`` maps field key → what to do. HTTP 422."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = dict(errors)


class NotFound(LetterboxError):
    """There is no such thing, or its existence is not the caller's to know. HTTP 404."""


class NoSuchLetter(NotFound):
    """There is no letter of this number, or its existence is not the caller's to know: the same words for both (A5)."""

    def __init__(self, number: str) -> None:
        super().__init__(f"没有编号为 {number} 的来信，或者它不归您查看")


class NotAllowed(LetterboxError):
    """The caller's role or unit does not carry this right. HTTP 403."""


class WrongState(LetterboxError):
    """The letter, task or limit is no longer where this needs it to be. HTTP 409."""


class TaskGone(WrongState):
    """Somebody was faster. ``done_by`` and ``done_at`` (ISO-8601) say who and when, if known."""

    def __init__(self, message: str, done_by: str | None = None, done_at: str | None = None) -> None:
        super().__init__(message)
        self.done_by = done_by
        self.done_at = done_at


class ReferenceConflict(WrongState):
    """A foreign mailbox's reference is known with other content. ``letter``: the number of the letter that has it, for staff."""

    def __init__(self, reference: str, letter: str) -> None:
        super().__init__(f"编号“{reference}”的来信已经收过，但内容不是这一封：没有收下，请核对编号")
        self.letter = letter


class TooManyAttempts(LetterboxError):
    """Too many wrong codes or passwords; ``retry_after_s`` seconds to wait. HTTP 429."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unavailable(LetterboxError):
    """The engine, the database or a mail server cannot be reached just now. HTTP 503."""

    retryable = True


class ConfigError(LetterboxError):
    """A setting or seed file is missing or wrong; the message names it and the remedy. Exit code 2."""
