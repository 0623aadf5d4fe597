"""The public copy: pieces are decided one by one, publishing waits for it, and only the copy is public (P3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from letterbox.domain.errors import FieldErrors, NotAllowed, WrongState
from letterbox.domain.permissions import ActorKind
from letterbox.services.publication import publishing
from letterbox.services.publication.public_copies import Prepared
from letterbox.services.publication.public_text import key_of
from letterbox.services.publication.remasking import CONCEALED, REASON, remask
from letterbox.store.letters import Letter
from letterbox.store.replies import Publication
from letterbox.store.state import State
from tests.support.office.county import County
from tests.support.office.staffed import GOOD, HANDLER, PRINCIPAL, REVIEWER, SCREENER, UNIT, through_the_unit

pytestmark = pytest.mark.engine
BODY = "我叫钱守密，身份证432924198612277587，手机13733334444，住幸福小区3栋2单元501室。村支书刘德富不给办低保。"
REPLY = "钱守密同志：已派人到幸福小区3栋2单元501室看过，请等通知，电话13733334444。"
AT_THE_DESK = replace(REVIEWER, kind=ActorKind.PERSON, id="0")
PRIVATE = ("432924198612277587", "13733334444", "501室", "钱守密")


def in_review(county: County, body: str = BODY, reply: str = REPLY) -> str:
    number = county.write("低保被取消", body, name="钱守密")
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    through_the_unit(county, number, reply=reply)
    return number


def to_look_at(county: County) -> list[str]:
    """Numbers on the list, all its pages."""
    first = county.services.publishing.to_look_at(REVIEWER)
    pages = [county.services.publishing.to_look_at(REVIEWER, number) for number in range(1, first.pages + 1)]
    return [each.number for page in pages for each in page.items]


def decide(county: County, number: str, **texts: str) -> Prepared:
    """Everything masked but the accused man's name."""
    copies = county.services.public_copies
    before = copies.open(number, REVIEWER)
    decisions = {each.key: "keep" if each.text == "刘德富" else "mask" for each in before.findings}
    return copies.save(number, REVIEWER, {**dict(before.text.fields()), **texts}, decisions)


def private_in(text: str) -> list[str]:
    return [each for each in PRIVATE if each in text]


def public_words(county: County, number: str) -> str:
    letter = county.services.publication.get(number)
    return f"{letter.title} {letter.body} {letter.reply}"


def test_publishing_is_not_ticked_and_refused_at_the_desk_while_a_piece_is_open(county: County) -> None:
    number = in_review(county)
    task = county.services.tasks.open(county.task(number, "Task_ReviewReply", REVIEWER).id, REVIEWER)
    assert task.values["publish"] is False
    with pytest.raises(FieldErrors) as refused:
        county.do(number, "Task_ReviewReply", AT_THE_DESK, **GOOD, outcome="pass", publish=True)
    assert list(refused.value.errors) == ["publish"]
    assert "公开稿" in refused.value.errors["publish"]


def test_what_was_decided_is_what_the_public_reads(county: County) -> None:
    number = in_review(county)
    copy = decide(county, number)
    assert copy.undecided == 0
    task = county.services.tasks.open(county.task(number, "Task_ReviewReply", REVIEWER).id, REVIEWER)
    assert task.values["publish"] is True
    county.do(number, "Task_ReviewReply", AT_THE_DESK, **GOOD, outcome="pass", publish=True)
    words = public_words(county, number)
    assert private_in(words) == []
    assert "村支书刘德富" in words
    assert "钱某某同志" in words
    told = county.event(number, "ReviewPassed").data
    assert (told["kept"], told["not_looked_at"]) == (1, 0)
    assert number not in to_look_at(county)
    assert county.services.writers_side.read(number, county.code(number), "c").body == BODY


def test_the_reviewer_edits_the_copy_and_the_originals_stay(county: County) -> None:
    number = in_review(county)
    copy = decide(county, number, reply="同志：已派人上门看过，请等通知，联系人手机13911112222。")
    assert "13911112222" not in copy.text.reply
    assert copy.undecided == 1
    copy = decide(county, number)
    assert copy.undecided == 0
    county.do(number, "Task_ReviewReply", AT_THE_DESK, **GOOD, outcome="pass", publish=True)
    assert county.services.publication.get(number).reply == "同志：已派人上门看过，请等通知，联系人手机×××。"
    record = county.services.records.open(number, REVIEWER)
    assert (record.body, record.replies[-1].body) == (BODY, REPLY)


