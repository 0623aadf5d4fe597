"""Thirty letters at every point of their way, for tests and for looking at the desk's pages.

They are written over a working week, so that some are late, some due today and some ahead when :data:`NOW` comes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER, Actor
from letterbox.domain.vocabulary import Channel
from letterbox.services.case.accused import NO_UNIT
from tests.support.office.county import County
from tests.support.office.staffed import GOOD
from tests.support.stack.waiting import until

NOW = datetime(2026, 9, 11, 10, 20, tzinfo=OFFICE_ZONE)
"""The Friday on which the letters are looked at; the first are of the Monday before."""
UNIT = "transport"
SUBJECTS = (
    ("永丰镇中心街路灯不亮", "永丰镇中心街从邮局到农贸市场的路灯坏了半个月，晚上一片漆黑，昨天有老人摔倒。\n\n请尽快派人维修。"),
    ("咨询城乡居民医保断缴后怎么补", "我在外务工，去年没有缴费。现在想补缴，请问要等多久才能报销？需要什么材料？"),
    ("公交 3 路末班车太早", "县城 3 路公交晚上六点半就收车，下班的人坐不上。希望延长到八点。建议先在周五、周日试行。"),
    ("S210 线塌方路段一直没修", "省道 210 线走马街段塌方两个月了，只放了几个锥桶，夜里很危险，大货车会车要压到对面车道。"),
    ("工地半夜打桩，孩子没法睡觉", "城东新区某工地连续一周半夜一点还在打桩，孩子明年高考。打过 12345，停一天又开始。"),
    ("实名反映某站长收受红包", "我实名检举某站工作人员在办理道路运输证时收受红包，并伪造检测记录，有转账截图为证。"),
    ("实在走投无路了，不想活了", "我身体不好，低保停了，药也断了，问了几次都说在核实。实在走投无路，有时真想从桥上跳下去，不想活了。"),
    ("建议在政务中心设母婴室", "带孩子去政务中心办事，喂奶只能去卫生间，很不方便。建议设一间母婴室，地方不用大。"),
    ("村里的自来水又浑又断", "我们村自来水从上周开始又浑又黄，白天还停水，有几家老人小孩拉肚子。请赶快派人来看看。"),
    ("公租房申请排队排到哪里了", "三月份交了公租房申请，到现在半年多没有消息。请问怎么查排到第几位？"),
)  # fmt: skip


def person(county: County, login: str) -> Actor:
    return county.services.sign_in.of_login(login).actor


def seed(county: County, count: int = 30) -> list[str]:
    """Write the letters and play each to its point; returns their numbers, the clock at :data:`NOW`."""
    monday = NOW - timedelta(days=4)
    numbers = []
    for index in range(count):
        county.clock.at = monday + timedelta(hours=index * 3 if index * 3 < 90 else 90)
        number = _write(county, index)
        PLAYS[index % len(PLAYS)](county, number, index)
        numbers.append(number)
    county.clock.at = NOW
    return numbers


def _do(county: County, number: str, key: str, actor: Actor, **values: Any) -> None:
    """As ``county.do``, patient with an engine on which other tests run: they may hold a letter's job for a moment."""

    def has_come() -> bool:
        county.run_until_idle(number)
        return key in county.open_tasks(number)

    until(has_come, within_s=60, what=f"{key} of {number}")
    county.do(number, key, actor, **values)


def _write(county: County, index: int) -> str:
    title, body = SUBJECTS[index % len(SUBJECTS)]
    writer = WriterDetails(f"写信人{index % 7}", f"1390000{index % 7:04d}", "", "永丰镇和平街 5 号")
    channel = [Channel.PORTAL, Channel.PORTAL, Channel.WENZHENG_HUNAN][index % 3]
    draft = LetterDraft(
        channel,
        title if index < len(SUBJECTS) else f"{title}（{index + 1}）",
        body,
        is_public=index % 4 != 3,
        writer=writer,
        place="永丰镇中心街",
        channel_reference=f"WZ-{index}" if index % 3 == 2 else None,
    )
    number = county.services.intake.submit(draft, WRITER).number
    county.run_until_idle(number)
    return number


def _screen(county: County, number: str, category: str = "complaint", **values: Any) -> None:
    screener = person(county, "screener")
    _do(county, number, "Task_ScreenLetter", screener, outcome="accept", category=category, scope="5", **values)


