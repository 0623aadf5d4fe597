"""Files that come again, mended or with numbers that were used before: nothing twice, nothing lost, what is unsure is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from letterbox.domain.vocabulary import Channel
from letterbox.services.intake.importing import Importing
from letterbox.services.intake.previews import Decision, ImportResult, Preview, Verdict
from letterbox.store.letters import Letter
from letterbox.wiring import Services
from letterbox.wiring.machine import MachineServices

pytest_plugins = ["tests.support.office.api_fixtures"]
pytestmark = pytest.mark.engine

HEADER = "编号,标题,正文,来信时间,来信人,电话"
Lines = Sequence[str]


@pytest.fixture
def importing(door_services: Services) -> Iterator[Importing]:
    with MachineServices(door_services).importing() as opened:
        yield opened


def previewed(importing: Importing, lines: Lines, header: str = HEADER) -> Preview:
    content = "\n".join([header, *lines]) + "\n"
    return importing.preview(content.encode(), "letters.csv", Channel.CITY_PORTAL)


def imported(importing: Importing, lines: Lines, header: str = HEADER) -> ImportResult:
    result = importing.import_rows(previewed(importing, lines, header))
    assert result.total == len(result.preview.rows)
    return result


def verdicts(preview: Preview) -> list[Verdict]:
    return [row.verdict for row in preview.rows]


def letters(services: Services) -> int:
    with services.database.reading() as session:
        return session.scalars(select(func.count(Letter.id))).one()


def line(
    tmp_path: Path, number: int, reference: str = "", written: str = "2026-08-05", person: str = "李四,13800000000"
) -> str:
    return f"{reference},{tmp_path.name}的第{number}件事,第{number}件事的正文,{written},{person}"


def test_a_preview_writes_nothing(importing: Importing, door_services: Services, tmp_path: Path) -> None:
    before = letters(door_services)
    preview = previewed(importing, [line(tmp_path, 1, f"P-{tmp_path.name}"), "坏的一行", line(tmp_path, 2)])
    assert verdicts(preview) == [Verdict.NEW, Verdict.REFUSED, Verdict.NEW]
    assert letters(door_services) == before


def test_numbers_that_begin_anew_every_month_lose_no_letter(importing: Importing, tmp_path: Path) -> None:
    october = imported(importing, [line(tmp_path, n, str(n)) for n in (1, 2, 3)])
    november = imported(importing, [line(tmp_path, n + 10, str(n)) for n in (1, 2, 3)])
    assert (october.accepted, november.accepted) == (3, 3)
    again = imported(importing, [line(tmp_path, n, str(n)) for n in (1, 2, 3)])
    assert (again.accepted, again.already_there) == (0, 3)


def test_one_reference_with_other_content_is_a_conflict_shown_by_row(importing: Importing, tmp_path: Path) -> None:
    reference = f"K-{tmp_path.name}"
    (first,) = previewed(importing, [line(tmp_path, 1, reference)]).rows
    imported(importing, [line(tmp_path, 1, reference)])
    result = imported(importing, [line(tmp_path, 2, reference), line(tmp_path, 1, reference)])
    assert first.verdict is Verdict.NEW
    assert (result.accepted, result.already_there) == (0, 1)
    (conflict,) = result.document()["conflicts"]
    assert conflict["row"] == 2
    assert conflict["letter"] in conflict["reason"]
    assert [row["row"] for row in result.document()["refused"]] == [2]


def test_so_is_it_within_one_file(importing: Importing, tmp_path: Path) -> None:
    reference = f"W-{tmp_path.name}"
    lines = [line(tmp_path, 1, reference), line(tmp_path, 2, reference), line(tmp_path, 1, reference)]
    result = imported(importing, lines)
    assert (result.accepted, result.already_there) == (1, 1)
    assert [(row["row"], "第 2 行" in row["reason"]) for row in result.document()["conflicts"]] == [(3, True)]


@pytest.mark.parametrize(
    "other",
    [
        {"person": "王五,13800000000"},
        {"person": "李四,13900000001"},
        {"written": "2026-08-06"},
    ],
)
def test_two_people_or_days_with_the_same_words_under_one_reference_are_a_conflict(
    importing: Importing, tmp_path: Path, other: dict[str, str]
) -> None:
    reference = f"Z-{tmp_path.name}"
    imported(importing, [line(tmp_path, 1, reference)])
    assert verdicts(previewed(importing, [line(tmp_path, 1, reference, **other)])) == [Verdict.CONFLICT]


def test_the_same_letter_exported_with_less_is_no_conflict(importing: Importing, tmp_path: Path) -> None:
    reference = f"L-{tmp_path.name}"
    imported(importing, [line(tmp_path, 1, reference)])
    assert verdicts(previewed(importing, [line(tmp_path, 1, reference, "", ",")])) == [Verdict.ALREADY_THERE]
    assert verdicts(previewed(importing, [line(tmp_path, 1, reference, "2026/8/5 9:30")])) == [Verdict.ALREADY_THERE]


def test_a_mended_file_brings_only_what_was_mended(importing: Importing, tmp_path: Path) -> None:
    good = [line(tmp_path, n) for n in range(3)]
    first = imported(importing, [*good, line(tmp_path, 9, person="王,1381234")])
    assert (first.accepted, len(first.not_taken)) == (3, 1)
    mended = imported(importing, [*good, line(tmp_path, 9, person="王,13812345679")])
    assert (mended.accepted, mended.already_there, mended.not_taken) == (1, 3, [])


def test_what_nothing_tells_apart_is_a_question(importing: Importing, tmp_path: Path) -> None:
    anonymous = line(tmp_path, 1, written="", person=",")
    imported(importing, [anonymous])
    content = [anonymous, line(tmp_path, 2)]
    preview = previewed(importing, content)
    assert verdicts(preview) == [Verdict.DOUBTFUL, Verdict.NEW]
    (question,) = preview.questions
    assert question.usual is Decision.LEAVE
    assert question.letter is not None
    result = importing.import_rows(preview)
    assert [row["row"] for row in result.document()["doubtful"]] == [2]
    assert (result.accepted, len(result.not_taken)) == (1, 1)
    taken = importing.import_rows(previewed(importing, content), {question.place.key: Decision.TAKE})
    assert (taken.accepted, taken.already_there) == (1, 1)
    assert imported(importing, content).already_there == 2


def test_a_letter_that_differs_in_an_unused_column_alone_is_taken_and_said(
    importing: Importing, tmp_path: Path
) -> None:
    header = f"{HEADER},批次"
    imported(importing, [f"{line(tmp_path, 1)},一"], header)
    result = imported(importing, [f"{line(tmp_path, 1)},二"], header)
    assert result.accepted == 1
    assert any("只有其他列不同" in warning for warning in result.warnings)


def test_a_conflict_is_taken_without_its_reference_if_somebody_says_so(
    importing: Importing, door_services: Services, tmp_path: Path
) -> None:
    reference = f"T-{tmp_path.name}"
    imported(importing, [line(tmp_path, 1, reference)])
    content = [line(tmp_path, 2, reference)]
    preview = previewed(importing, content)
    result = importing.import_rows(preview, {preview.questions[0].place.key: Decision.TAKE})
    assert result.accepted == 1
    with door_services.database.reading() as session:
        found = session.scalars(select(Letter).where(Letter.title == f"{tmp_path.name}的第2件事")).one()
    assert found.channel_reference is None
    assert verdicts(previewed(importing, content)) == [Verdict.ALREADY_THERE]


def test_an_accusation_is_known_again_though_its_words_are_kept_apart(importing: Importing, tmp_path: Path) -> None:
    header = f"{HEADER},类别"
    lines = [f"A-{tmp_path.name},举报{tmp_path.name},李四举报村干部。,2026-08-05,李四,13800000000,举报"]
    imported(importing, lines, header)
    assert verdicts(previewed(importing, [*lines, ",,,,,,"], header)) == [Verdict.ALREADY_THERE]


value = st.sampled_from(
    ["", "甲", "乙", "无", "1", "2", "2.0E+19", "2026-08-05", "0001-01-01", "13800000000", "12", "#N/A"]
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(value, min_size=6, max_size=6), max_size=5))
def test_every_row_has_one_outcome(importing: Importing, rows: list[list[str]]) -> None:
    lines = [",".join(row) for row in rows]
    filled = sum(any(row) for row in rows)
    for _ in range(2):
        result = imported(importing, lines)
        assert result.total == filled
    assert result.accepted == 0
