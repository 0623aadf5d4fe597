"""Whether an attribute's value or a text may stand where it stands, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from letterbox.bundle.files.markup import Value, What
from letterbox.bundle.model.retry_cycle import retries_problem

LONGEST_NAME = 200
"""Names and ids: the columns that hold them are hardly longer."""
LONGEST_ID = 100
LONGEST_TEXT = 2000
"""A task's documentation is its description in the engine's table: 4000 bytes."""
LONGEST_EXPRESSION = 1000
FARTHEST = 100_000
_ID = re.compile(r"[^\W\d][\w.\-]*")
_WORD = re.compile(r"[^\s<>\"'`{}\\]*")
_NUMBER = re.compile(r"-?\d{1,9}")
_PLACE = re.compile(r"[-+]?(?:\d{1,9}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,2})?")
_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]"
)
"""Signs that show nothing or turn the direction of what follows."""


class NotAllowedValue(ValueError):
    """``value``: what to go on with, None to leave it out."""

    def __init__(self, message: str, rule: str = "not-allowed", value: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.value = value


def has_expression(text: str) -> bool:
    return "${" in text or "#{" in text


def judged(raw: str, spec: Value, item: etree._Element, target: str) -> str | None:
    """The value as it is written, None for one that is left out. Raises NotAllowedValue.

    ``target``: the file's own namespace, whose prefix references may carry.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if has_expression(text) and spec.what is not What.EXPRESSION and text.strip() not in spec.choices:
        message = f"里写了“{text.strip()[:60]}”：这里只能写普通文字，引擎会把 ${{…}} 当作程序执行，请改掉"
        raise NotAllowedValue(message, "expression")
    if found := _HIDDEN.search(text):
        raise NotAllowedValue(f"里有看不见的字符（U+{ord(found[0]):04X}），请删去重写", "not-allowed")
    if spec.is_stripped:
        return None
    return _JUDGES[spec.what](text, spec, item, target)


Judge = Callable[[str, Value, etree._Element, str], "str | None"]


def _id(text: str, _spec: Value, _item: etree._Element, _target: str) -> str:
    text = text.strip()
    if not _ID.fullmatch(text):
        message = f"“{text[:40]}”不能作标识：标识以字母或下划线开头，只含字母、数字、点、连字符和下划线"
        raise NotAllowedValue(message, "id-form", text or None)
    return _short(text, LONGEST_ID)


def _reference(text: str, _spec: Value, item: etree._Element, target: str) -> str | None:
    text = text.strip().removeprefix("#")
    prefix, colon, local = text.rpartition(":")
    if colon:
        if item.nsmap.get(prefix) != target:
            raise NotAllowedValue(f"“{text[:60]}”指向别的文件，请改为本图里的元素", "not-allowed")
        text = local
    return _short(text, LONGEST_NAME) or None


def _name(text: str, _spec: Value, _item: etree._Element, _target: str) -> str | None:
    return _short(text.strip(), LONGEST_NAME) or None


def _text(text: str, _spec: Value, _item: etree._Element, _target: str) -> str:
    return _short(text.strip(), LONGEST_TEXT)


def _word(text: str, _spec: Value, _item: etree._Element, _target: str) -> str | None:
    text = text.strip()
    if not _WORD.fullmatch(text):
        raise NotAllowedValue(f"“{text[:60]}”里有不能用的字符（空格、引号、括号等），请改正", "not-allowed", text)
    return _short(text, LONGEST_NAME) or None


def _yes_no(text: str, _spec: Value, _item: etree._Element, _target: str) -> str | None:
    text = text.strip()
    if text not in {"true", "false"}:
        raise NotAllowedValue(f"应为 true 或者 false，现为“{text[:40]}”", "not-allowed")
    return text


def _choice(text: str, spec: Value, _item: etree._Element, _target: str) -> str | None:
    text = text.strip()
    if text not in spec.choices and spec.choices == ("external",):
        message = (
            f"“{text[:40]}”是要引擎自己执行的程序：图中不得含有程序，要做的事请用外部任务（external）的主题交给工作程序"
        )
        raise NotAllowedValue(message, "no-code")
    if text not in spec.choices:
        message = f"应为 {'、'.join(spec.choices)} 之一，现为“{text[:40]}”"
        raise NotAllowedValue(message, "expression" if has_expression(text) else "not-allowed")
    return text


def _number(text: str, _spec: Value, _item: etree._Element, _target: str) -> str:
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        raise NotAllowedValue(f"应为整数，现为“{text[:40]}”", "not-allowed")
    return str(int(text))


def _place(text: str, _spec: Value, _item: etree._Element, _target: str) -> str:
    text = text.strip()
    if not _PLACE.fullmatch(text) or abs(float(text)) > FARTHEST:
        raise NotAllowedValue(f"不是图上的位置：“{text[:40]}”，请用流程设计器重新保存", "not-allowed", "0")
    return str(round(float(text)))


def _expression(text: str, _spec: Value, _item: etree._Element, _target: str) -> str | None:
    return _short(text.strip(), LONGEST_EXPRESSION)


def _type(text: str, _spec: Value, item: etree._Element, _target: str) -> str:
    prefix, _, local = text.strip().rpartition(":")
    space = item.nsmap.get(prefix or None)
    if local != "tFormalExpression" or (space is not None and "BPMN/20100524/MODEL" not in space):
        message = f"的类型应为 tFormalExpression，现为“{text[:40]}”"
        raise NotAllowedValue(message, "not-allowed", "bpmn:tFormalExpression")
    return "bpmn:tFormalExpression"


def _retries(text: str, _spec: Value, _item: etree._Element, _target: str) -> str | None:
    text = text.strip()
    if text and (problem := retries_problem(text)):
        raise NotAllowedValue(f"“{text[:40]}”{problem}，例如 R5/PT5M", "retries")
    return text or None


def _anything(text: str, _spec: Value, _item: etree._Element, _target: str) -> str:
    return _short(text.strip(), LONGEST_NAME)


_JUDGES: Mapping[What, Judge] = {
    What.ID: _id, What.REFERENCE: _reference, What.NAME: _name, What.TEXT: _text, What.WORD: _word,
    What.YES_NO: _yes_no, What.CHOICE: _choice, What.NUMBER: _number, What.PLACE: _place,
    What.EXPRESSION: _expression, What.TYPE: _type, What.RETRIES: _retries, What.ANYTHING: _anything,
}  # fmt: skip


def _short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise NotAllowedValue(f"太长：最多 {longest} 个字，现有 {len(text)} 个字", "length", text[:longest])
    return text
