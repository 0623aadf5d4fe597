"""What the open limits are called on the page and in the file."""

from __future__ import annotations

from flask_babel import lazy_gettext

from letterbox.domain.dates import instant
from letterbox.domain.limits.answerers import BY_COORDINATOR, BY_OFFICE, BY_WRITER
from letterbox.domain.limits.lateness import Lateness
from letterbox.domain.words import label
from letterbox.services.limits.open_limits import LimitRow
from letterbox.services.records.views import LetterLine
from webapp.shared.due import DueLabel

LATENESS = {
    Lateness.OVERDUE: lazy_gettext("已超期"),
    Lateness.TODAY: lazy_gettext("今天到期"),
    Lateness.SOON: lazy_gettext("之后 2 个工作日内"),
    Lateness.LATER: lazy_gettext("更晚"),
}
SORTS = {
    "": lazy_gettext("急件在前"),
    "due": lazy_gettext("最早到期在前"),
    "-due": lazy_gettext("最晚到期在前"),
    "started": lazy_gettext("最早开始在前"),
    "-started": lazy_gettext("最晚开始在前"),
    "unit": lazy_gettext("按责任单位"),
    "kind": lazy_gettext("按时限种类"),
    "number": lazy_gettext("按来信编号"),
}
OTHERS = {
    BY_OFFICE: lazy_gettext("电子政务办"),
    BY_COORDINATOR: lazy_gettext("统筹协调部门"),
    BY_WRITER: lazy_gettext("来信人"),
}
LIMIT_HEADINGS = (
    "编号",
    "标题",
    "类别",
    "时限",
    "责任单位",
    "开始",
    "到期",
    "情况",
    "暂定",
    "急件",
    "重要",
    "红色预警",
    "来信状态",
)
LETTER_HEADINGS = (
    "编号",
    "标题",
    "类别",
    "主办单位",
    "收到",
    "最近时限",
    "到期",
    "情况",
    "急件",
    "重要",
    "红色预警",
    "来信状态",
)


def answering(code: str, name: str | None) -> str:
    """Who answers: a unit's short name, or what the others are called."""
    return name or str(OTHERS.get(code, code))


def limit_cells(row: LimitRow, due: DueLabel | None) -> list[str]:
    """A row of the file, under LIMIT_HEADINGS; instants in the office's zone."""
    return [
        row.number,
        row.title,
        _label(row.category, "Category"),
        _label(row.kind, "LimitKind"),
        answering(row.answering, row.answering_name),
        instant(row.started_at),
        instant(row.due_at),
        due.words if due and row.lateness else "期限已过",
        _yes(row.provisional),
        *_marks(row),
        _label(row.status, "LetterStatus"),
    ]


def letter_cells(letter: LetterLine, due: DueLabel | None) -> list[str]:
    """The same of a letter, under LETTER_HEADINGS."""
    return [
        letter.number,
        letter.title,
        _label(letter.category, "Category"),
        letter.lead_unit_name or "",
        instant(letter.received_at),
        _label(letter.due_kind, "LimitKind"),
        instant(due.at) if due else "",
        due.words if due else "",
        *_marks(letter),
        _label(letter.status, "LetterStatus"),
    ]


def _marks(each: LimitRow | LetterLine) -> list[str]:
    return [_yes(each.urgent), _yes(each.important), _yes(each.red_flag)]


def _label(value: str | None, kind: str) -> str:
    return label(value, kind) if value else ""


def _yes(value: bool) -> str:
    return "是" if value else ""