def _assign(county: County, number: str, index: int) -> None:
    urgent: dict[str, Any] = {"urgent": True} if index % 5 == 3 else {}
    accusation: dict[str, Any] = {"category": "report", "accused_unit": NO_UNIT} if index % len(SUBJECTS) == 5 else {}
    _screen(county, number, **accusation, **urgent)
    _do(
        county,
        number,
        "Task_AssignLetter",
        person(county, "screener"),
        lead_unit=UNIT,
        note="请依法及时办理，注意保护来信人信息。",
    )


def _waiting(_county: County, _number: str, _index: int) -> None:
    """Left to be screened. (No e-mail address anywhere here: there is no mail server.)"""


def _screened(county: County, number: str, index: int) -> None:
    _screen(county, number, "consultation" if index % 2 else "suggestion")


def _supplement(county: County, number: str, _index: int) -> None:
    question = "请补充塌方路段的具体位置（村名或者里程桩号），最好附一张照片。"
    _do(county, number, "Task_ScreenLetter", person(county, "screener"), outcome="supplement", question=question)


def _declined(county: County, number: str, _index: int) -> None:
    screener = person(county, "screener")
    reason = "您反映的事情已由人民法院受理，请向承办法院了解进展。"
    _do(county, number, "Task_ScreenLetter", screener, outcome="decline", ground="1", reason=reason)


def _drafting(county: County, number: str, index: int) -> None:
    _assign(county, number, index)
    handler, deputy = person(county, f"handler.{UNIT}"), person(county, f"deputy.{UNIT}")
    _do(county, number, "Task_ReceiveLetter", handler, note="已登记")
    _do(county, number, "Task_SubmitToDeputy", handler, note="拟派公路养护中心现场查看，请批示。")
    _do(
        county,
        number,
        "Task_InstructHandler",
        deputy,
        instruction="请公路养护中心两日内到现场，先设警示，再修复。\n同时电话告知来信人。",
    )


def _signing(county: County, number: str, index: int) -> None:
    _drafting(county, number, index)
    contact = {
        "at": (county.clock.at - timedelta(hours=1)).isoformat(),
        "means": "phone",
        "person": "写信人本人",
        "said": "说明了维修安排，来信人表示理解。",
        "reached": True,
    }
    reply = (
        "您好！\n\n接到来信后，我局当日派养护人员到现场查看，已设置警示标志和夜间反光设施。"
        "修复工程已列入本月计划，预计月底前完工。\n\n感谢您的监督！"
    )
    _do(
        county,
        number,
        "Task_DraftReply",
        person(county, f"handler.{UNIT}"),
        reply=reply,
        unmet_demand=False,
        contacts=[contact],
        promise_on=(NOW + timedelta(days=19)).date().isoformat(),
    )


def _in_review(county: County, number: str, index: int) -> None:
    _signing(county, number, index)
    _do(county, number, "Task_SignOffReply", person(county, f"principal.{UNIT}"), outcome="sign")


def _in_redo(county: County, number: str, index: int) -> None:
    _in_review(county, number, index)
    comment = "没有说明塌方原因，也没有给出完工前的绕行办法，请补充后重报。"
    verdict = {**GOOD, "facts_and_basis": "fail", "action_and_date": "fail"}
    _do(county, number, "Task_ReviewReply", person(county, "reviewer"), **verdict, outcome="fail", comment=comment)


def _answered(county: County, number: str, index: int) -> None:
    _in_review(county, number, index)
    _do(county, number, "Task_ReviewReply", person(county, "reviewer"), **GOOD, outcome="pass", publish=True)


def _closed(county: County, number: str, index: int) -> None:
    _answered(county, number, index)
    county.services.writers_side.evaluate(number, satisfied=index % 2 == 0, solved=True, comment="修好了，谢谢。")
    county.run_until_idle(number)


def _assigned(county: County, number: str, index: int) -> None:
    _assign(county, number, index)


PLAYS: tuple[Callable[[County, str, int], None], ...] = (
    _drafting,
    _waiting,
    _assigned,
    _in_redo,
    _signing,
    _assigned,
    _waiting,
    _screened,
    _in_review,
    _answered,
    _closed,
    _supplement,
    _declined,
)
