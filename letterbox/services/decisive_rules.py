"""Fields that decide: always there to be answered, with the shipped answers under their own names, and written by nobody
else.

What a form must keep is measured by the shipped one (contract, "Tasks and their decisive fields"). A gateway whose variable
was never written stops the letter, and the record says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from letterbox.domain.feel import evaluate
from letterbox.domain.form import Form
from letterbox.domain.form_faults import cases
from letterbox.domain.form_model import Component
from letterbox.engine import juel
from letterbox.engine.diagram_model import Diagram, Finding, Level
from letterbox.services.reliance import DECISIVE, Forms

Found = Iterator[Finding]


def decisive_answers(
    diagrams: Sequence[Diagram], forms: Forms, shipped: Sequence[Diagram], shipped_forms: Forms
) -> Found:
    """Forms of the shipped tasks against the shipped forms."""
    wanted = {task.id: shipped_forms.get(task.form or "") for diagram in shipped for task in diagram.user_tasks}
    for diagram in diagrams:
        for task in diagram.user_tasks:
            now, before = forms.get(task.form or ""), wanted.get(task.id)
            if now is None or before is None:
                continue
            for key in DECISIVE.get(task.id, ()):
                old, new = before[1].fields.get(key), now[1].fields.get(key)
                if old is not None and new is not None:
                    yield from _asked(now[0], old, new, before[1], now[1])
                    yield from _answers(now[0], old, new)


def _asked(file: str, old: Component, new: Component, before: Form, now: Form) -> Found:
    name = f"“{new.title}”（{new.key}）"
    matters = bool(old.variable) or old.rules.required or old.rules.required_if is not None
    if not matters:
        return
    if (new.disabled, new.readonly) != (old.disabled, old.readonly) and (new.disabled or new.readonly):
        text = f"字段{name}不能设为{'停用' if new.disabled else '只读'}：办理人填不了，系统要用到它的答案。"
        yield Finding(file, new.key, "locked-field", text)
    if _hides_more(old, new, before, now):
        text = f"字段{name}有时不再显示：那时系统得不到它的答案，来信会停住。请去掉它或者它所在分组的隐藏条件。"
        yield Finding(file, new.key, "hidden-field", text)
    was_required = old.rules.required or old.rules.required_if is not None
    if was_required and not new.rules.required and new.rules.required_if is None:
        text = f"字段{name}原来是必填的：不填的话，系统不接受，或者来信会停住。请改回必填。"
        yield Finding(file, new.key, "optional-field", text)


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
            yield Finding(file, new.key, "changed-choice", text)
        return
    for value, label in before.items():
        if value not in now:
            text = f"字段“{new.title}”（{new.key}）少了选项“{label}”（{value}）：规程和系统都有这种结论，请恢复。"
            yield Finding(file, new.key, "missing-choice", text)
        elif now[value] != label:
            taken = next((other for other, words in before.items() if words == now[value] and other != value), None)
            if taken is not None:
                text = (
                    f"选项 {value} 原来叫“{label}”，现在叫“{now[value]}”，那是另一个结论（{taken}）的名称："
                    "办理人选的和系统记的会相反。请改回来。"
                )
                yield Finding(file, new.key, "swapped-choice", text)
            else:
                text = f"选项 {value} 由“{label}”改叫“{now[value]}”：系统仍按原来的意思办理，请确认意思没有变。"
                yield Finding(file, new.key, "renamed-choice", text, Level.WARNING)


def own_variables(
    diagrams: Sequence[Diagram],
    forms: Forms,
    shipped: Sequence[Diagram],
    shipped_forms: Forms,
    system: Collection[str],
) -> Found:
    """``system``: variables that services write. Further fields may neither write those nor leave unwritten what a
    gateway asks."""
    asked = {name for diagram in diagrams for flow in diagram.flows for name in _names(flow.condition)}
    measure = {task.id: shipped_forms.get(task.form or "") for diagram in shipped for task in diagram.user_tasks}
    used: dict[str, set[tuple[str, str]]] = {}
    for task in (task for diagram in diagrams for task in diagram.user_tasks if task.form in forms):
        before = measure.get(task.id)
        fields = before[1].fields.values() if before is not None else ()
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
                yield Finding(file, field.key, "system-variable", text)
            elif field.variable in asked and field.hide is not None:
                text = f"字段{name}决定往哪走，不能有隐藏条件：不显示时没有答案，来信会停住。"
                yield Finding(file, field.key, "hidden-field", text)
            elif field.variable in asked and (field.disabled or (field.readonly and field.default is None)):
                text = f"字段{name}决定往哪走，不能停用或者只读：没有答案，来信会停住。"
                yield Finding(file, field.key, "locked-field", text)


def _names(condition: str | None) -> frozenset[str]:
    try:
        return juel.variables(condition or "")
    except juel.JuelUnsupported:
        return frozenset()
