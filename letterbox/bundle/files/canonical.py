"""An XML file of a bundle read by the table of what is allowed, and written anew: what is checked is what is deployed.

The tree that comes out holds nothing that the table does not name: comments, processing instructions, foreign namespaces,
unknown elements and attributes are gone, values are normalised, defaults are left out. Everything that was lost and could
mean something is an objection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from letterbox.bundle.files.foreign_files import XML, stranger
from letterbox.bundle.files.markup import Element, Language, Value, What
from letterbox.bundle.files.values_allowed import LONGEST_NAME, NotAllowedValue, has_expression, judged

EXTENSIONS = "bpmn:extensionElements"
STEP = "bpmn:task"
FORMAL = "bpmn:tFormalExpression"
MOST_OBJECTIONS = 200


@dataclass(frozen=True, slots=True)
class FileObjection:
    """``element``: the id of the nearest element that is drawn or listed, "" for the file."""

    element: str
    rule: str
    message: str


@dataclass(frozen=True)
class Reading:
    """``is_foreign``: the file was saved for another engine; then that is the only objection."""

    root: etree._Element
    objections: tuple[FileObjection, ...]
    is_foreign: bool = False


def rewritten(source: etree._Element, language: Language) -> Reading:
    """The tree anew. ``source``: a root whose tag is the language's."""
    reader = _Reader(language, source)
    root = reader.element(source, language.root)
    names = stranger(source, {*language.prefixes.values(), *language.aliases})
    if names.whole_file:
        return Reading(root=root, objections=(FileObjection("", "other-engine", names.whole_file),), is_foreign=True)
    reader.objections += [FileObjection("", "namespace", message) for message in names.messages]
    for name, value in language.stamp.items():
        root.set(reader.clark(name), value)
    return Reading(root=root, objections=tuple(dict.fromkeys(reader.objections)))


