"""The ``letterbox`` command. Every module of this package that holds a command is one, and is imported only when used.

``letterbox/cli/due.py`` exporting a click command ``due`` (or ``command``) is ``letterbox due``; ``import_.py`` is
``letterbox import``. Modules without a command, and names that begin with ``_``, are helpers.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from letterbox.cli import chinese
from letterbox.cli.output import Failures

HELPERS = frozenset({"chinese", "output", "boot", "running"})


class Commands(Failures):
    """Finds the subcommands by the files of this package."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        chinese.speak()
        return super().main(*arguments, **options)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
        return sorted(command_name(name) for name in found if not name.startswith("_") and name not in HELPERS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        plain = cmd_name.replace("-", "_")
        for module in (plain, plain + "_"):
            if (Path(__file__).parent / f"{module}.py").exists() or (Path(__file__).parent / module).is_dir():
                return _command(f"{__name__}.{module}", plain)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows: list[tuple[str, str]] = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None:
                rows.append((name, command.get_short_help_str(60)))
        with formatter.section("命令"):
            formatter.write_dl(rows)


def command_name(module: str) -> str:
    """``import_`` → ``import``, ``two_words`` → ``two-words``."""
    return module.rstrip("_").replace("_", "-")


def _command(module_name: str, plain: str) -> click.Command | None:
    module = import_module(module_name)
    for attribute in ("command", plain, plain + "_"):
        found = getattr(module, attribute, None)
        if isinstance(found, click.Command):
            return found
    return None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="letterbox", prog_name="letterbox", help="显示版本，然后结束。")
def main() -> None:
    """书记县长信箱：启动、检查、计算和管理。"""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; used by tests and other programs."""
    try:
        main.main(list(arguments), standalone_mode=True)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    return 0
