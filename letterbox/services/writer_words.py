"""What a writer is told, in words that a citizen understands: the one home of these sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.domain.dates import day_of
from letterbox.domain.vocabulary import EventName, LetterStatus

SENTENCES: Mapping[LetterStatus, str] = {
    LetterStatus.RECEIVED: "我们已经收到您的来信，正在看信。",
    LetterStatus.AWAITING_SUPPLEMENT: "需要请您补充一些情况，请看下面的问题。",
    LetterStatus.DECLINED: "这封来信没有受理，原因和可以找谁办见下方。",
    LetterStatus.JOINED: "这封来信与同一件事的来信合并办理。",
    LetterStatus.SCREENED: "您的来信已经受理，正在确定由哪个单位办理。",
    LetterStatus.ASSIGNED: "您的来信已经交给{unit}。",
    LetterStatus.HANDLING: "{unit}正在办理您的来信。",
    LetterStatus.RETURNED: "正在重新确定由哪个单位办理。",
    LetterStatus.IN_REVIEW: "{unit}已经写好答复，正在审核。",
    LetterStatus.IN_REDO: "{unit}正在完善答复。",
    LetterStatus.ANSWERED: "您的来信已经答复，请看下面的答复，并告诉我们问题是否解决。",
    LetterStatus.REHANDLING: "{unit}正在再次办理您的来信。",
    LetterStatus.CLOSED: "这封来信已经办结。",
    LetterStatus.WITHDRAWN: "您已撤回这封来信。",
}

GROUNDS: Mapping[str, str] = {
    "1": "所反映的事情已经进入诉讼、仲裁、行政复议等法定程序",
    "2": "所反映的事情已由有关乡镇或部门受理，正在办理期限内",
    "3": "所反映的事情已经有关乡镇或部门作出信访终结处理",
    "4": "对已有的处理或复查意见不服，但没有在规定期限内提出复查或复核请求",
    "5": "来信内容不够清楚，责任单位也不明确，经请您补充后仍无法核实办理",
    "6": "来信属于推销、邀请或给领导的私人信件",
    "out_of_scope": "所反映的事情不属于本信箱的受理范围",
}
"""A4, as told to the writer."""

ADVICE: Mapping[str, str] = {
    "1": "请向正在审理或办理此事的法院、仲裁机构或复议机关反映；需要法律帮助，可以咨询县司法局的法律援助中心。",
    "2": "请向正在办理的单位了解进展；期限过后仍没有答复，欢迎再次来信并写明原来的编号。",
    "3": "请向作出终结处理的单位了解情况；如有新的事实和材料，欢迎再次来信。",
    "4": "请向县信访局了解还可以走哪些程序。",
    "5": "如果您有了新的材料，例如时间、地点、照片或当事单位，欢迎再次来信。",
    "6": "本信箱不处理这类信件，请谅解。",
    "out_of_scope": "请向有权处理此事的机关反映；不清楚由谁负责的，可以拨打 12345 咨询。",
}
"""Where to turn [ours, A3, A4]."""


def note_of(name: str, data: Mapping[str, Any], unit_name: str) -> str:
    """The second line of a timeline entry: what the writer may know of the event's facts."""
    if name == EventName.SUPPLEMENT_REQUESTED:
        return str(data.get("question") or "")
    if name in {EventName.WRITER_SUPPLIED, EventName.WRITER_ADDED}:
        return str(data.get("body") or "")
    if name in {EventName.LETTER_DISPATCHED, EventName.REPLY_DELIVERED}:
        return unit_name
    if name == EventName.EXTENSION_GRANTED:
        return f"延长到{day_of(data.get('due_on'))}"
    if name in {EventName.LETTER_DECLINED, EventName.REHANDLING_DECIDED}:
        return str(data.get("reason") or "")
    if name in {EventName.PROMISE_REPORTED, EventName.PROMISE_CONFIRMED}:
        return "，".join(filter(None, ("办到了" if data.get("kept") else "没有办到", str(data.get("comment") or ""))))
    return ""
