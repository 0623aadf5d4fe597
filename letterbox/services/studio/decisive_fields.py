"""Fields that decide: always there to be answered, with the shipped answers under their own names, and written by nobody
else.

What a form must keep is measured by the shipped one (contract, "Tasks and their decisive fields"). A gateway whose variable
was never written stops the letter, and the record says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from letterbox.bundle.model import juel
from letterbox.bundle.model.diagram_model import Diagram, Finding, Level
from letterbox.domain.forms.feel import evaluate
from letterbox.domain.forms.form import Form
from letterbox.domain.forms.form_check import is_required
from letterbox.domain.forms.form_faults import cases
from letterbox.domain.forms.form_model import FREE_TEXT, LONGEST_TEXT, ONE_CHOICE, Component, Kind
from letterbox.domain.linear_patterns import found_in
from letterbox.services.studio.required_elements import DECISIVE, Forms, is_others_form

Found = Iterator[Finding]
ORDINARY = "经现场核实，已责成施工单位于本月底前修复路面。"
"""What any field of words must be able to hold."""
MOST_DEMANDED = 500
"""Signs: who has less to say could not go on."""


def decisive_answers(
    diagrams: Sequence[Diagram], forms: Forms, shipped: Sequence[Diagram], shipped_forms: Forms
) -> Found:
    """Forms of the shipped tasks against the shipped forms."""
    wanted = {task.id: shipped_forms.get(task.form or "") for diagram in shipped for task in diagram.user_tasks}
    for diagram in diagrams:
        for task in diagram.user_tasks:
            now, before = forms.get(task.form or ""), wanted.get(task.id)
            if now is None or before is None or is_others_form(task, shipped):
                continue
            for key in DECISIVE.get(task.id, ()):
                old, new = before[1].fields.get(key), now[1].fields.get(key)
                if old is not None and new is not None:
                    yield from _asked(now[0], old, new, before[1], now[1])
                    yield from _answers(now[0], old, new)
                    yield from _presets(now[0], old, new)
                    yield from _narrowed(now[0], old, new)


def _asked(file: str, old: Component, new: Component, before: Form, now: Form) -> Found:
    name = f"“{new.title}”（{new.key}）"
    matters = bool(old.variable) or old.rules.required or old.rules.required_if is not None
    if not matters:
        return
    if (new.disabled, new.readonly) != (old.disabled, old.readonly) and (new.disabled or new.readonly):
        text = f"字段{name}不能设为{'停用' if new.disabled else '只读'}：办理人填不了，系统要用到它的答案。"
        yield Finding(file=file, element=new.key, rule="locked-field", message=text)
    if _hides_more(old, new, before, now):
        text = f"字段{name}有时不再显示：那时系统得不到它的答案，来信会停住。请去掉它或者它所在分组的隐藏条件。"
        yield Finding(file=file, element=new.key, rule="hidden-field", message=text)
    if _asks_less(old, new, before, now):
        text = f"字段{name}原来是必填的：不填的话，系统不接受，或者来信会停住。请改回必填。"
        yield Finding(file=file, element=new.key, rule="optional-field", message=text)


def _asks_less(old: Component, new: Component, before: Form, now: Form) -> bool:
    """Whether an answer that the shipped form demands may be left out in some case in which the field is shown."""
    trees = [tree for tree in (old.rules.required_if, new.rules.required_if, old.hide, new.hide) if tree is not None]
    fields = {**before.fields, **now.fields}
    return any(
        is_required(old, values)
        and not is_required(new, values)
        and not any(_hidden(each, values) for each in (old, new))
        for values in cases(trees, fields)
    )


def _hidden(field: Component, values: Mapping[str, object]) -> bool:
    return field.hide is not None and evaluate(field.hide, values) is True


def _presets(file: str, old: Component, new: Component) -> Found:
    """A choice that is made beforehand is confirmed unread."""
    if new.default == old.default or new.kind not in {*ONE_CHOICE, Kind.CHECKBOX}:
        return
    words = {option.value: option.label for option in new.options} | {"True": "勾选", "False": "不勾选"}
    shown = "不预先选" if new.default is None else f"预先选“{words.get(str(new.default), new.default)}”"
    text = f"字段“{new.title}”（{new.key}）改成了{shown}：没有看就提交的，也会算作这个答案，请确认。"
    yield Finding(file=file, element=new.key, rule="preset-choice", message=text, level=Level.WARNING)


def _narrowed(file: str, old: Component, new: Component) -> Found:
    """Bounds and patterns of texts: what people and other programs write today must still be taken."""
    if new.kind not in FREE_TEXT or new.rules == old.rules:
        return
    name = f"“{new.title}”（{new.key}）"
    shortest, longest = new.rules.min_length or 0, new.rules.max_length or LONGEST_TEXT
    refuses = new.rules.pattern is not None and not found_in(new.rules.pattern, ORDINARY)
    if longest < len(ORDINARY) or shortest > MOST_DEMANDED or refuses:
        text = f"字段{name}写不下一句普通的话（如“{ORDINARY}”）：办理人交不了，来信会停住。请放宽字数或者格式。"
        yield Finding(file=file, element=new.key, rule="narrow-field", message=text)
    elif new.rules.pattern is not None and new.rules.pattern != old.rules.pattern:
        text = f"字段{name}多了格式要求：别的程序按原来的写，会被退回，请确认。"
        yield Finding(file=file, element=new.key, rule="narrow-field", message=text, level=Level.WARNING)


def _hides_more(old: Component, new: Component, before: Form, now: Form) -> bool:
    if new.hide is None or new.hide == old.hide:
        return False
    trees = [new.hide] if old.hide is None else [new.hide, old.hide]
    fields = {**before.fields, **now.fields}
    return any(
        evaluate(new.hide, values) is True and (old.hide is None or evaluate(old.hide, values) is not True)
        for values in cases(trees, fields)
    )


def _answers(file: str, old: Component, new: Component) -> Found:
    before, now = ({option.value: option.label for option in each.options} for each in (old, new))
    if not before or old.options_key or new.options_key != old.options_key:
        if old.options_key != new.options_key:
            text = f"字段“{new.title}”（{new.key}）的选项应由系统给出（{old.options_key or '固定的选项'}），请改回来。"
            yield Finding(file=file, element=new.key, rule="changed-choice", message=text)
        return
    for value, label in before.items():
        if value not in now:
            text = f"字段“{new.title}”（{new.key}）少了选项“{label}”（{value}）：规程和系统都有这种结论，请恢复。"
            yield Finding(file=file, element=new.key, rule="missing-choice", message=text)
    renamed = {value: label for value, label in before.items() if now.get(value, label) != label}
    shown = "；".join(f"{value} 原来叫“{label}”，现在叫“{now[value]}”" for value, label in renamed.items())
    if any(now[value] in before.values() for value in renamed):
        text = f"选项 {shown}，那是另一个结论的名称：办理人选的和系统记的会相反。请改回来。"
        yield Finding(file=file, element=new.key, rule="swapped-choice", message=text)
    elif renamed:
        text = f"选项 {shown}：系统仍按原来的意思办理，请确认意思没有变。"
        yield Finding(file=file, element=new.key, rule="renamed-choice", message=text, level=Level.WARNING)


def own_variables(
    diagrams: Sequence[Diagram],
    forms: Forms,
    shipped: Sequence[Diagram],
    shipped_forms: Forms,
    system: Collection[str],
) -> Found:
    """``system``: variables that services write. Further fields may neither write those nor leave unwritten what a
    gateway asks."""
    yield from _others_answers(diagrams, forms, shipped, system)
    asked = {name for diagram in diagrams for flow in diagram.flows for name in _names(flow.condition)}
    measure = {task.id: shipped_forms.get(task.form or "") for diagram in shipped for task in diagram.user_tasks}
    used: dict[str, set[tuple[str, str]]] = {}
    for task in (task for diagram in diagrams for task in diagram.user_tasks if task.form in forms):
        before = measure.get(task.id)
        as_shipped = (before, shipped_forms.get(str(task.form)))
        fields = [field for each in as_shipped if each is not None for field in each[1].fields.values()]
        used.setdefault(str(task.form), set()).update((field.key, field.variable) for field in fields)
    for form_id, known in used.items():
        file, form = forms[form_id]
        for field in form.fields.values():
            if not field.variable or (field.key, field.variable) in known:
                continue
            name = f"“{field.title}”（{field.key}）"
            if field.variable in system:
                text = (
                    f"字段{name}不能写入变量 {field.variable}：那是系统写的，改了它流程和记录会对不上。请换一个变量名。"
                )
                yield Finding(file=file, element=field.key, rule="system-variable", message=text)
            elif field.variable in asked and field.hide is not None:
                text = f"字段{name}决定往哪走，不能有隐藏条件：不显示时没有答案，来信会停住。"
                yield Finding(file=file, element=field.key, rule="hidden-field", message=text)
            elif field.variable in asked and (field.disabled or (field.readonly and field.default is None)):
                text = f"字段{name}决定往哪走，不能停用或者只读：没有答案，来信会停住。"
                yield Finding(file=file, element=field.key, rule="locked-field", message=text)


def _others_answers(
    diagrams: Sequence[Diagram], forms: Forms, shipped: Sequence[Diagram], system: Collection[str]
) -> Found:
    """An own task with a shipped task's form would write that task's outcome, and nobody would act on it."""
    owners = {task.form: task for diagram in shipped for task in diagram.user_tasks}
    there = {task.id for diagram in diagrams for task in diagram.user_tasks}
    known = {task.id for diagram in shipped for task in diagram.user_tasks}
    for diagram in diagrams:
        for task in diagram.user_tasks:
            owner, form = owners.get(task.form), forms.get(task.form or "")
            if task.id in known or owner is None or owner.id not in there or form is None:
                continue  # a shipped task whose id was changed is said by that
            written = sorted({each.variable for each in form[1].fields.values()} & set(system))
            if written:
                text = (
                    f"“{task.name or task.id}”用了“{owner.name}”的表单，会改写它的结论（{'、'.join(written)}），"
                    "记录和流程会对不上：请给这一步另做一个表单。"
                )
                yield Finding(file=diagram.file, element=task.id, rule="others-form", message=text)


def _names(condition: str | None) -> frozenset[str]:
    try:
        return juel.variables(condition or "")
    except juel.JuelUnsupported:
        return frozenset()
