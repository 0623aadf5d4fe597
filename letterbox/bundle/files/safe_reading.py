"""XML and JSON that somebody else wrote, as trees of bounded size; nothing is fetched, nothing is expanded.

Whatever is handed in, the answer is a tree or :class:`Unreadable` within a second: size, nesting, number of elements and of
attributes are bounded before anything else looks at the content.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from letterbox.domain.errors import LetterboxError

LARGEST_FILE = 2 * 1024 * 1024
"""Bytes."""
DEEPEST = 50
MOST_ELEMENTS = 2000
"""Of what people draw or write: elements of a diagram, rows of a table, fields of a form."""
MOST_TAGS = 40_000
"""Of XML elements in all, the picture's included."""
MOST_ATTRIBUTES = 60
MOST_DIGITS = 15
ENCODINGS = {
    "UTF-8",
    "UTF-16",
    "UTF-16LE",
    "UTF-16BE",
    "GB18030",
    "GBK",
    "GB2312",
    "BIG5",
    "ISO-8859-1",
    "US-ASCII",
    "ASCII",
}
ENCODINGS |= {"WINDOWS-1252"}
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


class Unreadable(LetterboxError):
    """The file is not what its name says, or is out of bounds; the message says so to its owner."""


class OutOfBounds(Unreadable):
    """The file is larger, deeper or fuller than anybody needs: it is not even kept as a draft."""


def xml_tree(content: bytes) -> etree._Element:
    """The root, without comments and processing instructions. Raises Unreadable."""
    _bounded(content)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as problem:
        if "depth" in str(problem):
            raise OutOfBounds(f"文件嵌套太深，最多 {DEEPEST} 层") from problem
        raise Unreadable(f"不是完整的 XML，第 {problem.lineno} 行起看不懂，请用流程设计器重新保存") from problem
    except (ValueError, LookupError) as problem:
        raise Unreadable("不是 XML：里面有文字以外的内容，或者编码不认识，请用流程设计器重新保存") from problem
    document = root.getroottree().docinfo
    if document.internalDTD is not None:
        raise Unreadable("文件带有 DOCTYPE 声明，为安全起见不接受，请删去")
    if (document.encoding or "UTF-8").upper() not in ENCODINGS:
        raise Unreadable(f"文件的编码 {document.encoding} 不接受，请另存为 UTF-8")
    _tags(root)
    return root


def _bounded(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise OutOfBounds(f"文件太大，最多 {LARGEST_FILE // 1024 // 1024} MB")


def _tags(root: etree._Element) -> None:
    depth = count = 0
    for event, item in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth, count = depth + 1, count + 1
        if depth > DEEPEST:
            raise OutOfBounds(f"文件嵌套太深，最多 {DEEPEST} 层")
        if count > MOST_TAGS:
            raise OutOfBounds(f"文件里的元素太多，最多 {MOST_TAGS} 个")
        if len(item.attrib) > MOST_ATTRIBUTES:
            raise OutOfBounds(f"第 {item.sourceline} 行的元素有 {len(item.attrib)} 个属性，最多 {MOST_ATTRIBUTES} 个")
        if not isinstance(item.tag, str):
            raise Unreadable(f"第 {item.sourceline} 行引用了外部内容（&…;），请写成文字")


def json_tree(content: bytes) -> Any:
    """A JSON value of bounded nesting, without doubled keys and without numbers or texts that have no plain meaning.

    Raises Unreadable.
    """
    _bounded(content)
    text = _text(content)
    _shallow(text)
    try:
        found = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_whole, parse_float=_decimal
        )
    except json.JSONDecodeError as problem:
        raise Unreadable(f"不是完整的 JSON，第 {problem.lineno} 行起看不懂") from problem
    for each in _texts(found):
        if any("\ud800" <= sign <= "\udfff" or (sign < " " and sign not in "\t\n\r") for sign in each):
            raise Unreadable(f"文字“{_shown(each)}”里有不能显示的字符，请删去")
    return found


def _text(content: bytes) -> str:
    try:
        return content.decode(json.detect_encoding(content)).removeprefix("\ufeff")
    except (UnicodeDecodeError, ValueError) as problem:
        raise Unreadable("不是 JSON：文字编码应为 UTF-8") from problem


def _shallow(text: str) -> None:
    depth = 0
    for found in _JSON_TOKEN.finditer(text):
        sign = found[0]
        depth += 1 if sign in "[{" else -1 if sign in "]}" else 0
        if depth > DEEPEST:
            raise OutOfBounds(f"文件嵌套太深，最多 {DEEPEST} 层")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"“{_shown(twice)}”在同一处写了两次，请只留一个")
    return found


def _no_constant(word: str) -> Any:
    raise Unreadable(f"数字不能写成 {word}")


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise OutOfBounds(f"数字 {digits[:20]}… 太长，最多 {MOST_DIGITS} 位")
    return int(digits)


def _decimal(digits: str) -> float:
    number = float(digits[:400])
    if not math.isfinite(number) or abs(number) >= 10**MOST_DIGITS:
        raise Unreadable(f"数字 {digits[:20]} 太大")
    return number


def _texts(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each


def _shown(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:40]
