"""Files of joined letters (A6): whoever handles the leading letter opens them, and nobody else; page and file door agree."""

from __future__ import annotations

import pytest

from letterbox.domain.errors import LetterboxError, NotFound
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER, Actor
from letterbox.domain.vocabulary import Channel, Role
from tests.support.office.county import County, staff
from tests.support.office.staffed import (
    DEPUTY,
    GOOD,
    HANDLER,
    PRINCIPAL,
    REVIEWER,
    SCREENER,
    UNIT,
    accepted,
    through_the_unit,
)
from tests.support.writers import sample_files

pytestmark = pytest.mark.engine

FIRST, LATER = sample_files.image(size=(30, 20)), sample_files.pdf()
WHO = {
    "handler": HANDLER, "deputy": DEPUTY, "principal": PRINCIPAL, "screener": SCREENER, "reviewer": REVIEWER,
    "elsewhere": staff(Role.UNIT_HANDLER, "housing"), "leader": staff(Role.LEADER), "coordinator": staff(Role.COORDINATOR),
    "supervisor": staff(Role.SUPERVISOR),
}  # fmt: skip
HANDLING = {"handler", "deputy", "principal", "screener", "reviewer"}


def joined(county: County, **written: str) -> tuple[str, str]:
    """A leading letter at UNIT, and one joined to it with a file that came with it and one that was added since."""
    leading = accepted(county)
    upload = county.services.attachments.store(FIRST, "现场.png")
    draft = LetterDraft(
        Channel.PORTAL, "路灯也不亮", "见附件。", True, WriterDetails("周并入", "13877770001"), uploads=(upload.token,)
    )
    number = county.services.intake.submit(draft, WRITER).number
    county.run_until_idle(number)
    county.act(number, "join", SCREENER, joined_to=leading, reason="同一条路")
    added = county.services.attachments.store(LATER, "补充.pdf", number=number)
    county.services.writers_side.supplement(number, "补充一份材料。", (added.token,))
    return leading, number


def shown(county: County, leading: str, who: Actor) -> dict[int, str]:
    """File's id → name, as the leading letter's record lists them; empty for whoever may not read it."""
    try:
        record = county.services.records.open(leading, who)
    except NotFound:
        return {}
    return {file.id: file.filename for each in record.joined for file in each.attachments if file.is_open}


def opened(county: County, leading: str, ids: set[int], who: Actor) -> set[int]:
    found = set()
    for each in ids:
        try:
            county.services.releasing.content(leading, each, who)
        except LetterboxError:
            continue
        found.add(each)
    return found


def test_page_and_file_door_agree_on_who_has_the_files_of_a_joined_letter(county: County) -> None:
    leading, _ = joined(county)
    all_ids = set(shown(county, leading, SCREENER))
    assert sorted(shown(county, leading, SCREENER).values()) == ["现场.png", "补充.pdf"]
    for name, who in WHO.items():
        ids = set(shown(county, leading, who))
        assert opened(county, leading, all_ids, who) == ids, name
        if name in HANDLING:
            assert ids == all_ids, name
    assert shown(county, leading, WHO["elsewhere"]) == {}
    contents = [county.services.releasing.content(leading, each, HANDLER)[1] for each in sorted(all_ids)]
    assert contents == [FIRST, LATER]


def test_a_file_of_a_letter_that_is_not_joined_does_not_open_by_another_number(county: County) -> None:
    leading, number = joined(county)
    ids = set(shown(county, leading, SCREENER))
    other = accepted(county)
    assert opened(county, other, ids, HANDLER) == set()
    county.act(number, "release", SCREENER, reason="不是一回事")
    assert shown(county, leading, HANDLER) == {}
    assert opened(county, leading, ids, HANDLER) == set()


def test_the_files_stay_with_the_unit_after_the_common_reply(county: County) -> None:
    leading, number = joined(county)
    through_the_unit(county, leading)
    county.do(leading, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass")
    county.run_until_idle(number)
    assert set(shown(county, leading, HANDLER).values()) == {"现场.png", "补充.pdf"}


def test_a_joined_accusations_files_wait_for_the_office_and_its_accused_see_none(county: County) -> None:
    written = {"category": "report", "accused": "water"}
    leading, number = (county.write("举报", "收了红包", name="钱守密", **written) for _ in range(2))
    screening = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": "water"}
    county.do(leading, "Task_ScreenLetter", SCREENER, **screening)
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="join", joined_to=leading, accused_unit="water")
    county.do(leading, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    added = county.services.attachments.store(FIRST, "钱守密的证据.png", number=number)
    county.services.writers_side.supplement(number, "补充证据。", (added.token,))
    (file,) = county.services.records.open(leading, HANDLER).joined[0].attachments
    assert (file.is_open, file.release) == (False, "waiting")
    assert "钱守密" not in file.filename
    assert opened(county, leading, {file.id}, HANDLER) == set()
    assert county.services.releasing.decide(number, SCREENER, {file.id: "released"}) == 1
    assert opened(county, leading, {file.id}, HANDLER) == {file.id}
    assert opened(county, leading, {file.id}, staff(Role.UNIT_HANDLER, "water")) == set()
