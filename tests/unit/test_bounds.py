"""Whatever is in a file, reading and checking it ends soon and with words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from letterbox.bundle.files.bundle_file import read
from letterbox.domain.forms.form_text import html_as_text
from letterbox.domain.linear_patterns import found_in
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.planted import NOTICE, planted

FORM, TABLE = "sign-off-reply.form", "routing.dmn"
SOON_S = 8.0
"""Far more than is needed on an idle machine, far less than anything that grows with a power of the size."""


def xml(inside: str) -> bytes:
    return planted(NOTICE, ("</bpmn:process>", f"{inside}</bpmn:process>"))[NOTICE]


def form(text: str) -> bytes:
    return repository_files()[FORM].decode().replace('"components": [', f'"components": [{text},', 1).encode()


def table(rows: str) -> bytes:
    return repository_files()[TABLE].replace(b"</decisionTable>", f"{rows}</decisionTable>".encode())


NOTE = '<bpmn:textAnnotation id="Note_{}"><bpmn:text>x</bpmn:text></bpmn:textAnnotation>'
BEYOND: list[tuple[str, str, Callable[[], bytes]]] = [
    ("brackets", FORM, lambda: b"[" * 20_000),
    ("closed brackets", FORM, lambda: form("[" * 60 + "]" * 60)),
    ("deep objects", FORM, lambda: b'{"a":' * 5000 + b"1" + b"}" * 5000),
    ("deep brackets in UTF-16", FORM, lambda: ("[" * 5000).encode("utf-16")),
    ("long number", FORM, lambda: form('{"type": "number", "key": "n", "defaultValue": ' + "9" * 6000 + "}")),
    ("annotations", NOTICE, lambda: xml("".join(map(NOTE.format, range(20_000))))),
    ("more elements than people draw", NOTICE, lambda: xml("".join(map(NOTE.format, range(2001))))),
    ("deep elements", NOTICE, lambda: xml("<bpmn:subProcess>" * 60 + "</bpmn:subProcess>" * 60)),
    ("very deep elements", NOTICE, lambda: b"<a>" * 100_000),
    ("attributes", NOTICE, lambda: xml("<bpmn:task " + " ".join(map('a{}="1"'.format, range(5000))) + " />")),
    ("many tags", NOTICE, lambda: xml("<bpmn:incoming/>" * 50_000)),
    ("rows", TABLE, lambda: table("".join(map('<rule id="r{}"/>'.format, range(2001))))),
    ("size", NOTICE, lambda: xml(f"<!--{'x' * 2_100_000}-->")),
]  # fmt: skip
ODD: list[tuple[str, str, Callable[[], bytes]]] = [
    ("no number", FORM, lambda: form('{"type": "number", "key": "n", "defaultValue": NaN}')),
    ("endless number", FORM, lambda: form('{"type": "number", "key": "n", "defaultValue": Infinity}')),
    ("large power", FORM, lambda: form('{"type": "number", "key": "n", "defaultValue": 1e999}')),
    ("key written twice", FORM, lambda: form('{"type": "text", "text": "a", "type": "html"}')),
    ("lone surrogate", FORM, lambda: form('{"type": "text", "text": "\\ud800"}')),
    ("zero sign", FORM, lambda: form('{"type": "text", "text": "a\\u0000b"}')),
    ("zero byte", NOTICE, lambda: b"\x00" + repository_files()[NOTICE]),
    ("lone surrogate in XML", NOTICE, lambda: xml('<bpmn:task id="Task_X" name="&#xD800;" />')),
    ("entities", NOTICE, lambda: b'<!DOCTYPE a [<!ENTITY b "c">]>' + repository_files()[NOTICE].partition(b"?>")[2]),
    ("cut in the middle", NOTICE, lambda: repository_files()[NOTICE][:-50]),
    ("nothing", NOTICE, lambda: b""),
]


@pytest.mark.parametrize(("name", "make"), [row[1:] for row in BEYOND + ODD], ids=[row[0] for row in BEYOND + ODD])
def test_what_nobody_needs_is_one_finding_soon(name: str, make: Callable[[], bytes]) -> None:
    content, started = make(), time.monotonic()
    (finding,) = findings_of({**repository_files(), name: content})
    assert (finding.file, finding.rule) == (name, "well-formed")
    assert time.monotonic() - started < SOON_S
    assert read(name, content).is_out_of_bounds is (content in [row[2]() for row in BEYOND])


def test_as_many_elements_as_may_be_are_checked_soon_and_their_faults_are_counted() -> None:
    tasks = "".join(f'<bpmn:task id="Task_{number}" name="x" />' for number in range(1900))
    started = time.monotonic()
    found = findings_of({**repository_files(), NOTICE: xml(tasks)})
    assert time.monotonic() - started < 3 * SOON_S
    assert len(found) < 400
    assert any("还有 18" in each.message for each in found)


@pytest.mark.parametrize("pattern", ["^((a+))+$", "^(a|a)*$", "^(a?){25}$", "(.*)*x", "^(a|aa)+$"])
def test_a_pattern_takes_no_longer_than_the_text(pattern: str) -> None:
    started = time.monotonic()
    found_in(pattern, "a" * 20_000 + "!")
    assert time.monotonic() - started < SOON_S


@pytest.mark.parametrize("text", ["<p" * 20_000, "<!--" * 10_000, "<script" * 10_000, "< " * 20_000, "<p>" * 20_000])
def test_the_words_of_a_display_are_found_soon(text: str) -> None:
    started = time.monotonic()
    html_as_text(text)
    assert time.monotonic() - started < SOON_S


def test_conditions_nested_without_end_are_a_finding() -> None:
    component = {
        "type": "textfield",
        "key": "n",
        "label": "n",
        "conditional": {"hide": "=" + "(" * 900 + "1" + ")" * 900},
    }
    found = findings_of({**repository_files(), FORM: form(json.dumps(component))})
    assert ("n", "form") in {(each.element, each.rule) for each in found}
