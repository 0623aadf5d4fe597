"""An owner's gateway: conditions that choose nothing, names that say the opposite, one branch of several; and what a shipped
gateway may be written as."""

from __future__ import annotations

import re

import pytest

from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from tests.support.drawn.own_gateway import AGAIN, NEXT, own_gateway
from tests.support.drawn.planted import Files, found, gateway, line

HOME, SITE = "${placeKind == 'home'}", "${placeKind == 'site'}"
AT_HOME, ON_SITE = "来信人家中", "事发现场"


def said(files: Files) -> dict[tuple[str, str], Level]:
    """What is found but that the new elements have no shape."""
    return {key: each.level for key, each in found(files).items() if each.rule != "drawn"}


CONSTANT = [
    "${1 == 1}",
    "${true}",
    "${false}",
    "${!false}",
    "${'a' == 'a'}",
    "${1 > 2}",
    "${placeKind == 'home' || placeKind != 'home'}",
    "${leadUnit == leadUnit}",
    "${true || placeKind == 'home'}",
]


@pytest.mark.parametrize("condition", CONSTANT)
def test_a_condition_that_asks_nothing_is_refused_once(condition: str) -> None:
    files = own_gateway((condition, "要", AGAIN), ("", "不要", NEXT), default="Flow_Own_1")
    assert said(files) == {("Flow_Own_0", "constant-condition"): Level.ERROR}


def test_it_is_refused_behind_others_and_beside_many_variables_too() -> None:
    files = own_gateway((HOME, AT_HOME, AGAIN), ("${1 == 1}", "其他", NEXT))
    assert said(files) == {("Flow_Own_1", "constant-condition"): Level.ERROR}
    many = " || ".join(
        f"{name} == 'x'" for name in ("letterId", "leadUnit", "unitOutcome", "category", "placeKind", "unitStep")
    )
    files = own_gateway(
        ("${1 == 1}", "要", AGAIN), (f"${{{many}}}", "别的", NEXT), ("", "不要", NEXT), default="Flow_Own_2"
    )
    assert ("Flow_Own_0", "constant-condition") in said(files)


NAMES = [
    ((HOME, ON_SITE), (SITE, AT_HOME), {"Flow_Own_0", "Flow_Own_1"}),
    ((HOME, "去了事发现场"), (SITE, "别处"), {"Flow_Own_0"}),
    ((HOME, "要"), ("${placeKind != 'site' && placeKind != 'home' || placeKind == 'site'}", AT_HOME), {"Flow_Own_1"}),
    ((HOME, AT_HOME), (SITE, ON_SITE), set()),
    ((HOME, f"{AT_HOME}或者{ON_SITE}"), (SITE, "其余"), set()),
]


@pytest.mark.parametrize(("first", "second", "wrong"), NAMES)
def test_a_branch_named_as_anothers_answer_is_said(
    first: tuple[str, str], second: tuple[str, str], wrong: set[str]
) -> None:
    files = own_gateway((*first, AGAIN), (*second, NEXT))
    assert said(files) == {(flow, "swapped-label"): Level.WARNING for flow in wrong}


def test_two_branches_of_one_name_are_said() -> None:
    assert said(own_gateway((HOME, "走这边", AGAIN), (SITE, "走这边", NEXT))) == {
        ("Flow_Own_1", "same-label"): Level.WARNING
    }


def test_a_default_line_named_as_an_answer_that_never_takes_it_is_said() -> None:
    files = own_gateway((HOME, "要", AGAIN), ("", AT_HOME, NEXT), default="Flow_Own_1")
    assert said(files) == {("Flow_Own_1", "swapped-label"): Level.WARNING}


def test_an_inclusive_gateway_that_takes_one_branch_needs_no_join() -> None:
    assert said(own_gateway((HOME, AT_HOME, AGAIN), (SITE, ON_SITE, NEXT), kind="inclusiveGateway")) == {}
    files = own_gateway((HOME, AT_HOME, AGAIN), ("", ON_SITE, NEXT), default="Flow_Own_1", kind="inclusiveGateway")
    assert said(files) == {}


def test_an_inclusive_gateway_that_may_take_two_needs_its_join() -> None:
    both = "${not empty placeKind}"
    branches = ((HOME, AT_HOME, AGAIN), (both, "都要", "Gateway_Join"))
    join = gateway("inclusiveGateway", "Gateway_Join") + line("Gateway_Join", NEXT)
    joined = own_gateway(*branches, kind="inclusiveGateway", more=join + line(AGAIN, "Gateway_Join"))
    assert said(joined) == {}
    may = (HOME, AT_HOME, AGAIN), ("${category == 'help'}", "求助", "Gateway_Join"), ("", "其余", "Gateway_Join")
    joined = own_gateway(*may, kind="inclusiveGateway", default="Flow_Own_2", more=join + line(AGAIN, "Gateway_Join"))
    assert said(joined) == {}
    loose = own_gateway(
        (HOME, AT_HOME, AGAIN),
        ("${category == 'help'}", "求助", NEXT),
        ("", "其余", NEXT),
        kind="inclusiveGateway",
        default="Flow_Own_2",
    )
    assert ("Gateway_Own", "split") in said(loose)


CHOICES = [
    (file, source, flow)
    for file, content in repository_files().items()
    if file.endswith(".bpmn")
    for flow, source in re.findall(
        r'<bpmn:sequenceFlow id="(\w+)"[^>]* sourceRef="(Gateway_\w+)"[^>]*>\s*<bpmn:conditionExpression',
        content.decode(),
    )
]


@pytest.mark.parametrize(("file", "source", "flow"), CHOICES, ids=[row[2] for row in CHOICES])
def test_a_shipped_condition_may_become_the_default_line(file: str, source: str, flow: str) -> None:
    """What is left when every other answer has its branch is the same answer."""
    text = repository_files()[file].decode()
    text = text.replace(
        f'<bpmn:exclusiveGateway id="{source}"', f'<bpmn:exclusiveGateway id="{source}" default="{flow}"'
    )
    text, times = re.subn(
        rf'(<bpmn:sequenceFlow id="{flow}"[^>]*)>\s*<bpmn:conditionExpression.*?</bpmn:sequenceFlow>',
        r"\1 />",
        text,
        flags=re.S,
    )
    assert times == 1
    assert found({**repository_files(), file: text.encode()}) == {}
