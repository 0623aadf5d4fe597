"""Files of an accusation on the desk: each waits for the office, and goes out without what it tells of its maker (A5)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from letterbox.domain.vocabulary import Role
from letterbox.services.intake.attachments import attach
from letterbox.store.letters import Attachment
from letterbox.store.notices import Notice
from tests.support.office.county import County, staff
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import HANDLER, REVIEWER, SCREENER, UNIT, accepted
from tests.unit.test_without_metadata import holds, jpeg, png

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
LEADER = staff(Role.LEADER)


def with_files(county: County, *names: str, category: str = "report") -> tuple[str, list[int]]:
    """A letter at UNIT, with these files of its writer's."""
    number = county.write("举报住建局", "收了红包", name="钱守密", category="report" if category == "report" else None)
    if category == "report":
        county.do(
            number,
            "Task_ScreenLetter",
            SCREENER,
            outcome="accept",
            category="report",
            scope="5",
            accused_unit="housing",
        )
    else:
        county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category=category, scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    refs = [county.services.attachments.store(png() if name.endswith("png") else jpeg(), name) for name in names]
    with county.services.database.transaction() as session:
        attach(session, county.letter(number).id, tuple(ref.token for ref in refs))
    return number, [each.id for each in county.services.records.open(number, SCREENER).attachments]


def test_a_file_waits_for_the_office_and_the_unit_sees_that_it_does(site: DeskSite) -> None:
    number, (one,) = with_files(site.county, "钱守密的证据.jpg")
    browser = site.signed_in(f"handler.{UNIT}")
    page = browser.open(f"/desk/letters/{number}")
    assert "等电子政务办放行" in page.text
    assert "钱守密" not in page.source
    assert browser.open(f"/desk/letters/{number}/attachments/{one}").response.status_code == 403
    for who in (HANDLER, LEADER):
        with pytest.raises(NotAllowed):
            site.county.services.releasing.content(number, one, who)
    view, original = site.county.services.releasing.content(number, one, SCREENER)
    assert original == jpeg()
    assert "钱守密" not in view.filename


def test_what_is_released_goes_out_without_its_maker_and_the_rest_stays(site: DeskSite) -> None:
    county = site.county
    number, (one, two) = with_files(county, "现场.jpg", "收据.png")
    browser = site.signed_in("screener")
    assert "逐个放行给承办单位" in browser.open(f"/desk/letters/{number}").text
    browser.open(f"/desk/letters/{number}/attachments")
    page = browser.submit(
        f"/desk/letters/{number}/attachments", **{f"file-{one}": "released", f"file-{two}": "kept_back"}
    )
    assert "已记下 2 个附件的决定" in page.text
    assert [county.names(number).count(name) for name in ("AttachmentReleased", "AttachmentKeptBack")] == [1, 1]
    view, content = county.services.releasing.content(number, one, HANDLER)
    assert holds(jpeg(), view.media_type)
    assert not holds(content, view.media_type)
    with pytest.raises(NotAllowed):
        county.services.releasing.content(number, two, HANDLER)
    page = site.signed_in(f"handler.{UNIT}").open(f"/desk/letters/{number}")
    assert "电子政务办没有放行" in page.text
    with county.services.database.reading() as session:
        told = list(session.scalars(select(Notice.text).where(Notice.letter_id == county.letter(number).id)))
    assert told.count("attachment_released") == 1
    assert county.services.releasing.decide(number, SCREENER, {one: "released"}) == 0
    assert county.services.releasing.decide(number, SCREENER, {one: "kept_back"}) == 1
    with pytest.raises(NotAllowed):
        county.services.releasing.content(number, one, HANDLER)


def test_a_file_that_cannot_be_cleaned_is_not_released(site: DeskSite) -> None:
    county = site.county
    number, (one,) = with_files(county, "现场.jpg")
    with county.services.database.transaction() as session:
        session.get_one(Attachment, one).media_type = "application/vnd.ms-works"
    with pytest.raises(FieldErrors, match="去不掉"):
        county.services.releasing.decide(number, SCREENER, {one: "released"})
    browser = site.signed_in("screener")
    assert "不能放行" in browser.open(f"/desk/letters/{number}/attachments").text
    assert county.services.releasing.decide(number, SCREENER, {one: "kept_back"}) == 1


def test_only_the_office_decides_and_only_of_an_accusation(site: DeskSite) -> None:
    county = site.county
    number, (one,) = with_files(county, "现场.jpg")
    with pytest.raises(NotAllowed):
        county.services.releasing.decide(number, HANDLER, {one: "released"})
    plain = accepted(county)
    with pytest.raises(WrongState):
        county.services.releasing.decide(plain, REVIEWER, {})
    with pytest.raises(NotFound):
        county.services.releasing.content(plain, one, REVIEWER)
    other, (file,) = with_files(county, "路.jpg", category="complaint")
    assert county.services.releasing.content(other, file, HANDLER)[1] == jpeg()
