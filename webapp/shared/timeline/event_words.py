"""What happened to a letter, as staff read it: the one home of the timeline's words.

The names of events are the domain's (``STAFF_WORDS``); here their facts become a second line in plain Chinese.
An event of a name or with facts not known here still has a line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from letterbox.domain.events import STAFF_WORDS
from letterbox.domain.vocabulary import Criterion, EventName, Role
from letterbox.domain.words import LABELS, label
from webapp.shared.timeline.fact_words import (
    OUTCOMES,
    STEPS,
    SYSTEM_STEPS,
    Facts,
    Names,
    accused_words,
    instant,
    named,
    said,
)
from webapp.shared.timeline.flow_words import FLOW_NOTES
from webapp.shared.timeline.quiet_words import QUIET_NOTES
from webapp.shared.timeline.side_process_words import SIDE_PROCESS_NOTES


class Happened(Protocol):
    """An event of a letter's record."""

    @property
    def name(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by_kind(self) -> str: ...
    @property
    def by_name(self) -> str: ...
    @property
    def by_role(self) -> str | None: ...
    @property
    def by_unit(self) -> str | None: ...
    @property
    def data(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the timeline. ``is_machine``: nobody's doing, to be shown quietly."""

    name: str
    at: datetime
    words: str
    by: str
    note: str
    is_machine: bool


def line_of(event: Happened, names: Names) -> EventLine:
    """``names``: units' names by code."""
    return EventLine(
        name=event.name,
        at=event.at,
        words=words_of(event.name),
        by=_by(event, names),
        note=note_of(event, names),
        is_machine=event.by_kind == "worker",
    )


def words_of(name: str) -> str:
    return STAFF_WORDS[EventName(name)] if name in set(EventName) else name


def note_of(event: Happened, names: Names) -> str:
    """The event's facts as a second line; empty if there is nothing to add."""
    parts = [part for part in _NOTES.get(event.name, _free_text)(event.data, names) if part]
    return "；".join([*(part.rstrip("。；") for part in parts[:-1]), *parts[-1:]])


def _by(event: Happened, names: Names) -> str:
    if event.by_kind == "worker":
        return "系统"
    where = names.get(event.by_unit or "", "")
    role = label(event.by_role, "Role") if event.by_role in set(Role) else ""
    office = " ".join(part for part in (where, role) if part)
    return f"{event.by_name}（{office}）" if office else event.by_name


def _free_text(facts: Facts, _names: Names) -> list[str]:
    """The words that people gave, whatever the event."""
    kinds = ("note", "instruction", "comment", "reason", "question", "body", "message", "request", "feedback")
    return [str(facts[kind]) for kind in kinds if facts.get(kind)]


def _received(facts: Facts, _names: Names) -> list[str]:
    reference = facts.get("channel_reference")
    split_from = facts.get("split_from")
    return [
        named(facts.get("channel"), "Channel"),
        f"来源编号 {reference}" if reference else "",
        f"从来信 {split_from} 分出" if split_from else "",
        str(facts.get("reason") or ""),
    ]


def _classified(facts: Facts, _names: Names) -> list[str]:
    return [f"建议类别：{named(facts.get('category'), 'Category')}", "含红色预警词" if facts.get("red_flag") else ""]


def _screened(facts: Facts, names: Names) -> list[str]:
    return [
        f"类别：{named(facts.get('category'), 'Category')}",
        f"受理范围第 {facts['scope']} 类" if facts.get("scope") else "",
        "急件" if facts.get("urgent") else "",
        "重要来信" if facts.get("important") else "",
        accused_words(facts, names),
    ]


def _declined(facts: Facts, _names: Names) -> list[str]:
    reference = facts.get("reference")
    return [
        named(facts.get("ground"), "Ground"),
        str(facts.get("reason") or ""),
        f"原编号 {reference}" if reference else "",
    ]


def _assigned(facts: Facts, names: Names) -> list[str]:
    code = str(facts.get("lead_unit") or "")
    co_units = [names.get(unit, unit) for unit in facts.get("co_units") or []]
    return [
        f"主办单位：{facts.get('lead_unit_name') or names.get(code, code)}",
        f"协办单位：{'、'.join(co_units)}" if co_units else "",
        str(facts.get("note") or ""),
    ]


def _dispatched(facts: Facts, names: Names) -> list[str]:
    code = str(facts.get("lead_unit") or facts.get("unit") or "")
    return [names.get(code, code), "急件，已即时通知" if facts.get("urgent") else ""]


def _round(facts: Facts, _names: Names) -> list[str]:
    contacts = facts.get("contacts")
    return [
        f"第 {facts['round']} 轮" if facts.get("round") else "",
        "有诉求不能满足" if facts.get("unmet_demand") else "",
        f"新增联系记录 {contacts} 条" if contacts else "",
        str(facts.get("comment") or ""),
    ]


def _reviewed(facts: Facts, names: Names) -> list[str]:
    rubric = facts.get("rubric") or {}
    failed = [words for name, words in LABELS[Criterion].items() if rubric.get(name) == "fail"]
    opinion, publish = facts.get("handling_opinion"), facts.get("publish")
    return [
        *_round({**facts, "contacts": None}, names),
        f"不合格：{'、'.join(failed)}" if failed else "",
        f"处理意见：{opinion}" if opinion else "",
        {True: "向社会公开", False: "不公开"}.get(publish, "") if publish is not None else "",
    ]


def _step(facts: Facts, _names: Names) -> list[str]:
    to = [named(role, "Role") for role in facts.get("recipients") or []]
    step = str(facts.get("step") or "")
    return [
        f"{named(facts.get('limit'), 'LimitKind')}：{STEPS.get(step, step)}",
        f"期限 {instant(facts.get('due_at'))}" if facts.get("due_at") else "",
        f"已通知{'、'.join(to)}" if to else "",
    ]


def _step_withdrawn(facts: Facts, _names: Names) -> list[str]:
    step = str(facts.get("step") or "")
    return [
        f"{named(facts.get('limit'), 'LimitKind')}：{STEPS.get(step, step)}",
        f"期限改为 {instant(facts.get('due_at'))}，届时重新提醒" if facts.get("due_at") else "",
    ]


def _limit_moved(facts: Facts, _names: Names) -> list[str]:
    limit, old, new = named(facts.get("limit"), "LimitKind"), facts.get("from"), facts.get("to")
    moved = f"{limit}：{instant(old)} → {instant(new)}" if old and new else limit
    return [moved, named(facts.get("because"), "MoveCause")]


def _evaluated(facts: Facts, _names: Names) -> list[str]:
    solved = "问题已解决" if facts.get("solved") else "问题未解决"
    return [solved, "满意" if facts.get("satisfied") else "不满意", str(facts.get("comment") or "")]


def _outcome(facts: Facts, _names: Names) -> list[str]:
    outcome = str(facts.get("outcome") or "")
    return [OUTCOMES.get(outcome, outcome), str(facts.get("reason") or "")]


def _task(facts: Facts, _names: Names) -> list[str]:
    """A task or field that the process owner added: the questions as they were asked, with their answers."""
    return [
        str(facts.get("task_name") or facts.get("task") or ""),
        *(f"{question}：{answer}" for question, answer in facts.get("shown") or []),
    ]


def _superseded(_facts: Facts, _names: Names) -> list[str]:
    return ["提交时任务已被流程取消，这次提交没有改变办理进程"]


def _urgent(facts: Facts, _names: Names) -> list[str]:
    return ["标为急件" if facts.get("urgent") else "取消急件", str(facts.get("reason") or "")]


def _reassigned(facts: Facts, _names: Names) -> list[str]:
    return [said("“{}”交给{}", facts.get("task_name"), facts.get("to")), str(facts.get("note") or "")]


def _own_limit(facts: Facts, _names: Names) -> list[str]:
    return [said("{} 前办好", instant(facts["due_at"]))] if facts.get("due_at") else []


def _skipped(facts: Facts, _names: Names) -> list[str]:
    where = named(facts.get("status"), "LetterStatus")
    return [SYSTEM_STEPS.get(str(facts.get("effect")), ""), said("当时来信{}，什么都没有做", where)]


def _undone(facts: Facts, names: Names) -> list[str]:
    units = "、".join(names.get(code, code) for code in facts.get("units") or [])
    limits = "、".join(named(kind, "LimitKind") for kind in facts.get("limits") or [])
    return [units, f"作废的时限：{limits}" if limits else ""]


def _fault(facts: Facts, _names: Names) -> list[str]:
    since = said("自 {} 起", instant(facts["since"])) if facts.get("since") else ""
    return [since, str(facts.get("reason") or "")]


def _reminded(facts: Facts, names: Names) -> list[str]:
    units = [names.get(code, code) for code in facts.get("units") or []]
    limits = [named(kind, "LimitKind") for kind in facts.get("limits") or []]
    return [
        f"{'、'.join(units)}" if units else "电子政务办",
        f"时限：{'、'.join(limits)}",
        str(facts.get("message") or ""),
    ]


_NOTES: Mapping[str, Callable[[Facts, Names], list[str]]] = {
    **SIDE_PROCESS_NOTES,
    **FLOW_NOTES,
    EventName.LETTER_RECEIVED: _received,
    EventName.LETTER_CLASSIFIED: _classified,
    EventName.LETTER_SCREENED: _screened,
    EventName.LETTER_DECLINED: _declined,
    EventName.LETTER_ASSIGNED: _assigned,
    EventName.LETTER_DISPATCHED: _dispatched,
    EventName.REPLY_DRAFTED: _round,
    EventName.REPLY_SENT_BACK: _round,
    EventName.REPLY_SUBMITTED: _round,
    EventName.REPLY_DELIVERED: _round,
    EventName.REVIEW_PASSED: _reviewed,
    EventName.REVIEW_FAILED: _reviewed,
    EventName.DEADLINE_STEP_TAKEN: _step,
    EventName.STEP_WITHDRAWN: _step_withdrawn,
    EventName.LIMIT_MOVED: _limit_moved,
    EventName.LETTER_EVALUATED: _evaluated,
    EventName.LETTER_CLOSED: _outcome,
    EventName.REHANDLING_DECIDED: _outcome,
    EventName.TASK_COMPLETED: _task,
    EventName.COMMAND_SUPERSEDED: _superseded,
    EventName.EFFECT_SKIPPED: _skipped,
    EventName.EFFECTS_UNDONE: _undone,
    EventName.FAULT_BEGAN: _fault,
    EventName.FAULT_ENDED: _fault,
    **QUIET_NOTES,
    EventName.LETTER_MARKED_URGENT: _urgent,
    EventName.LETTER_REMINDED: _reminded,
    EventName.TASK_HANDED_ON: _reassigned,
    EventName.UNIT_LIMIT_SET: _own_limit,
}
