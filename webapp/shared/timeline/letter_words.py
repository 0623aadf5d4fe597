"""What happens to a letter from its receipt to its end, as staff read it."""

from __future__ import annotations

from functools import singledispatch

from letterbox.domain.events.event import Event, Harmless
from letterbox.domain.events.handling import (
    HandlerInstructed,
    InstructionAsked,
    LetterAssigned,
    LetterDispatched,
    LetterRegistered,
    LetterSubmittedToDeputy,
    ReplyDrafted,
    ReplySentBack,
    ReplySubmitted,
    TaskHandedOn,
    UnitLimitSet,
)
from letterbox.domain.events.limits import LetterClosed, LetterReminded
from letterbox.domain.events.receipt import (
    LetterClassified,
    LetterEvaluated,
    LetterReceived,
    LetterWithdrawn,
    NoticeFailed,
    NoticeSent,
    WriterAdded,
    WriterSupplied,
    WriterUnmasked,
)
from letterbox.domain.events.reply import (
    PublicationCorrected,
    PublicationWithdrawn,
    RehandlingDecided,
    ReplyDelivered,
    ReviewFailed,
    ReviewPassed,
)
from letterbox.domain.events.screening import (
    CategoryChangeAsked,
    CategoryChangeRefused,
    LetterDeclined,
    LetterMarkedUrgent,
    LetterScreened,
    SupplementRequested,
)
from letterbox.domain.events.system import CommandSuperseded, EffectSkipped, EffectsUndone, TaskCompleted
from letterbox.domain.vocabulary import Channel, Criterion
from letterbox.domain.words import LABELS, label
from webapp.shared.timeline import flow_words
from webapp.shared.timeline.fact_words import (
    OUTCOMES,
    SYSTEM_STEPS,
    Names,
    accused_words,
    due,
    instant,
    named,
    said,
    step_words,
    unit_name,
)
from webapp.shared.timeline.quiet_words import noticed


@singledispatch
def parts(event: Event, names: Names) -> list[str]:
    """The event's facts as a second line, in parts."""
    return flow_words.parts(event, names)


@parts.register
def _(event: Harmless, names: Names) -> list[str]:
    return [
        LABELS[Channel].get(event.channel or "", ""),
        event.lead_unit_name or unit_name(event.lead_unit or event.unit, names),
        f"第 {event.round} 轮" if event.round else "",
        "急件" if event.urgent else "",
        step_words(event.limit, event.step) if event.limit and event.step else named(event.limit),
        due(event.due_at),
    ]


@parts.register(LetterRegistered)
@parts.register(LetterSubmittedToDeputy)
def _(event: LetterRegistered | LetterSubmittedToDeputy, _names: Names) -> list[str]:
    return [event.note or ""]


@parts.register(WriterUnmasked)
@parts.register(LetterWithdrawn)
@parts.register(PublicationCorrected)
@parts.register(PublicationWithdrawn)
@parts.register(CategoryChangeAsked)
@parts.register(CategoryChangeRefused)
def _(
    event: WriterUnmasked
    | LetterWithdrawn
    | PublicationCorrected
    | PublicationWithdrawn
    | CategoryChangeAsked
    | CategoryChangeRefused,
    _names: Names,
) -> list[str]:
    return [event.reason or ""]


@parts.register(WriterSupplied)
@parts.register(WriterAdded)
def _(event: WriterSupplied | WriterAdded, _names: Names) -> list[str]:
    return [event.body]


@parts.register(SupplementRequested)
@parts.register(InstructionAsked)
def _(event: SupplementRequested | InstructionAsked, _names: Names) -> list[str]:
    return [event.question or ""]


@parts.register
def _(event: HandlerInstructed, _names: Names) -> list[str]:
    return [event.instruction or ""]


@parts.register
def _(event: LetterReceived, _names: Names) -> list[str]:
    return [
        named(event.channel),
        said("来源编号 {}", event.channel_reference),
        said("从来信 {} 分出", event.split_from),
        event.reason or "",
    ]


@parts.register
def _(event: LetterClassified, _names: Names) -> list[str]:
    return [said("建议类别：{}", named(event.category)), "含红色预警词" if event.red_flag else ""]


@parts.register
def _(event: LetterScreened, names: Names) -> list[str]:
    return [
        f"类别：{named(event.category)}",
        said("受理范围第 {} 类", event.scope),
        "急件" if event.urgent else "",
        "重要来信" if event.important else "",
        accused_words(event.category, event.accused_unit, event.accused_stated, names),
    ]


