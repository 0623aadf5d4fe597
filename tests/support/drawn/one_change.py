"""Every single change of a diagram's file: each attribute taken away, emptied, extended, exchanged; each text, each element."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from letterbox.bundle.files.bundle_file import read

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PICTURE = ("/BPMN/20100524/DI}", "/DD/20100524/")
CALLED = frozenset({"message", "signal", "error", "escalation"})
"""Elements whose name is more than words: the engine and the services know them by it."""
WORDS = frozenset({"documentation", "textAnnotation", "association", "flowNodeRef", "group"})
"""Elements that only people read. In which lane a step stands is said by a rule; of an event or a gateway it says nothing."""
REFERRED_BY_NOBODY = ("definitions", "laneSet", "EventDefinition")
SWAPPED = {"true": "false", "false": "true"}


@dataclass(frozen=True)
class Change:
    """``kind``: tag and attribute ("" for the element itself, "text" for what it holds)."""

    element: str
    kind: tuple[str, str]
    what: str
    content: bytes


def changes(content: bytes) -> Iterator[Change]:
    """Of everything but the picture, one at a time."""
    root = etree.fromstring(content)
    for item in root.iter():
        if any(part in str(item.tag) for part in PICTURE):
            continue
        yield from _of_attributes(root, item)
        yield from _of_text(root, item)
        yield from _removed(root, item)


def bare(name: str, content: bytes) -> bytes | None:
    """What a file says to the engine and the services as it would be deployed; None if it cannot be read."""
    written = read(name, content).written
    if written is None:
        return None
    root = etree.fromstring(written)
    for item in list(root.iter()):
        tag = _tag(item)
        parent = item.getparent()
        if parent is not None and (tag in WORDS or any(part in str(item.tag) for part in PICTURE)):
            parent.remove(item)
            continue
        if str(item.tag).startswith(MODEL) and tag not in CALLED:
            item.attrib.pop("name", "")
        if tag.endswith(REFERRED_BY_NOBODY):
            item.attrib.pop("id", "")
            item.attrib.pop("targetNamespace", "")
    return bytes(etree.tostring(root, method="c14n"))


def _of_attributes(root: etree._Element, item: etree._Element) -> Iterator[Change]:
    for name, value in list(item.attrib.items()):
        others = [str(each.get(name)) for each in root.iter(item.tag) if each.get(name) not in {None, value}]
        values = [None, SWAPPED[value]] if value in SWAPPED else [None, f"{value!s}X", ""]
        for new in [*values, *others[:1]]:
            if new is None:
                del item.attrib[name]
            else:
                item.attrib[name] = new
            yield _change(root, item, str(name).rpartition("}")[2], f"{value!r} to {new!r}")
            item.attrib[name] = value


def _of_text(root: etree._Element, item: etree._Element) -> Iterator[Change]:
    text = item.text or ""
    if len(item) == 0 and text.strip():
        for new in ("", f"{text}X"):
            item.text = new
            yield _change(root, item, "text", f"{text!r} to {new!r}")
        item.text = text


def _removed(root: etree._Element, item: etree._Element) -> Iterator[Change]:
    parent = item.getparent()
    if parent is not None:
        place = parent.index(item)
        parent.remove(item)
        yield _change(root, parent, f"without {_tag(item)}", item.get("id") or (item.text or "").strip())
        parent.insert(place, item)


def _change(root: etree._Element, item: etree._Element, attribute: str, what: str) -> Change:
    near = next((each.get("id") for each in (item, *item.iterancestors()) if each.get("id")), "")
    return Change(element=str(near), kind=(_tag(item), attribute), what=what, content=bytes(etree.tostring(root)))


def _tag(item: etree._Element) -> str:
    return str(item.tag).rpartition("}")[2]
