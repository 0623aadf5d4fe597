"""Replies go back to the foreign channel their letter came from (A1), each once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.letter import LetterDraft
from letterbox.domain.vocabulary import Channel, Role
from tests.support.office.county import County, staff
from tests.support.office.staffed import GOOD, REVIEWER, SCREENER, UNIT, answered, through_the_unit

pytestmark = pytest.mark.engine

CHANNEL = staff(Role.CHANNEL)


def from_the_city(county: County) -> str:
    """Answered, written on the city's portal."""
    draft = LetterDraft(
        Channel.CITY_PORTAL,
        "路灯不亮",
        "中心路的路灯坏了半个月。",
        is_public=True,
        channel_reference=f"CP-{uuid4().hex[:8]}",
    )
    number = county.services.intake.submit(draft, CHANNEL).number
    county.run_until_idle(number)
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    through_the_unit(county, number)
    return number


def waiting(county: County) -> list[str]:
    return [each.number for each in county.services.channel_replies.waiting("city_portal")]


def test_a_delivered_reply_waits_for_its_channel_until_it_is_marked(county: County) -> None:
    number = from_the_city(county)
    assert number not in waiting(county)
    with pytest.raises(WrongState, match="还没有送达"):
        county.services.channel_replies.mark([number], CHANNEL)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass")
    (reply,) = [each for each in county.services.channel_replies.waiting("city_portal") if each.number == number]
    assert (reply.reply, reply.channel_reference) == ("路灯已修好。", county.letter(number).channel_reference)
    assert county.services.channel_replies.mark([number, number], CHANNEL) == [number]
    assert number not in waiting(county)
    (event,) = [each for each in county.events(number) if each.name == "ReplyHandedBack"]
    assert event.data["reference"] == reply.channel_reference


def test_our_own_portals_letters_have_nowhere_to_go(county: County) -> None:
    number = answered(county)
    with pytest.raises(WrongState, match="不是从其他渠道来的"):
        county.services.channel_replies.mark([number], CHANNEL)
    with pytest.raises(NotFound):
        county.services.channel_replies.mark([number], CHANNEL, "city_portal")
    with pytest.raises(FieldErrors):
        county.services.channel_replies.waiting("portal")


def test_nothing_is_marked_if_one_cannot_be(county: County) -> None:
    number = from_the_city(county)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass")
    with pytest.raises(NotFound):
        county.services.channel_replies.mark([number, "NO-SUCH"], CHANNEL, "city_portal")
    assert number in waiting(county)