class _Reader:
    """Keeps the objections of one file."""

    def __init__(self, language: Language, root: etree._Element) -> None:
        self.language = language
        self.target = root.get("targetNamespace") or root.get("namespace") or ""
        self.names = {uri: prefix for prefix, uri in language.prefixes.items()}
        self.names |= {alias: self.names[uri] for alias, uri in language.aliases.items()}
        self.objections: list[FileObjection] = []

    def element(self, item: etree._Element, name: str) -> etree._Element:
        spec = self.language.elements[name]
        space = self.language.prefixes[name.rpartition(":")[0]]
        tag = f"{{{space}}}{name.rpartition(':')[2]}"
        made = etree.Element(tag)
        self.attributes(item, name, spec, made)
        self.text(item, name, spec, made)
        self.children(item, name, spec, made)
        return made

    def attributes(self, item: etree._Element, name: str, spec: Element, made: etree._Element) -> None:
        found: dict[str, str] = {}
        for key, value in item.attrib.items():
            if str(key).startswith(f"{{{XML}}}"):
                continue  # the language of the texts and the like
            attribute = self.named(str(key), is_attribute=True)
            if attribute is None:
                continue  # said once for the whole namespace
            if attribute not in spec.attributes:
                self.refuse(item, attribute, f"属性 {attribute}", name)
            elif attribute in found and found[attribute] != str(value):
                self.object(item, "not-allowed", f"属性 {attribute} 写了两次而且不同，请只留一个。")
            else:
                found[attribute] = str(value)
        for attribute, allowed in spec.attributes.items():
            if attribute in found:
                self.put(item, attribute, allowed, found[attribute], made)
            else:
                self.unsaid(item, name, attribute, allowed, made)

    def unsaid(self, item: etree._Element, name: str, attribute: str, allowed: Value, made: etree._Element) -> None:
        if allowed.what is What.TYPE:
            made.set(self.clark(attribute), FORMAL)
        elif allowed.is_always_written and allowed.default is not None:
            made.set(self.clark(attribute), allowed.default)
        elif allowed.is_required:
            self.object(item, "schema-order", f"{name} 缺少属性 {attribute}，引擎不接受：请用流程设计器重新保存。")

    def put(self, item: etree._Element, attribute: str, spec: Value, raw: str, made: etree._Element) -> None:
        try:
            value = judged(raw, spec, item, self.target)
        except NotAllowedValue as problem:
            self.object(item, problem.rule, f"{attribute} {problem}。")
            value = problem.value
        if value is not None and (value != spec.default or spec.is_always_written):
            made.set(self.clark(attribute), value)

    def text(self, item: etree._Element, name: str, spec: Element, made: etree._Element) -> None:
        pieces = [item.text or "", *(child.tail or "" for child in item)]
        if spec.text is None:
            loose = "".join(pieces).strip()
            if loose:
                rule = "expression" if has_expression(loose) else "not-allowed"
                self.object(item, rule, f"{name} 里不应有文字“{loose[:40]}”，请删去。")
            return
        whole = "".join(pieces)
        try:
            made.text = judged(whole, spec.text, item, self.target)
        except NotAllowedValue as problem:
            self.object(item, problem.rule, f"{name.rpartition(':')[2]} {problem}。")
            made.text = problem.value

    def children(self, item: etree._Element, name: str, spec: Element, made: etree._Element) -> None:
        is_box = name == EXTENSIONS
        allowed = self.extensions(item) if is_box else {each for part in spec.order for each in part.names}
        taken: list[str] = []
        for child in item:
            tag = self.named(str(child.tag))
            if tag is None:
                continue
            if tag not in allowed or tag not in self.language.elements:
                self.refuse(child, tag, f"{name.rpartition(':')[2]} 里的 {tag}", name)
                self.look_for_expressions(child)
                self.stand_in(child, tag, made)
                continue
            taken.append(tag)
            inner = self.element(child, tag)
            if tag != EXTENSIONS or len(inner):
                made.append(inner)
        if not is_box:
            self.order(item, spec, taken)

    def stand_in(self, child: etree._Element, tag: str, made: etree._Element) -> None:
        """A step of a kind that is not allowed stays as a plain one, so that its lines and shape are not objected too."""
        is_step = tag.startswith("bpmn:") and STEP in {each for part in self.spec_of(made).order for each in part.names}
        if is_step and child.get("id") and tag not in self.language.elements:
            step = etree.SubElement(made, f"{{{self.language.prefixes['bpmn']}}}task")
            step.set("id", str(child.get("id"))[:LONGEST_NAME])

    def spec_of(self, made: etree._Element) -> Element:
        return self.language.elements[self.named(str(made.tag)) or ""]

    def extensions(self, box: etree._Element) -> frozenset[str]:
        owner = box.getparent()
        name = None if owner is None else self.named(str(owner.tag))
        spec = self.language.elements.get(name or "")
        return frozenset() if spec is None else frozenset(spec.extensions)

    def order(self, item: etree._Element, spec: Element, taken: list[str]) -> None:
        """The engine validates by the standard's schema, which fixes the order."""
        at = 0
        counts = [0] * len(spec.order)
        for tag in taken:
            place = next(number for number, part in enumerate(spec.order) if tag in part.names)
            counts[place] += 1
            if place < at:
                message = f"{tag} 的位置不对：引擎按 BPMN 的次序读文件，请用流程设计器重新保存。"
                self.object(item, "schema-order", message)
            at = max(at, place)
        for part, count in zip(spec.order, counts, strict=True):
            shown = "、".join(sorted(part.names))
            if count > part.most:
                self.object(item, "schema-order", f"{shown} 只能有一个，现有 {count} 个，请删去多余的。")
            if count < part.least:
                self.object(item, "schema-order", f"缺少 {shown}，请用流程设计器重新保存。")

    def refuse(self, item: etree._Element, name: str, what: str, inside: str) -> None:
        if name in self.language.programs:
            word = name.rpartition(":")[2]
            text = f"图中不得含有程序（{word}）；要做的事请用外部任务的主题交给工作程序。"
            self.object(item, "no-code", text)
            return
        hint = self.language.hints.get(name, "请在设计器里删去")
        known = name in self.language.elements
        where = "不能放在这里" if known and not what.startswith("属性") else "不在可用的范围内"
        self.object(item, "not-allowed", f"{what} {where}：{hint}。" if inside else what)

    def look_for_expressions(self, item: etree._Element) -> None:
        for each in item.iter():
            for text in (each.text or "", *map(str, each.attrib.values())):
                if has_expression(text):
                    self.object(item, "expression", f"“{text.strip()[:60]}”所在的地方不能写表达式，请删去。")
                    return

    def object(self, item: etree._Element, rule: str, message: str) -> None:
        if len(self.objections) < MOST_OBJECTIONS:
            self.objections.append(FileObjection(self.owner(item), rule, message))

    def owner(self, item: etree._Element | None) -> str:
        while item is not None:
            name = self.named(str(item.tag)) or ""
            element = item.get("bpmnElement") or item.get("dmnElementRef")
            if element:
                return element.rpartition(":")[2][:200]
            if item.get("id") and name and _is_listed(name):
                return str(item.get("id"))[:200]
            item = item.getparent()
        return ""

    def named(self, clark: str, *, is_attribute: bool = False) -> str | None:
        """``{http://…/bpmn}formRef`` → ``camunda:formRef``; None for a namespace that is not the language's."""
        uri, _, local = clark.rpartition("}")
        if not uri:
            return local if is_attribute else None
        prefix = self.names.get(uri.removeprefix("{"))
        return None if prefix is None else f"{prefix}:{local}" if prefix else local

    def clark(self, attribute: str) -> str:
        prefix, _, local = attribute.rpartition(":")
        return f"{{{self.language.prefixes[prefix]}}}{local}" if prefix else local


