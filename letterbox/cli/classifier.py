"""``letterbox classifier``: what the classifier proposes for a letter. Needs no engine and no database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from letterbox.bundle.dmn import parse_dmn
from letterbox.cli.output import answer, json_option
from letterbox.domain.errors import ConfigError
from letterbox.domain.words import label
from letterbox.intelligence import personal_data
from letterbox.intelligence.routing import TABLE_KEY, router
from letterbox.intelligence.suggester import Suggester
from letterbox.intelligence.suggestion import Suggestion
from letterbox.seeds.values import UnitSeed, load_lexicon, load_units
from letterbox.settings import ROOT

ROUTING = ROOT / "bpmn" / "routing.dmn"


classifier = click.Group("classifier", help="来信分类：试看系统对一封来信的建议。")


@classifier.command("suggest", help="对一封来信建议类别、事项和承办单位，并说明依据（不需要数据库和流程引擎）。")
@click.option("--title", required=True, help="来信标题")
@click.option("--body", required=True, help="来信正文")
@json_option
def suggest(title: str, body: str, as_json: bool) -> None:
    units = load_units()
    suggestion = suggester_from_seeds(units).suggest(title, body)
    document = suggestion_document(suggestion, title, body)
    answer(document, as_json, lambda: suggestion_words(suggestion, document, units))


def suggester_from_seeds(units: tuple[UnitSeed, ...], routing: Path = ROUTING) -> Suggester:
    """The classifier as a new installation has it: seeds of ``config/`` and the repository's routing table."""
    try:
        tables = {table.key: table for table in parse_dmn(routing.read_bytes(), routing.name)}
    except OSError as error:
        raise ConfigError(f"读不到分办表 {routing}：{error.strerror}") from error
    if TABLE_KEY not in tables:
        raise ConfigError(f"{routing} 中没有名为 {TABLE_KEY} 的决策表")
    return Suggester(units, load_lexicon(units), router(tables[TABLE_KEY]))


def suggestion_document(suggestion: Suggestion, title: str, body: str) -> dict[str, Any]:
    """The contract's JSON. ``start`` and ``end`` count characters of the ``field`` they are in, title or body."""
    named = personal_data.names_in((title, body))
    found = [
        {"kind": str(each.kind), "start": each.start, "end": each.end, "field": field}
        for field, text in (("title", title), ("body", body))
        for each in personal_data.find(text, named=named)
    ]
    return {**suggestion.as_dict(), "similar": [], "personal_data": found}


def suggestion_words(suggestion: Suggestion, document: dict[str, Any], units: tuple[UnitSeed, ...]) -> str:
    names = {unit.code: unit.name for unit in units}
    marks = "".join(mark for mark, on in (("【红色预警】", suggestion.red_flag), ("【紧急】", suggestion.urgent)) if on)
    lines = [f"{marks}类别：{label(suggestion.category, 'Category')}", f"事项：{suggestion.matter or '未识别'}"]
    for unit in suggestion.units:
        lines.append(f"  {unit.score:.2f}  {names[unit.unit]}（{unit.unit}）  {'、'.join(unit.because)}")
    lines.extend(f"依据：{reason}" for reason in suggestion.reasons)
    if document["personal_data"]:
        lines.append(f"含有 {len(document['personal_data'])} 处个人信息，公开前请遮盖")
    return "\n".join(lines)