@parts.register
def _(event: LetterDeclined, _names: Names) -> list[str]:
    return [named(event.ground), event.reason, said("原编号 {}", event.reference)]


@parts.register
def _(event: LetterAssigned, names: Names) -> list[str]:
    return [
        f"主办单位：{event.lead_unit_name or unit_name(event.lead_unit, names)}",
        said("协办单位：{}", "、".join(unit_name(unit, names) for unit in event.co_units)),
        event.note or "",
    ]


@parts.register
def _(event: LetterDispatched, names: Names) -> list[str]:
    return [unit_name(event.lead_unit, names), "急件，已即时通知" if event.urgent else ""]


@parts.register
def _(event: ReplyDrafted, _names: Names) -> list[str]:
    return [
        f"第 {event.round} 轮",
        "有诉求不能满足" if event.unmet_demand else "",
        f"新增联系记录 {event.contacts} 条" if event.contacts else "",
    ]


@parts.register
def _(event: ReplySubmitted, _names: Names) -> list[str]:
    return [f"第 {event.round} 轮", "有诉求不能满足" if event.unmet_demand else ""]


@parts.register
def _(event: ReplySentBack, _names: Names) -> list[str]:
    return [f"第 {event.round} 轮", event.comment or ""]


@parts.register
def _(event: ReplyDelivered, _names: Names) -> list[str]:
    return [f"第 {event.round} 轮"]


@parts.register(ReviewPassed)
@parts.register(ReviewFailed)
def _(event: ReviewPassed | ReviewFailed, _names: Names) -> list[str]:
    failed = [words for name, words in LABELS[Criterion].items() if event.rubric.get(Criterion(name)) == "fail"]
    publish = event.publish if isinstance(event, ReviewPassed) else None
    return [
        f"第 {event.round} 轮",
        event.comment or "",
        said("不合格：{}", "、".join(failed)),
        said("处理意见：{}", event.handling_opinion),
        {True: "向社会公开", False: "不公开", None: ""}[publish],
    ]


@parts.register
def _(event: LetterEvaluated, _names: Names) -> list[str]:
    solved = "问题已解决" if event.solved else "问题未解决"
    return [solved, "满意" if event.satisfied else "不满意", event.comment or ""]


@parts.register
def _(event: LetterClosed, _names: Names) -> list[str]:
    return [OUTCOMES.get(event.outcome, event.outcome)]


@parts.register
def _(event: RehandlingDecided, _names: Names) -> list[str]:
    return [OUTCOMES.get(event.outcome, event.outcome), event.reason]


@parts.register
def _(event: TaskCompleted, _names: Names) -> list[str]:
    """A task or field that the process owner added: the questions as they were asked, with their answers."""
    return [event.task_name or event.task, *(f"{question}：{answer}" for question, answer in event.shown or ())]


@parts.register
def _(_event: CommandSuperseded, _names: Names) -> list[str]:
    return ["提交时任务已被流程取消，这次提交没有改变办理进程"]


@parts.register
def _(event: EffectSkipped, _names: Names) -> list[str]:
    where = label(event.status, "LetterStatus")
    return [SYSTEM_STEPS.get(event.effect, ""), f"当时来信{where}，什么都没有做"]


@parts.register
def _(event: EffectsUndone, names: Names) -> list[str]:
    units = "、".join(unit_name(code, names) for code in event.units)
    return [units, said("作废的时限：{}", "、".join(named(kind) for kind in event.limits))]


@parts.register
def _(event: LetterMarkedUrgent, _names: Names) -> list[str]:
    return ["标为急件" if event.urgent else "取消急件", event.reason]


@parts.register
def _(event: LetterReminded, names: Names) -> list[str]:
    units = "、".join(unit_name(code, names) for code in event.units)
    return [units or "电子政务办", f"时限：{'、'.join(named(kind) for kind in event.limits)}", event.message or ""]


@parts.register
def _(event: TaskHandedOn, _names: Names) -> list[str]:
    return [f"“{event.task_name}”交给{event.to}", event.note or ""]


@parts.register
def _(event: UnitLimitSet, _names: Names) -> list[str]:
    return [f"{instant(event.due_at)} 前办好"]


@parts.register(NoticeSent)
@parts.register(NoticeFailed)
def _(event: NoticeSent | NoticeFailed, _names: Names) -> list[str]:
    return noticed(event)