def test_a_kept_piece_comes_back_where_the_text_was_not_edited(county: County) -> None:
    number = in_review(county)
    copies = county.services.public_copies
    copy = decide(county, number)
    key = next(each.key for each in copy.findings if each.text == "钱守密" and each.field == "body")
    copy = copies.save(number, REVIEWER, dict(copy.text.fields()), {key: "keep"})
    assert "我叫钱守密" in copy.text.body
    assert copies.save(number, REVIEWER, dict(copy.text.fields()), {key: "mask"}).text.body.startswith("我叫钱某某")


def test_a_new_reply_is_looked_at_anew(county: County) -> None:
    number = in_review(county)
    decide(county, number, reply="另一段答复")
    failed = {**GOOD, "wording_and_privacy": "fail"}
    county.do(number, "Task_ReviewReply", REVIEWER, **failed, outcome="fail", comment="请改")
    county.do(number, "Task_DraftReply", HANDLER, reply="新的答复，请打13511112222。")
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    copy = county.services.public_copies.open(number, REVIEWER)
    assert copy.text.reply == "新的答复，请打×××。"
    assert copy.undecided == 1


def test_the_list_to_look_at_ends_nowhere_before_its_last_letter(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PAGE", 1)
    before, numbers = to_look_at(county), [in_review(county), in_review(county)]
    for number in numbers:
        county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    assert sorted(to_look_at(county)) == sorted([*before, *numbers])
    assert county.services.publishing.to_look_at(REVIEWER).total == len(before) + 2


def test_a_machine_publishes_the_masked_copy_and_the_office_looks_at_it_later(county: County) -> None:
    number = in_review(county)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    assert private_in(public_words(county, number)) == []
    assert county.event(number, "ReviewPassed").data["not_looked_at"] > 0
    correcting = county.services.publishing
    assert number in to_look_at(county)
    now = correcting.open(number, REVIEWER).now
    assert now is not None
    correcting.correct(number, *now, "已复看", REVIEWER, edition=1)
    assert number not in to_look_at(county)
    assert correcting.open(number, REVIEWER).before == []


def test_a_correction_answers_for_what_is_personal_in_it(county: County) -> None:
    number = in_review(county)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    correcting = county.services.publishing
    with pytest.raises(FieldErrors, match="13733334444") as refused:
        correcting.correct(number, "低保", "请打13733334444", "已办", "写错", REVIEWER, edition=1)
    assert list(refused.value.errors) == ["keep"]
    correcting.correct(
        number,
        "低保",
        "请打13733334444",
        "已办",
        "本人要求公开",
        REVIEWER,
        edition=1,
        keep=[key_of("body", "13733334444", "phone")],
    )
    assert "13733334444" in public_words(county, number)


def test_only_the_office_prepares_it_and_only_what_may_be_public(county: County) -> None:
    number = in_review(county)
    with pytest.raises(NotAllowed):
        county.services.public_copies.open(number, HANDLER)
    secret = county.write("举报", "住建局收红包", category="report")
    with pytest.raises(WrongState):
        county.services.public_copies.open(secret, REVIEWER)
    assert county.services.public_copies.hints(secret, REVIEWER, None) == []


def test_an_empty_or_overlong_text_is_refused_and_nothing_is_lost(county: County) -> None:
    number = in_review(county)
    with pytest.raises(FieldErrors) as refused:
        county.services.public_copies.save(number, REVIEWER, {"title": "长" * 400, "body": " ", "reply": "好"}, {})
    assert set(refused.value.errors) == {"title", "body"}


def test_what_was_public_before_loses_what_is_surely_personal(county: County) -> None:
    number = in_review(county)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    services = county.services
    letter_id = county.letter(number).id
    with services.database.transaction() as session:
        row = session.get_one(Publication, letter_id)
        row.body, row.reply, row.masked_at, row.looked_at = BODY, "已办", None, None
    assert remask(services.database, county.clock) >= 1
    body = services.publication.get(number).body
    assert private_in(body) == ["钱守密"]
    opened = services.publishing.open(number, REVIEWER)
    assert (opened.before[0].body, opened.before[0].reason) == (BODY, REASON)
    assert number in to_look_at(county)
    assert remask(services.database, county.clock) == 0


def test_accusations_kept_by_an_earlier_mask_are_masked_again(county: County) -> None:
    number = county.write("举报", f"住建局收红包。{BODY}", name="钱守密", category="report")
    letter_id = county.letter(number).id
    with county.services.database.transaction() as session:
        letter = session.get_one(Letter, letter_id)
        letter.body = letter.writer.body or ""
        if known := session.get(State, CONCEALED):
            session.delete(known)
    remask(county.services.database, county.clock)
    assert private_in(county.letter(number).body) == []
