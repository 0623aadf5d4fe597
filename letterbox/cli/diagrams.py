"""``letterbox diagrams``: check, deploy and bring back the bundle of diagrams, tables and forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from letterbox.bundle.model.diagram_model import Finding, Level
from letterbox.cli._operator import operator
from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option, note, refused
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.services.deployment.design import BUNDLE_DIR, SUFFIXES, Deployed, bundle_paths, repository_files
from letterbox.services.studio.check import findings_of
from letterbox.services.studio.parts import same_as

KINDS = "、".join(sorted(SUFFIXES))


diagrams = click.Group("diagrams", help="流程图、决策表和表单：检查、部署、取回。")


@diagrams.command("check", help="检查流程图、决策表和表单（不需要引擎）。给出文件时，把它们放进现有的一套里检查。")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def check(files: tuple[Path, ...], as_json: bool) -> None:
    given = {path.name: path.read_bytes() for path in files}
    odd = [path.name for path in files if path.suffix not in SUFFIXES]
    if odd:
        raise click.BadParameter(f"{odd[0]} 不是 {KINDS} 文件", param_hint="FILE")
    shown = _found(given)
    answer(_document(shown), as_json, lambda: "\n".join(map(_words, shown)) or "没有发现问题")
    if any(each.level is Level.ERROR for each in shown):
        refused()


def _found(given: Mapping[str, bytes]) -> list[Finding]:
    """Everything, or what these files bring about: in them, in others, in the bundle as a whole."""
    files = repository_files()
    if not given:
        return findings_of(files)
    replaced = {same_as(name, content, files) for name, content in given.items()}
    rest = {name: content for name, content in files.items() if name not in replaced}
    known = set(findings_of(files))
    return [each for each in findings_of({**rest, **given}) if each.file in given or each not in known]


@diagrams.command("deploy", help="部署 bpmn/ 里的一套流程图、决策表和表单。与现行的相同时什么也不做。")
@click.option("--replace", is_flag=True, help="即使现行的是流程设计台发布的，也用 bpmn/ 里的替换")
@json_option
def deploy(replace: bool, as_json: bool) -> None:
    files = repository_files()
    errors = [each for each in findings_of(files) if each.level is Level.ERROR]
    if errors:
        answer(_document(errors), as_json, lambda: "\n".join(map(_words, errors)))
        note("有错误，未部署。")
        refused()
    with services() as opened:
        done = opened.core.own_bundle.deploy(files, operator(), replace=replace)
    document = {
        "deployed": done.changed,
        "deployment": done.live.deployment_id,
        "origin": done.live.origin,
        "deployed_at": done.live.deployed_at,
        "kept_studio": done.kept_studio,
        "files": sorted(files),
    }
    answer(document, as_json, lambda: _deployed_words(done, len(files)))
    if done.kept_studio:
        refused()


@diagrams.command("export", help="把现行的一套取回到文件夹（默认 bpmn/），使它和现行的完全相同。")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=BUNDLE_DIR, help="文件夹")
@json_option
def export(folder: Path, as_json: bool) -> None:
    with services() as opened:
        files, live = opened.core.design.live_files(), opened.core.design.live()
    if live is None:
        note("还没有部署过流程图。")
        refused()
    there = {path.name: path for path in bundle_paths(folder)}
    written = _write(files, folder, there)
    extra = [path for name, path in there.items() if name not in files]
    if folder == BUNDLE_DIR:  # elsewhere they may be somebody's own
        for path in extra:
            path.unlink()
    document = {
        "written": written,
        "removed" if folder == BUNDLE_DIR else "left": [str(path) for path in extra],
        "origin": live.origin,
        "digest": live.digest,
        "deployed_at": live.deployed_at,
        "note": live.note,
    }
    answer(document, as_json, lambda: _exported_words(folder, written, extra))


def _exported_words(folder: Path, written: list[str], extra: list[Path]) -> str:
    lines = [f"已写入 {len(written)} 个文件到 {folder}"]
    what = "现行的一套里没有，已删去" if folder == BUNDLE_DIR else "现行的一套里没有，未动"
    return "\n".join([*lines, *(f"{what}：{path}" for path in extra)])


def _write(files: Mapping[str, bytes], folder: Path, there: Mapping[str, Path]) -> list[str]:
    """A file goes where one of its name lies, a new form below ``forms/``. Names are the bundle's own, never a path."""
    paths = []
    for name, content in sorted(files.items()):
        home = folder / "forms" if name.endswith(".form") else folder
        path = there.get(name, home / Path(name).name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(str(path))
    return paths


def _document(findings: list[Finding]) -> dict[str, object]:
    rows = [
        {
            "file": each.file,
            "element": each.element,
            "rule": each.rule,
            "message": each.message,
            "level": str(each.level),
        }
        for each in findings
    ]
    return {"findings": rows}


def _words(finding: Finding) -> str:
    level = "错误" if finding.level is Level.ERROR else "提醒"
    return f"{level}  {finding.file}  {finding.element}  {finding.message}"


def _deployed_words(done: Deployed, count: int) -> str:
    if done.kept_studio:
        return "现行的是流程设计台发布的，未替换；确要替换请加 --replace，先取回请用 letterbox diagrams export"
    if not done.changed:
        return f"现行的已经是这一套（{done.live.deployed_at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M} 部署），无需再部署"
    return f"已部署 {count} 个文件"
