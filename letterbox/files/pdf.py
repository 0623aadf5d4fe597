"""PDF files: forms and links to pages of the web are fine; programs, other files, what happens by itself and passwords are not."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pikepdf

from letterbox.files.kinds import Refused

MOST_OBJECTS, MOST_DEPTH = 200_000, 60
RUNNING = {"/JavaScript", "/Launch", "/Rendition", "/RichMediaExecute"}
SENDING = {"/SubmitForm", "/ImportData"}
ELSEWHERE = {"/GoToR", "/GoToE", "/Thread"}
"""Kinds of actions: those that run something; that carry something away or in; that lead to another file, if they name one
(on another machine it gets the reader's name and password)."""
LINKED = re.compile(r"(https?://|mailto:|tel:|www\.|(?!//)[^:\\/]*([/?#]|$))", re.IGNORECASE)
"""What a link may lead to: pages, mail, telephones, and addresses without a scheme that mean the web."""
BY_ITSELF = ("/OpenAction", "/AA")
CARRYING = {"/EmbeddedFile", "/RichMedia"}
AGAIN = "请用“打印为 PDF”另存一份再上传"


def check(content: bytes) -> None:
    """Raises Refused."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            for found, is_stream in _dictionaries(document):
                _check_dictionary(found, is_stream=is_stream)
    except pikepdf.PasswordError as error:
        raise Refused("有打开密码，工作人员看不到，请去掉密码后再上传") from error
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError) as error:
        raise Refused(f"不是完整的 PDF，打不开，{AGAIN}") from error


def _check_dictionary(found: Any, *, is_stream: bool) -> None:
    """``/OpenAction`` may lead to a page of the document; an address that is opened unasked tells who read it and when."""
    for unasked in (found.get(name) for name in BY_ITSELF):
        if any(str(each.get("/S", "")) == "/URI" for each in _inside(unasked, 0)):
            raise Refused(f"一打开就会自己去访问网址，{AGAIN}")
    if str(found.get("/S", "")) == "/URI" and not LINKED.match(str(found.get("/URI", ""))):
        raise Refused(f"里的链接不是网址，会打开别处的文件，{AGAIN}")
    action = str(found.get("/S", ""))
    if action in ELSEWHERE and ("/F" in found or action == "/GoToE"):
        raise Refused(f"里有打开别的文件的链接，{AGAIN}")
    if is_stream and ("/F" in found or "/Ref" in found):
        raise Refused(f"引用了别处的文件，打开时会去取，{AGAIN}")
    if action in SENDING:
        raise Refused(f"会把填写的内容发到别处，{AGAIN}")
    if action in RUNNING or "/JS" in found or "/XFA" in found:
        raise Refused(f"里带有会运行的程序，{AGAIN}")
    if {str(found.get("/Type", "")), str(found.get("/Subtype", ""))} & CARRYING or "/EF" in found:
        raise Refused(f"里嵌入了别的文件，请把它们分开上传，或者{AGAIN}")


def _dictionaries(document: pikepdf.Pdf) -> Iterator[tuple[Any, bool]]:
    """Every dictionary of the file, those inside others as well; whether it is a stream's own."""
    objects = list(islice(document.objects, MOST_OBJECTS + 1))
    if len(objects) > MOST_OBJECTS:
        raise Refused(f"里的对象太多，{AGAIN}")
    for each in objects:
        is_stream = isinstance(each, pikepdf.Stream)
        for index, found in enumerate(_inside(each, 0)):
            yield found, is_stream and index == 0


def _inside(each: Any, depth: int) -> Iterator[Any]:
    if isinstance(each, pikepdf.Stream):
        each = each.stream_dict
    if isinstance(each, pikepdf.Dictionary):
        yield each
        values = [value for _, value in each.items()]
    elif isinstance(each, pikepdf.Array):
        values = list(each)
    else:
        return
    if depth > MOST_DEPTH:
        raise Refused(f"的结构太深，{AGAIN}")
    for value in values:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _inside(value, depth + 1)
