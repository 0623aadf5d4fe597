"""Tables are held to what they mean: hit policy, kinds of cells, what the document fixes, rows that never count."""

from __future__ import annotations

import pytest

from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.changed_bundle import edited
from tests.support.drawn.planted import Files, found
from tests.unit.test_bundle_check import LADDER, LIMITS, ROUTING, cell, changed

ERROR, WARNING = Level.ERROR, Level.WARNING
CELLS = [
    (LADDER, "ladder-unit-overdue-3", "in2", '"false"', "ladder-unit-overdue-3", "cell-type", ERROR),
    (LADDER, "ladder-unit-overdue-3", "in2", "0", "ladder-unit-overdue-3", "cell-type", ERROR),
    (LADDER, "ladder-unit-overdue-3", "in2", "not(true,false)", "ladder-unit-overdue-3", "dead-row", ERROR),
    (LADDER, "ladder-unit-overdue-3", "out1", '"' + "逾" * 41 + '"', "ladder-unit-overdue-3", "ladder-step", ERROR),
    (LADDER, "ladder-unit-overdue-3", "out3", '"03:00"', "ladder-unit-overdue-3", "ladder-night", WARNING),
    (LADDER, "ladder-unit-overdue-3", "out3", '"23:30"', "ladder-unit-overdue-3", "ladder-night", WARNING),
    (LADDER, "ladder-unit-overdue-3", "out3", '"09:00:00"', "ladder-unit-overdue-3", "ladder-time", ERROR),
    (LADDER, "ladder-unit-overdue-3", "out4", '"operator"', "ladder-unit-overdue-3", "unknown-role", ERROR),
    (LADDER, "ladder-unit-overdue-3", "out4", '"admin"', "ladder-unit-overdue-3", "unknown-role", ERROR),
    (LADDER, "ladder-screener-overdue-3", "out5", '"supervise"', "ladder-screener-overdue-3", "ladder-supervise", ERROR),
    (LADDER, "ladder-supervision-overdue-3", "out5", '"supervise"', "ladder-supervision-overdue-3", "ladder-supervise", ERROR),
    (LADDER, "ladder-unit-overdue-1", "in1", '"reply","return"', "ladder-unit-overdue-1", "ladder-blame", ERROR),
    (LADDER, "ladder-unit-near-due", "in1", '"screening"', "ladder-unit-near-due", "ladder-recipients", ERROR),
    (LIMITS, "limit-reply-consultation", "out1", "20", "limit-reply-consultation", "fixed-limit", ERROR),
    (LIMITS, "limit-reply-consultation", "out1", "3", "limit-reply-consultation", "fixed-limit", ERROR),
    (LIMITS, "limit-reply-consultation", "out1", "1", "limit-reply-consultation", "fixed-limit", WARNING),
    (LIMITS, "limit-reply-consultation", "out2", '"calendar_days"', "limit-reply-consultation", "fixed-limit", ERROR),
    (LIMITS, "limit-reply-other", "out1", "6", "limit-reply-other", "fixed-limit", ERROR),
    (LIMITS, "limit-reply-other", "out1", "45", "limit-reply-other", "fixed-limit", ERROR),
    (LIMITS, "limit-extension-cap", "out1", "31", "limit-extension-cap", "fixed-limit", ERROR),
    (LIMITS, "limit-screening", "out1", "3", "limit-screening", "fixed-limit", ERROR),
    (LIMITS, "limit-return", "out1", "2", "limit-return", "fixed-limit", ERROR),
    (LIMITS, "limit-review", "out2", '"calendar_days"', "limit-review", "limit-unit", ERROR),
    (LIMITS, "limit-review", "out2", '"set_date"', "limit-review", "limit-length", ERROR),
    (LIMITS, "limit-promise", "out2", '"working_days"', "limit-promise", "limit-unit", ERROR),
    (LIMITS, "limit-reply-other", "in2", "true", "limit-reply-other", "cell-type", ERROR),
    (ROUTING, "route-local-matter", "in2", '"rural-raod"', "route-local-matter", "unknown-matter", ERROR),
    (ROUTING, "route-local-matter", "in3", '"true"', "route-local-matter", "cell-type", ERROR),
    (ROUTING, "route-report", "in1", "", "route-matter", "dead-row", ERROR),
    (ROUTING, "route-consultation", "in1", '"report"', "route-consultation", "dead-row", ERROR),
    (ROUTING, "route-consultation", "out2", '"transport"', "route-consultation", "route", ERROR),
    (ROUTING, "route-matter", "in1", '"complaint"', "routing", "no-catch-all", WARNING),
    (ROUTING, "route-report", "out2", '"disciplin"', "route-report", "unknown-unit", WARNING),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "column", "value", "element", "rule", "level"), CELLS)
