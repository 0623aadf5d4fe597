"""Answers and exit codes of every command (contract, "Command line").

``--json`` prints one document on standard output and nothing else; logs and progress go to standard error.
Exit code 0 done · 1 a check failed or rows were refused · 2 wrong use · 3 engine or database cannot be reached.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from letterbox.domain.clock import iso
from letterbox.domain.errors import ConfigError, LetterboxError, Unavailable
from letterbox.engine.errors import EngineRefused

DONE, REFUSED, WRONG_USE, UNREACHABLE = 0, 1, 2, 3

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """Adds ``--json``; the command receives it as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档")(function)


def answer(document: object, as_json: bool, words: Callable[[], str] | None = None) -> None:
    """Print ``document`` as JSON, or what ``words`` says to people (default: indented JSON)."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, default=_plain))
    else:
        click.echo(words() if words else json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


def note(message: str) -> None:
    """A line for people on standard error: progress, hints."""
    click.echo(message, err=True)


def refused() -> NoReturn:
    """End with 1 after an answer whose check failed or whose rows were partly refused."""
    raise click.exceptions.Exit(REFUSED)


def unreachable() -> NoReturn:
    """End with 3 after an answer that says which part cannot be reached."""
    raise click.exceptions.Exit(UNREACHABLE)


def exit_code(error: LetterboxError) -> int:
    if isinstance(error, Unavailable):
        return UNREACHABLE
    return WRONG_USE if isinstance(error, ConfigError) else REFUSED


class Failures(click.Group):
    """A group whose commands may raise the product's refusals: they become a message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LetterboxError as error:
            click.echo(f"错误：{error.message}{_said(error)}", err=True)
            raise click.exceptions.Exit(exit_code(error)) from error
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(REFUSED) from None


def _said(error: LetterboxError) -> str:
    """The engine's own words, for whoever has a shell."""
    return f"（{error.detail}）" if isinstance(error, EngineRefused) else ""


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value) if isinstance(value, (set, frozenset)) else list(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"not JSON: {type(value).__name__}")
