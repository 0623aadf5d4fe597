"""PDF files: forms and links are fine, programs, embedded files and passwords are not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pikepdf

from letterbox.files.kinds import Refused

MOST_OBJECTS, MOST_DEPTH = 200_000, 60
RUNNING = {"/JavaScript", "/Launch", "/Rendition", "/RichMediaExecute", "/GoToE", "/ImportData", "/SubmitForm"}
"""Kinds of actions that run something, open another file or send something away."""
CARRYING = {"/EmbeddedFile", "/RichMedia"}
AGAIN = "请用“打印为 PDF”另存一份再上传"


def check(content: bytes) -> None:
    """Raises Refused."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            for found in _dictionaries(document):
                _check_dictionary(found)
    except pikepdf.PasswordError as error:
        raise Refused("有打开密码，工作人员看不到，请去掉密码后再上传") from error
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError) as error:
        raise Refused(f"不是完整的 PDF，打不开，{AGAIN}") from error


def _check_dictionary(found: Any) -> None:
    if str(found.get("/S", "")) in RUNNING or "/JS" in found or "/XFA" in found:
        raise Refused(f"里带有会运行的程序，{AGAIN}")
    if {str(found.get("/Type", "")), str(found.get("/Subtype", ""))} & CARRYING or "/EF" in found:
        raise Refused(f"里嵌入了别的文件，请把它们分开上传，或者{AGAIN}")


def _dictionaries(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, those inside others as well."""
    objects = list(islice(document.objects, MOST_OBJECTS + 1))
    if len(objects) > MOST_OBJECTS:
        raise Refused(f"里的对象太多，{AGAIN}")
    for each in objects:
        yield from _inside(each, 0)


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