def test_a_cell_that_says_what_it_cannot_mean_is_found(
    file: str, row: str, column: str, value: str, element: str, rule: str, level: Level
) -> None:
    finding = found(cell(row, column, value.replace("<", "&lt;"), file))[element, rule]
    assert finding.level is level


POLICIES = [
    (LADDER, "COLLECT", "FIRST"),
    (LADDER, "COLLECT", "UNIQUE"),
    (LIMITS, "UNIQUE", "FIRST"),
    (LIMITS, "UNIQUE", "COLLECT"),
    (ROUTING, "FIRST", "UNIQUE"),
    (ROUTING, "FIRST", "COLLECT"),
]


@pytest.mark.parametrize(("file", "policy", "other"), POLICIES)
def test_another_hit_policy_is_refused(file: str, policy: str, other: str) -> None:
    element = file.removesuffix(".dmn")
    assert found(changed(file, f'hitPolicy="{policy}"', f'hitPolicy="{other}"'))[element, "hit-policy"].level is ERROR


@pytest.mark.parametrize("policy", ["ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER"])
def test_a_hit_policy_that_we_do_not_evaluate_is_refused(policy: str) -> None:
    files = changed(LADDER, 'hitPolicy="COLLECT"', f'hitPolicy="{policy}"')
    assert [each for each in findings_of(files) if each.rule == "decision-table" and each.level is ERROR]


@pytest.mark.parametrize("way", ["SUM", "COUNT", "MIN", "MAX"])
def test_steps_are_not_added_up(way: str) -> None:
    files = changed(LADDER, 'hitPolicy="COLLECT"', f'hitPolicy="COLLECT" aggregation="{way}"')
    assert [each for each in findings_of(files) if each.rule == "decision-table" and each.level is ERROR]


def test_the_default_policy_may_be_left_unsaid() -> None:
    assert found(changed(LIMITS, ' hitPolicy="UNIQUE"', "")) == {}


@pytest.mark.parametrize("life", ["P1D", "soon"])
def test_what_a_table_decided_is_kept_for_a_year_at_least(life: str) -> None:
    files = changed(ROUTING, 'historyTimeToLive="P1825D"', f'historyTimeToLive="{life}"')
    assert found(files)["routing", "history-time-to-live"].level is ERROR


def without_rows(file: str, *rows: str) -> Files:
    text = repository_files()[file].decode()
    for row in rows:
        head, mark, tail = text.partition(f'<rule id="{row}"')
        assert mark
        text = head + tail.partition("</rule>")[2]
    return {**repository_files(), file: text.encode()}


def test_a_reply_that_nobody_is_reminded_of_is_refused() -> None:
    files = changed(LADDER, '"sign_for","reply",', '"sign_for",', -1)
    assert found(files)["escalation-ladder", "ladder-missing"].level is ERROR


def test_urgent_letters_are_asked_about_too() -> None:
    urgent = [
        f"ladder-reviewer-urgent-{step}" for step in ("near-due", "due-today", "overdue", "overdue-1", "overdue-3")
    ]
    finding = found(without_rows(LADDER, *urgent))["escalation-ladder", "ladder-missing"]
    assert (finding.level, "急件" in finding.message) == (ERROR, True)


def test_a_limit_that_nobody_hears_of_once_it_is_late_is_refused() -> None:
    rows = [f"ladder-unit-{step}" for step in ("due-today", "overdue", "overdue-1", "overdue-3")]
    finding = found(without_rows(LADDER, *rows))["escalation-ladder", "ladder-missing"]
    assert (finding.level, "到期以后" in finding.message) == (ERROR, True)


def test_a_column_twice_or_missing_is_refused() -> None:
    files = repository_files()
    column = '<output id="routing_Out_unit" label="指定单位" name="unit"'
    assert column in files[ROUTING].decode()
    twice = edited(ROUTING, (column, column.replace('name="unit"', 'name="lead_by"')))
    assert found({**files, ROUTING: twice})["routing", "table-column"].level is ERROR


def test_a_unit_of_the_county_is_known_where_units_are() -> None:
    files = cell("route-report", "out2", '"audit"', ROUTING)
    (finding,) = findings_of(files, units=["discipline", "transport"])
    assert (finding.element, finding.rule, finding.level) == ("route-report", "unknown-unit", ERROR)
    assert findings_of(files, units=["audit"]) == []


def test_a_misspelled_matter_is_told_what_was_meant() -> None:
    files = cell("route-local-matter", "in2", '"rural-raod"', ROUTING)
    assert "rural-road" in found(files)["route-local-matter", "unknown-matter"].message


def test_what_is_ours_is_the_owners_to_change() -> None:
    assert found(cell("limit-sign-for", "out1", "2", LIMITS)) == {}
    assert found(cell("limit-review", "out1", "3", LIMITS)) == {}
    assert found(cell("ladder-unit-near-due", "out3", '"10:30"', LADDER)) == {}
    assert found(cell("ladder-unit-overdue-3", "out2", "5", LADDER)) == {}
