"""What a writer adds of his own accord: it reaches whoever has the letter, with its files, and moves nothing (P2, H2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.store.letters import Attachment
from tests.support.office.county import County
from tests.support.office.side_processes import told
from tests.support.office.staffed import SCREENER, UNIT, accepted, answered
from tests.support.writers import sample_files

pytestmark = pytest.mark.engine

PICTURE = sample_files.image()


def test_an_addition_with_a_file_reaches_the_unit_and_moves_nothing(county: County) -> None:
    number = accepted(county)
    before = (county.letter(number).status, county.open_tasks(number), county.limits(number)["reply"].due_at)
    stored = county.services.attachments.store(PICTURE, "现场.png")
    county.services.writers_side.supplement(number, "昨晚又有人摔倒。", (stored.token,))
    county.run_until_idle(number)
    assert (county.letter(number).status, county.open_tasks(number), county.limits(number)["reply"].due_at) == before
    (event,) = [each for each in county.events(number) if each.name == "WriterAdded"]
    assert (event.data["body"], event.data["files"]) == ("昨晚又有人摔倒。", 1)
    assert told(county, number, "writer_added") == {f"handler.{UNIT}", f"deputy.{UNIT}"}
    with county.services.database.reading() as session:
        names = session.scalars(select(Attachment.filename).where(Attachment.letter_id == county.letter(number).id))
        assert list(names) == ["现场.png"]


def test_before_assignment_the_office_reads_it(county: County) -> None:
    number = county.write()
    county.services.writers_side.supplement(number, "是中心路 12 号门前。")
    assert {login.rstrip("0123456789") for login in told(county, number, "writer_added")} == {"screener", "reviewer"}


def test_a_file_with_an_asked_supplement_is_attached(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="请写明地点")
    stored = county.services.attachments.store(PICTURE, "地点.png")
    county.services.writers_side.supplement(number, "见图", (stored.token,))
    county.run_until_idle(number)
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    with pytest.raises(FieldErrors, match="过期"):
        county.services.writers_side.supplement(number, "再发一次", (stored.token,))


def test_a_threat_in_an_addition_raises_the_alarm_at_once(county: County) -> None:
    number = accepted(county)
    assert county.letter(number).red_flag is False
    county.services.writers_side.supplement(number, "再不解决我就跳楼自杀，不想活了。")
    assert county.letter(number).red_flag is True
    assert "coordinator" in told(county, number, "red_flag_alert")


def test_an_answered_letter_takes_no_additions_and_says_where_to_turn(county: County) -> None:
    with pytest.raises(WrongState, match="再写一封信"):
        county.services.writers_side.supplement(answered(county), "还有一件事")
