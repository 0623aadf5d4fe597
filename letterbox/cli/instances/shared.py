"""What the commands on instances share: who acts, a stuck thing as JSON and as a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from letterbox.cli import _operator
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.operations.stuck.items import KIND_WORDS, Stuck

F = TypeVar("F", bound=Callable[..., Any])


def reason_option(function: F) -> F:
    return click.option("--reason", default="", help="为什么这样做，例如 邮件服务器已恢复（记入变更记录）")(function)


@contextmanager
def reasoned(reason: str, dry_run: bool) -> Iterator[None]:
    """Wrong use without a reason, unless nothing is done; a refused one is wrong use too."""
    if not reason and not dry_run:
        raise click.UsageError("请用 --reason 说明原因，它会记入变更记录")
    try:
        yield
    except FieldErrors as refusal:
        details = "；".join(f"--{field}：{message}" for field, message in refusal.errors.items())
        raise click.UsageError(details) from None


def operator() -> Actor:
    """Whoever may run commands on the server is an operator; the record keeps the system's name of that person."""
    return _operator.operator(Role.OPERATOR)


def document(stuck: Stuck) -> dict[str, object]:
    return {
        "kind": stuck.kind,
        "id": stuck.id,
        "letter": stuck.letter,
        "process": stuck.process,
        "element": stuck.element,
        "name": stuck.name,
        "failed_at": stuck.failed_at or None,
        "cause": stuck.cause,
        "meaning": stuck.meaning,
        "since": stuck.since,
        "tries_left": stuck.tries_left,
        "can_retry": stuck.can_retry,
        "retry": stuck.obstacle or stuck.retrying,
    }


def words(stuck: Stuck) -> str:
    since = stuck.since.astimezone(OFFICE_ZONE)
    tries = f"，引擎还会自动再试 {stuck.tries_left} 次" if stuck.tries_left else ""
    meaning = f"    意思：{stuck.meaning}\n" if stuck.meaning else ""
    return (
        f"{stuck.letter or '—':<16} {KIND_WORDS[stuck.kind]}  {stuck.name}  自 {since:%Y-%m-%d %H:%M}{tries}\n"
        f"    原因：{stuck.cause or '没有说明'}\n{meaning}"
        f"    重试：{stuck.obstacle or stuck.retrying}"
    )
