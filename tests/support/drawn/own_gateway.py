"""The shipped bundle with an owner's gateway at the unit: behind his visit, before the deputy."""

from __future__ import annotations

import re

from letterbox.services.deployment.design import repository_files
from tests.support.drawn.changed_bundle import VISIT_FORM, with_visit
from tests.support.drawn.planted import UNIT, Files, line

NEXT, AGAIN = "Task_SubmitToDeputy", "Task_Own"
STEP = (
    f'<bpmn:userTask id="{AGAIN}" name="补充走访" camunda:asyncAfter="true" camunda:formRef="{VISIT_FORM}" '
    'camunda:formRefBinding="deployment" camunda:candidateGroups="unit_handler@${leadUnit}">'
    "<bpmn:documentation>再去一次。</bpmn:documentation></bpmn:userTask>"
)


def own_gateway(
    *branches: tuple[str, str, str], default: str = "", kind: str = "exclusiveGateway", more: str = ""
) -> Files:
    """``branches``: condition, name and target of ``Flow_Own_0``, ``Flow_Own_1``, …; the own step leads on to the deputy."""
    files = with_visit(repository_files())
    mark = f' default="{default}"' if default else ""
    elements = [f'<bpmn:{kind} id="Gateway_Own" name="走访地点？"{mark}/>', STEP]
    elements += [
        line("Gateway_Own", target, condition, name, f"Flow_Own_{number}")
        for number, (condition, name, target) in enumerate(branches)
    ]
    elements.append(more or line(AGAIN, NEXT))
    text, times = re.subn(r'(id="Flow_NoteVisit_On"[^>]* targetRef=")[^"]*', r"\1Gateway_Own", files[UNIT].decode())
    assert times == 1
    reference = "<bpmn:flowNodeRef>Task_NoteVisit</bpmn:flowNodeRef>"
    assert reference in text
    text = text.replace(reference, f"{reference}<bpmn:flowNodeRef>{AGAIN}</bpmn:flowNodeRef>")
    return {**files, UNIT: text.replace("</bpmn:process>", f"{''.join(elements)}</bpmn:process>").encode()}
