"""Words around the portal's facts: hints, summaries, what this mailbox takes and does not take (A3, A4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from letterbox.domain.errors import Unavailable
from letterbox.domain.letter import BODY_MAX, TITLE_MAX
from letterbox.domain.vocabulary import UnitKind
from letterbox.domain.words import LABELS, label
from letterbox.intelligence.personal_data import find, names_in
from letterbox.services.case.accused import NO_UNIT, OPTION
from letterbox.services.staff.unit_directory import UnitDirectory
from letterbox.settings import Settings
from webapp.portal.draft import Draft
from webapp.portal.steps import WritingStep, steps_for
from webapp.shared.personal_words import summed

SHOWN_KINDS = (UnitKind.TOWNSHIP, UnitKind.ZONE, UnitKind.DEPARTMENT, UnitKind.PUBLIC_BODY)
PREVIEW = 24


def taken() -> list[str]:
    """The six scopes (A3) in the public's words."""
    return [
        _("对县委、县政府的政策、重大决策和重点工作的意见"),
        _("对全县经济和社会发展的建议"),
        _("对政策和规范性文件的咨询"),
        _("对部门职责、办事程序和政策的咨询"),
        _("生产生活中遇到的、需要县里、乡镇、部门或者公共企事业单位协调处理的问题"),
        _("县委、县政府职权范围内，要向书记、县长反映的其他事情"),
    ]


def not_taken() -> list[str]:
    """The six grounds (A4) in the public's words."""
    return [
        _("已经进入诉讼、仲裁、行政复议等法定程序的"),
        _("乡镇或者部门已经受理、还在办理期内的"),
        _("已经作出信访终结的"),
        _("对处理意见不服，又没有在规定时间内申请复查、复核的"),
        _("事实和责任单位都说不清、无法核实办理的"),
        _("推销、邀请函和写给领导个人的私信"),
    ]


def category_hints() -> dict[str, str]:
    return {
        "consultation": _("想问清一项政策、一个程序，或者该找哪个单位"),
        "complaint": _("对单位、企业的服务或者做法不满意"),
        "opinion": _("对一项工作、一个决定有看法"),
        "suggestion": _("有办法让事情做得更好"),
        "help": _("生产生活中遇到困难，需要帮助解决"),
        "report": _("反映单位或者个人违纪违法。不会转给被反映的单位，也不会让他们知道您是谁"),
        "other": _("以上都不合适，或者拿不准"),
    }


def visibility_hints() -> dict[str, str]:
    return {
        "yes": _(
            "公布标题、正文和答复，让有同样问题的人也能看到。不公布您的姓名和联系方式；正文里的个人信息公布前会遮盖"
        ),
        "no": _("只有您凭编号和查询码看得到答复"),
    }


def unit_choices(unit_directory: UnitDirectory, draft: Draft) -> list[SelectChoice]:
    """Grouped options for the place; while the database is away only what was chosen before, and the free text."""
    first = SelectChoice("", str(_("不清楚，或者不涉及")))
    try:
        units = unit_directory.units()
    except Unavailable:
        chosen = draft.get("unit_words")
        return [first, *([SelectChoice(draft.get("unit"), chosen)] if chosen else [])]
    grouped = [(kind, unit) for kind in SHOWN_KINDS for unit in units if unit.kind == kind]
    return [first, *(SelectChoice(unit.code, unit.name, optgroup=label(kind)) for kind, unit in grouped)]


def accused_choices(unit_directory: UnitDirectory, draft: Draft) -> list[SelectChoice]:
    """Every unit and office in use, by kind, after the two answers that name none."""
    first = [SelectChoice("", str(_("现在不说"))), SelectChoice(NO_UNIT, str(_(OPTION["label"])))]
    try:
        units = unit_directory.units()
    except Unavailable:
        chosen = draft.get("accused_words")
        return [*first, *([SelectChoice(draft.get("accused"), chosen)] if chosen else [])]
    grouped = [(kind, unit) for kind in UnitKind for unit in units if unit.kind == kind]
    return [*first, *(SelectChoice(unit.code, unit.name, optgroup=label(kind)) for kind, unit in grouped)]


def with_accused_words(draft: Draft, unit_directory: UnitDirectory) -> Draft:
    """As ``with_unit_words``, for whom an accusation is against."""
    words = {choice.value: str(choice.label) for choice in accused_choices(unit_directory, draft)[1:]}
    return draft.with_text("accused_words", words.get(draft.get("accused"), ""))


def is_nobody(draft: Draft) -> bool:
    """An answer that is not on offer."""
    return bool(draft.get("accused")) and not draft.get("accused_words")


def is_no_choice(draft: Draft) -> bool:
    """A unit that was looked up by ``with_unit_words`` and is not on offer; unknown while the database is away."""
    return bool(draft.get("unit")) and draft.texts.get("unit_words") == ""


def with_unit_words(draft: Draft, unit_directory: UnitDirectory) -> Draft:
    """The chosen unit's name goes along with its code, so that later pages need no look-up."""
    code = draft.get("unit")
    try:
        units = [unit for unit in unit_directory.units() if unit.kind in SHOWN_KINDS] if code else []
    except Unavailable:
        return draft
    return draft.with_text("unit_words", next((unit.short_name for unit in units if unit.code == code), ""))


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of the summary beside the form."""

    key: str
    words: str
    value: str
    state: str
    """``done``, ``current`` or ``ahead``."""


def progress(draft: Draft, current: WritingStep) -> list[Progress]:
    order = steps_for(draft)
    position = order.index(current) if current in order else 0
    lines = []
    for index, step in enumerate(order):
        value = summary_of(step, draft)
        state = "current" if index == position else "done" if value or index < position else "ahead"
        lines.append(Progress(key=step.key, words=step.words(), value=shortened(value), state=state))
    return lines


def summary_of(step: WritingStep, draft: Draft) -> str:
    """What was answered at a step, in a few words; empty if nothing."""
    match step.key:
        case "notice":
            return str(_("已同意")) if draft.get("consent") else ""
        case "category":
            return LABELS_OF_CATEGORY.get(draft.get("category"), "")
        case "accused":
            return draft.get("accused_words")
        case "place":
            return draft.place_words or ""
        case "files":
            return str(_("%(count)d 个", count=len(draft.files))) if draft.files else ""
        case "visibility":
            return str({"yes": _("可以公开"), "no": _("不公开")}.get(draft.get("is_public"), ""))
    return draft.get({"letter": "title", "writer": "name"}.get(step.key, "")).strip()


def personal_in(draft: Draft) -> str:
    """What is personal in title and text, by kind, in words; empty if nothing is."""
    texts = (draft.get("title")[:TITLE_MAX], draft.get("body")[:BODY_MAX])
    named = names_in(texts)
    return summed(str(each.kind) for text in texts for each in find(text, named=named))


def shortened(text: str) -> str:
    return text if len(text) <= PREVIEW else f"{text[:PREVIEW]}…"


def sent_by(draft: Draft, settings: Settings) -> list[str]:
    """By which means the receipt also goes to the writer: ``mail``, ``sms``."""
    ways = [("mail", draft.get("email").strip()), ("sms", draft.get("phone").strip() if settings.sms_url else "")]
    return [way for way, address in ways if address]


def categories() -> Sequence[tuple[str, str]]:
    return list(LABELS_OF_CATEGORY.items())


LABELS_OF_CATEGORY = next(words for kind, words in LABELS.items() if kind.__name__ == "Category")