def _is_listed(name: str) -> bool:
    local = name.rpartition(":")[2]
    inner = local.endswith(("EventDefinition", "Expression", "Entry", "Values")) or local in {
        "definitions",
        "property",
        "documentation",
        "text",
        "multiInstanceLoopCharacteristics",
    }
    return not inner and not name.startswith(("bpmndi:", "dmndi:"))


def written(root: etree._Element, language: Language) -> bytes:
    """The tree as bytes: always the same for the same tree."""
    used = {str(each.tag).rpartition("}")[0][1:] for each in root.iter()}
    used |= {str(key).rpartition("}")[0][1:] for each in root.iter() for key in each.attrib if str(key).startswith("{")}
    names = {uri: prefix for prefix, uri in language.prefixes.items()}
    declared = [prefix for prefix in language.prefixes if prefix in language.always_declared]
    declared += [prefix for uri, prefix in names.items() if uri in used and prefix not in declared]
    head = [(f"xmlns:{prefix}" if prefix else "xmlns", language.prefixes[prefix]) for prefix in declared]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *_lines(root, names, 0, head)]
    return ("\n".join(lines) + "\n").encode()


def _lines(item: etree._Element, names: Mapping[str, str], depth: int, head: list[tuple[str, str]]) -> Iterator[str]:
    tag, pad = _prefixed(str(item.tag), names), "  " * depth
    pairs = [*head, *((_prefixed(str(key), names), str(value)) for key, value in item.attrib.items())]
    opened = f"{pad}<{tag}" + "".join(f' {key}="{_escaped(value, is_attribute=True)}"' for key, value in pairs)
    children = list(item)
    if children:
        yield f"{opened}>"
        for child in children:
            yield from _lines(child, names, depth + 1, [])
        yield f"{pad}</{tag}>"
    elif item.text is not None:
        yield f"{opened}>{_escaped(item.text, is_attribute=False)}</{tag}>"
    else:
        yield f"{opened} />"


def _prefixed(clark: str, names: Mapping[str, str]) -> str:
    uri, _, local = clark.rpartition("}")
    prefix = names[uri[1:]] if uri else ""
    return f"{prefix}:{local}" if prefix else local


def _escaped(text: str, *, is_attribute: bool) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if is_attribute:
        return text.replace('"', "&#34;").replace("\n", "&#10;").replace("\t", "&#9;")
    return text
