"""One file of a bundle: read within bounds, by the tables of what is allowed, and written anew.

``read(name, content)`` answers everything that is wrong with the file as such; ``anew`` its bytes as they are deployed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from letterbox.bundle.files import bpmn_schema, dmn_schema
from letterbox.bundle.files.canonical import FileObjection, Reading, rewritten, written
from letterbox.bundle.files.diagram_links import linked
from letterbox.bundle.files.form_file import form_written, read_form
from letterbox.bundle.files.markup import Language
from letterbox.bundle.files.references import bpmn_objections, dmn_objections
from letterbox.bundle.files.safe_reading import MOST_ELEMENTS, OutOfBounds, Unreadable, xml_tree
from letterbox.bundle.model.diagram_model import Finding

LANGUAGES: Mapping[str, Language] = {"bpmn": bpmn_schema.LANGUAGE, "dmn": dmn_schema.LANGUAGE}
NAMES = {"bpmn": "BPMN 2.0 流程图", "dmn": "DMN 1.3 决策表"}


@dataclass(frozen=True)
class BundleFile:
    """``written``: the file anew, None where it cannot be read. ``is_usable``: False when nothing else should look at it
    (unreadable, or saved for another engine): its one finding says why."""

    name: str
    findings: tuple[Finding, ...]
    written: bytes | None
    is_usable: bool
    is_out_of_bounds: bool = False


def diagram_root(content: bytes) -> etree._Element:
    """A diagram's tree anew, whatever was objected. Raises Unreadable."""
    return _reading("bpmn", content).root


def table_root(content: bytes) -> etree._Element:
    """A table file's tree anew, whatever was objected. Raises Unreadable."""
    return _reading("dmn", content).root


@lru_cache(maxsize=160)
def read(name: str, content: bytes) -> BundleFile:
    """Never raises."""
    kind = name.rpartition(".")[2]
    try:
        if kind == "form":
            schema, objections = read_form(content)
            return _file(
                name, objections, form_written(schema), is_foreign=any(o.rule == "other-engine" for o in objections)
            )
        reading = _reading(kind, content)
    except Unreadable as problem:
        found = Finding(file=name, element="", rule="well-formed", message=f"{problem.message.removesuffix('。')}。")
        beyond = isinstance(problem, OutOfBounds)
        return BundleFile(name=name, findings=(found,), written=None, is_usable=False, is_out_of_bounds=beyond)
    return _file(name, reading.objections, written(reading.root, LANGUAGES[kind]), is_foreign=reading.is_foreign)


def _file(name: str, objections: tuple[FileObjection, ...], content: bytes, *, is_foreign: bool) -> BundleFile:
    findings = tuple(
        Finding(file=name, element=each.element, rule=each.rule, message=each.message) for each in objections
    )
    return BundleFile(name=name, findings=findings, written=content, is_usable=not is_foreign)


def _reading(kind: str, content: bytes) -> Reading:
    root, language = xml_tree(content), LANGUAGES[kind]
    own = f"{{{language.prefixes[language.root.rpartition(':')[0]]}}}definitions"
    if root.tag != own:
        raise Unreadable(f"文件不是 {NAMES[kind]}（根元素不对），请检查是否选错了文件")
    _few(root, own.removesuffix("definitions"), kind)
    found = rewritten(root, language)
    if found.is_foreign:
        return found
    more = bpmn_objections(found.root) if kind == "bpmn" else dmn_objections(found.root)
    if kind == "bpmn":
        linked(found.root)
    return Reading(root=found.root, objections=tuple(dict.fromkeys((*found.objections, *more))))


def _few(root: etree._Element, space: str, kind: str) -> None:
    """Elements of a diagram have ids; of a table file the rows and cells are counted together, by rows."""
    rows = {"rule", "decision", "input", "output", "textAnnotation", "inputData"}
    own = [item for item in root.iter(f"{space}*") if item.get("id")]
    if kind == "dmn":
        own = [item for item in own if str(item.tag).removeprefix(space) in rows]
    else:
        own = [item for item in own if not str(item.tag).endswith(("EventDefinition", "Expression"))]
    if len(own) > MOST_ELEMENTS:
        raise OutOfBounds(f"文件里有 {len(own)} 个元素，最多 {MOST_ELEMENTS} 个，请拆成几个文件")


def anew(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every file as it is deployed. Raises Unreadable naming the file that cannot be."""
    found = {}
    for name, content in files.items():
        each = read(name, content)
        if each.written is None or not each.is_usable:
            raise Unreadable(f"{name}：{each.findings[0].message}")
        found[name] = each.written
    return found
