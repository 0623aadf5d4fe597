"""What our services require of a bundle apart from its ids: messages that are caught, topics that are worked, decisive
fields.

What a form has to keep is measured by the shipped form: of the contract's decisive fields those that it has, with no
answers that it does not know, since no service would act on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from letterbox.bundle.model.diagram_model import Diagram, Finding, Node
from letterbox.bundle.model.juel_tree import Value
from letterbox.bundle.vocabulary import VALUES, YES_OR_NO, MessageName, Topic, Variable
from letterbox.domain.forms.form import Form, FormError
from letterbox.domain.forms.form_model import ONE_CHOICE, Component, Kind, inputs_of
from letterbox.domain.vocabulary import Category, Criterion
from letterbox.domain.words import LABELS

DECISIVE: Mapping[str, tuple[str, ...]] = {
    "Task_ScreenLetter": (
        "outcome", "ground", "reason", "reference", "joined_to", "accused_unit", "category", "scope", "urgent",
        "important", "question",
    ),
    "Task_AssignLetter": ("lead_unit", "co_units", "note"),
    "Task_ReceiveLetter": ("note",),
    "Task_SubmitToDeputy": ("note",),
    "Task_InstructHandler": ("instruction",),
    "Task_DraftReply": ("reply", "unmet_demand", "contacts", "promise_on"),
    "Task_SignOffReply": ("outcome", "comment"),
    "Task_RuleOnReturn": ("outcome", "lead_unit", "reason"),
    "Task_DecideExtension": ("outcome", "due_on", "reason"),
    "Task_ReviewReply": (*Criterion, "outcome", "comment", "handling_opinion", "publish"),
    "Task_GiveOpinion": ("opinion",),
    "Task_DecideRehandling": ("outcome", "reason"),
    "Task_AnswerSupervision": ("feedback",),
    "Task_AssessFeedback": ("outcome", "comment", "due_on"),
    "Task_AnswerInstruction": ("answer",),
    "Task_ReportPromise": ("kept", "comment"),
}  # fmt: skip
"""Task → the fields that other programs send and read (contract, "Tasks and their decisive fields")."""

Forms = Mapping[str, tuple[str, Form]]
"""Form id → its file and itself."""


def unheard(diagrams: tuple[Diagram, ...]) -> Iterator[Finding]:
    """Messages that services send and no diagram waits for, topics whose work would never be asked for."""
    caught = {node.message for diagram in diagrams for node in diagram.nodes if node.message}
    for message in sorted(set(MessageName) - caught):
        text = f"没有哪个流程图接收消息“{message}”：系统会发出它，请恢复接收它的事件。"
        yield Finding(file="", element=f"Message_{message}", rule="required-message", message=text)
    asked = {topic for diagram in diagrams for topic in diagram.topics}
    for topic in sorted(set(Topic) - asked):
        text = f"没有哪一步使用主题“{topic}”：这项自动工作不会再有人做，请恢复那个自动任务。"
        yield Finding(file="", element=topic, rule="required-topic", message=text)


def forms_of(schemas: Mapping[str, Any]) -> dict[str, tuple[str, Form]]:
    """The usable ones among file name → parsed JSON; broken ones are reported by the lint."""
    found = {}
    for name, schema in schemas.items():
        try:
            form = Form.parse(schema)
        except (FormError, TypeError, AttributeError):
            continue
        found[form.id] = (name, form)
    return found


def answers(diagrams: tuple[Diagram, ...], forms: Forms, shipped_forms: Forms) -> dict[str, frozenset[Value]]:
    """Every value that a process variable can have: of those that services write by the vocabulary, of those that forms
    alone write by their choices or ticks. Others are not among them.

    What the shipped forms write has their values: a form that offers others is said at its field, not at the gateway too.
    """
    ours = _written_by(diagrams, shipped_forms)
    return {
        **_written_by(diagrams, forms),
        **ours,
        **{str(name): frozenset(map(str, words)) for name, words in VALUES.items()},
        **{str(name): frozenset({True, False}) for name in YES_OR_NO},
    }


def labels(forms: Forms) -> dict[str, dict[Value, str]]:
    """Variable → its values as people know them: by the forms' choices, by the product's words."""
    found: dict[str, dict[Value, str]] = {
        str(Variable.CATEGORY): {str(key): word for key, word in LABELS[Category].items()}
    }
    for _file, form in forms.values():
        for field in form.fields.values():
            if not field.variable or field.options_key:
                continue
            own: dict[Value, str] = {option.value: option.label for option in field.options}
            if field.kind is Kind.CHECKBOX:
                own = {True: "是", False: "否"}
            found.setdefault(field.variable, {}).update(own)
    return found


def _written_by(diagrams: tuple[Diagram, ...], forms: Forms) -> dict[str, frozenset[Value]]:
    mapped = {name for diagram in diagrams for node in diagram.nodes for name in node.sets}
    found: dict[str, set[Value] | None] = {}
    for _file, form in forms.values():
        for field in form.fields.values():
            if field.variable:
                known, more = found.get(field.variable, set()), _values(field)
                found[field.variable] = None if known is None or more is None else known | more
    return {name: frozenset(values) for name, values in found.items() if values and name not in mapped}


def _values(field: Component) -> set[Value] | None:
    if field.kind is Kind.CHECKBOX:
        return {True, False}
    if field.kind not in ONE_CHOICE or field.options_key:
        return None
    may_be_empty = not field.rules.required and field.rules.required_if is None and field.default is None
    return {option.value for option in field.options} | ({None} if may_be_empty else set())


def is_others_form(task: Node, shipped: Sequence[Diagram]) -> bool:
    """Whether a shipped task was given another shipped task's form: that is said, its fields are another's."""
    owners = {each.form: each.id for diagram in shipped for each in diagram.user_tasks}
    return owners.get(task.form, task.id) != task.id


def decisive_fields(
    diagrams: tuple[Diagram, ...], forms: Forms, shipped: tuple[Diagram, ...], shipped_forms: Forms
) -> Iterator[Finding]:
    """Forms of the shipped tasks against the shipped forms."""
    wanted = {task.id: shipped_forms.get(task.form or "") for diagram in shipped for task in diagram.user_tasks}
    for diagram in diagrams:
        for task in diagram.user_tasks:
            now, before = forms.get(task.form or ""), wanted.get(task.id)
            if now is not None and before is not None and not is_others_form(task, shipped):
                yield from _fields(task, now[0], now[1], before[1])


def _fields(task: Node, file: str, now: Form, before: Form) -> Iterator[Finding]:
    for key in DECISIVE.get(task.id, ()):
        old, new = before.fields.get(key), now.fields.get(key)
        if old is None:
            continue
        if new is None:
            text = f"“{task.name}”少了字段“{old.title}”（{key}）：系统要用到它，请恢复；标签和说明可以随意修改。"
            yield Finding(file=file, element=key, rule="required-field", message=text)
        else:
            yield from _field(task, file, old, new)


def _field(task: Node, file: str, old: Component, new: Component) -> Iterator[Finding]:
    if new.kind is not old.kind and not {new.kind, old.kind} <= ONE_CHOICE:
        text = f"字段“{new.title}”（{new.key}）的类型由 {old.kind} 变成了 {new.kind}：系统会看不懂它的内容。"
        yield Finding(file=file, element=new.key, rule="required-field", message=text)
    known = {option.value for option in old.options}
    for option in new.options if known else ():
        if option.value not in known:
            text = f"选项“{option.label}”（{option.value}）系统不会处理，“{task.name}”可用的有：{'、'.join(sorted(known))}。"
            yield Finding(file=file, element=new.key, rule="unknown-choice", message=text)
    if old.variable and new.variable != old.variable:
        text = f"字段“{new.title}”（{new.key}）应写入流程变量 {old.variable}（属性 variable），流程要靠它判断往哪走。"
        yield Finding(file=file, element=new.key, rule="required-variable", message=text)
    inside = {child.key for child in inputs_of(new.components)}
    for child in inputs_of(old.components):
        if child.key not in inside:
            text = f"列表“{new.title}”少了字段“{child.title}”（{child.key}）：系统要用到它，请恢复。"
            yield Finding(file=file, element=new.key, rule="required-field", message=text)
