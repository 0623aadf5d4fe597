"""``letterbox import``: the letters of another mailbox's file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from letterbox.channels.imports import ImportFile, read_file
from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option, note, refused
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Channel
from letterbox.services.intake.importing import Seen
from letterbox.services.intake.previews import Decision, ImportResult, Verdict

SHOWN = 20
"""Rows and remarks that are spoken of on the terminal; all of them stand in ``--json``."""


@click.command(
    "import",
    help="从 CSV 或 XLSX 文件导入来信：读入所有可见的工作表，列标题通常在第 1 行。重复导入不会增加来信；"
    "同一编号内容不同的、断定不了是不是同一封的，按行列出。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--channel", type=click.Choice([str(channel) for channel in Channel]), required=True, help="来信渠道")
@click.option(
    "--mapping", "mappings", multiple=True, metavar="COLUMN=HEADING", help="列的对应，可多次给出，例如 title=问题标题"
)
@click.option(
    "--doubtful",
    type=click.Choice([str(each) for each in Decision]),
    help="断定不了是不是已有来信的行：take 都作为新来信收下，leave 都不收。不指定时，各列都相同的不收，只有其他列不同的收下",
)
@json_option
def import_(file: Path, channel: str, mappings: tuple[str, ...], doubtful: str | None, as_json: bool) -> None:
    try:
        read = read_file(file, file.name, Channel(channel), _mapping(mappings))
    except FieldErrors as errors:
        raise click.BadParameter(errors.message, param_hint="FILE / --mapping") from None
    with services() as opened, _progress(read) as seen, opened.machine.importing() as importing:
        preview = importing.judged(read)
        decisions = {
            row.place.key: Decision(doubtful)
            for row in preview.questions
            if doubtful and row.verdict is Verdict.DOUBTFUL
        }
        result = importing.import_rows(preview, decisions, seen)
    answer(result.document(), as_json, lambda: _words(result))
    if result.not_taken:
        refused()


def _mapping(given: tuple[str, ...]) -> Mapping[str, str]:
    pairs = [each.partition("=") for each in given]
    wrong = [column for column, separator, heading in pairs if not (separator and column.strip() and heading.strip())]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} 应写成 列=标题，例如 title=问题标题", param_hint="--mapping")
    return {column.strip(): heading.strip() for column, _, heading in pairs}


@contextmanager
def _progress(read: ImportFile) -> Iterator[Seen]:
    """A bar on standard error where a person looks at it."""
    if not sys.stderr.isatty():
        yield lambda _row, _receipt: None
        return
    with click.progressbar(length=len(read.rows), label="导入", file=sys.stderr) as bar:
        yield lambda _row, _receipt: bar.update(1)


def _words(result: ImportResult) -> str:
    _note([f"{result.preview.words(row.place)}未导入：{row.reason}" for row in result.not_taken], "行未导入")
    _note([f"{result.preview.words(row.place)}跳过：{row.reason}" for row in result.skipped], "行跳过")
    _note([f"请注意：{each}" for each in result.warnings], "条提示")
    counts = f"新增 {result.accepted} 封，已有 {result.already_there} 封，未导入 {len(result.not_taken)} 行"
    return f"{counts}，跳过 {len(result.skipped)} 行" if result.skipped else counts


def _note(lines: list[str], what: str) -> None:
    for line in lines[:SHOWN]:
        note(line)
    if len(lines) > SHOWN:
        note(f"……另有 {len(lines) - SHOWN} {what}，全部见 --json")
