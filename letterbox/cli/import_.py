"""``letterbox import``: the letters of another mailbox's file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from letterbox.channels.imports import letters_in, read_rows
from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option, note, refused
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Channel
from letterbox.services.intake.importing import ImportResult, Seen

SHOWN_REFUSALS = 20


@click.command(
    "import", help="从 CSV 或 XLSX 文件导入来信（UTF-8 或 GB18030，第 1 行是列标题）。重复导入不会增加来信。"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--channel", type=click.Choice([str(channel) for channel in Channel]), required=True, help="来信渠道")
@click.option(
    "--mapping", "mappings", multiple=True, metavar="COLUMN=HEADING", help="列的对应，可多次给出，例如 title=问题标题"
)
@json_option
def import_(file: Path, channel: str, mappings: tuple[str, ...], as_json: bool) -> None:
    mapping = _mapping(mappings)
    content = file.read_bytes()
    try:
        rows = letters_in(content, file.name, Channel(channel), mapping)
    except FieldErrors as errors:
        raise click.BadParameter(errors.message, param_hint="FILE / --mapping") from None
    with services() as opened, _progress(content, file.name, mapping) as seen, opened.machine.importing() as importing:
        result = importing.take_in(rows, seen)
    answer(result.document(), as_json, lambda: _words(result))
    if result.refused:
        refused()


def _mapping(given: tuple[str, ...]) -> Mapping[str, str]:
    pairs = [each.partition("=") for each in given]
    wrong = [column for column, separator, heading in pairs if not (separator and column.strip() and heading.strip())]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} 应写成 列=标题，例如 title=问题标题", param_hint="--mapping")
    return {column.strip(): heading.strip() for column, _, heading in pairs}


@contextmanager
def _progress(content: bytes, name: str, mapping: Mapping[str, str]) -> Iterator[Seen]:
    """A bar on standard error where a person looks at it."""
    if not sys.stderr.isatty():
        yield lambda _row, _receipt: None
        return
    total = sum(1 for _ in read_rows(content, name, mapping))
    with click.progressbar(length=total, label="导入", file=sys.stderr) as bar:
        yield lambda _row, _receipt: bar.update(1)


def _words(result: ImportResult) -> str:
    for row in result.refused[:SHOWN_REFUSALS]:
        note(f"第 {row.number} 行未导入：{row.reason}")
    if len(result.refused) > SHOWN_REFUSALS:
        note(f"……另有 {len(result.refused) - SHOWN_REFUSALS} 行未导入，全部见 --json")
    return f"新增 {result.accepted} 封，已有 {result.already_there} 封，未导入 {len(result.refused)} 行"
