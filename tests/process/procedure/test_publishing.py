"""What is public can be corrected or withdrawn with a reason; nothing that was public is forgotten."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound
from letterbox.domain.permissions import Actor, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.publication.public_text import PublicText
from letterbox.services.publication.publishing import Publishing
from letterbox.store.letters import Letter
from letterbox.store.replies import Publication
from tests.support.office.county import County
from tests.support.office.staffed import HANDLER, REVIEWER, SCREENER, answered, submitted

pytestmark = pytest.mark.engine


def test_a_correction_is_public_at_once_and_the_old_words_are_kept(county: County) -> None:
    number = answered(county)
    services = county.services
    services.publishing.correct(
        number, "路灯不亮", "中心路的路灯坏了。", "路灯已于9月8日修好。", "日期写错", REVIEWER, edition=1
    )
    public = services.publication.get(number)
    assert (public.reply, public.corrected_at) == ("路灯已于9月8日修好。", county.clock.at)
    (before,) = services.publishing.open(number, SCREENER).before
    assert (before.reply, before.reason, before.was_withdrawn) == ("路灯已修好。", "日期写错", False)
    assert services.records.open(number, REVIEWER).replies[-1].body == "路灯已修好。"
    assert county.names(number)[-1] == "PublicationCorrected"


def test_what_is_withdrawn_is_gone_for_the_public_but_not_for_its_writer(county: County) -> None:
    number = answered(county)
    county.services.publishing.withdraw(number, "写了别人的姓名", REVIEWER)
    with pytest.raises(NotFound):
        county.services.publication.get(number)
    assert county.services.writers_side.read(number, county.code(number), "client").reply is not None
    opened = county.services.publishing.open(number, REVIEWER)
    assert (opened.now, opened.before[0].was_withdrawn) == (None, True)
    with pytest.raises(NotFound, match="撤下"):
        county.services.publishing.withdraw(number, "再撤一次", REVIEWER)


def test_it_needs_a_reason_words_and_a_change(county: County) -> None:
    number = answered(county)
    publishing = county.services.publishing
    with pytest.raises(FieldErrors) as refused:
        publishing.correct(number, "", "正文", "答复", " ", REVIEWER, edition=1)
    assert set(refused.value.errors) == {"title", "reason"}
    same = publishing.open(number, REVIEWER).now
    assert same is not None
    with pytest.raises(FieldErrors, match="没有改动"):
        publishing.correct(number, *same, "只是看看", REVIEWER, edition=1)
    with pytest.raises(FieldErrors):
        publishing.withdraw(number, "", REVIEWER)


def test_what_a_colleague_took_out_does_not_come_back_from_an_older_page(county: County) -> None:
    number = answered(county)
    publishing = county.services.publishing
    publishing.correct(number, "路灯不亮", "路灯坏了。", "已修好。", "遮盖电话", SCREENER, edition=1)
    with pytest.raises(FieldErrors, match=r"已经更正过（.*：遮盖电话）"):
        publishing.correct(number, "路灯不亮", "路灯坏了，电话13800000000。", "已修好！", "错别字", REVIEWER, edition=1)
    assert county.services.publication.get(number).body == "路灯坏了。"
    publishing.correct(number, "路灯不亮", "路灯坏了。", "已修好！", "错别字", REVIEWER, edition=2)
    assert publishing.open(number, REVIEWER).edition == 3


def test_only_the_office_may_and_only_what_is_public(county: County) -> None:
    number = answered(county)
    with pytest.raises(NotAllowed):
        county.services.publishing.withdraw(number, "不想公开", HANDLER)
    with pytest.raises(NotFound):
        county.services.publishing.open(submitted(county), REVIEWER)


ACCUSED = "water"
OF_THE_ACCUSED = replace(REVIEWER, grants=REVIEWER.grants | {Grant(Role.UNIT_HANDLER, ACCUSED)})
"""Of the office, and of the unit that a letter accuses as well."""
ASKED: dict[str, Callable[[Publishing, str, Actor], object]] = {
    "open": lambda publishing, number, actor: publishing.open(number, actor),
    "findings": lambda publishing, number, actor: publishing.findings(number, PublicText("题", "文", "复"), (), actor),
    "correct": lambda publishing, number, actor: publishing.correct(
        number, "题", "文", "复", "错别字", actor, edition=1
    ),
    "withdraw": lambda publishing, number, actor: publishing.withdraw(number, "不想公开", actor),
}


def accusing(county: County) -> str:
    """A public letter of which it came out later whom it accuses; nobody has answered for its pieces."""
    number = answered(county)
    letter_id = county.letter(number).id
    with county.services.database.transaction() as session:
        session.execute(update(Letter).where(Letter.id == letter_id).values(excluded_units=[ACCUSED]))
        session.execute(update(Publication).where(Publication.letter_id == letter_id).values(looked_at=None))
    return number


def listed(publishing: Publishing, actor: Actor) -> list[str]:
    pages = publishing.to_look_at(actor).pages
    return [each.number for page in range(1, pages + 1) for each in publishing.to_look_at(actor, page).items]


def test_whoever_is_accused_finds_nothing_to_correct_or_to_look_at(county: County) -> None:
    number, publishing = accusing(county), county.services.publishing
    before = publishing.open(number, REVIEWER)
    for ask in ASKED.values():
        with pytest.raises(NotFound, match=f"没有编号为 {number} 的来信"):
            ask(publishing, number, OF_THE_ACCUSED)
    assert number not in listed(publishing, OF_THE_ACCUSED)
    assert publishing.open(number, REVIEWER) == before
    assert number in listed(publishing, REVIEWER)


def test_nothing_that_is_asked_of_the_service_is_left_out_above() -> None:
    public = {name for name, _ in inspect.getmembers(Publishing, inspect.isfunction) if not name.startswith("_")}
    assert public == {*ASKED, "to_look_at"}
