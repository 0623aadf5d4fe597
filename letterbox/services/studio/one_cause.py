"""One fault, one finding among rules that see the same element: what goes away by itself with the cause is not said beside it.

What follows from a file that cannot be read is the readers' affair (letterbox.bundle.rules.causes).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from letterbox.bundle.model.diagram_model import Finding

HIDDEN_BY: Mapping[str, frozenset[str]] = {
    "changed-kind": frozenset({
        "bypass", "implicit-split", "misplaced-condition", "split", "join", "form", "candidate-groups", "external-task",
        "refused-kind", "event-gateway", "unused-form", "line-gone", "label", "condition", "default-flow", "async-after",
        "name", "documentation", "unknown-topic", "unthrown-catch", "binding", "business-key", "not-allowed",
    }),
    "unknown-topic": frozenset({"changed-topic"}),
    "external-task": frozenset({"changed-topic"}),
    "double-topic": frozenset({"changed-topic"}),
    "unknown-process": frozenset({"changed-call"}),
    "unknown-message": frozenset({"changed-event"}),
    "unknown-limit": frozenset({"changed-property"}),
    "unknown-role": frozenset({"changed-group"}),
    "unknown-form": frozenset({"changed-form"}),
    "unreachable-branch": frozenset({"changed-condition"}),
    "changed-due": frozenset({"due-date", "out-of-scope"}),
    "changed-event": frozenset({"fixed-timer", "due-date", "event-definition", "out-of-scope"}),
    "changed-group": frozenset({"no-task-role", "fixed-unit", "no-unit", "chosen-unit", "out-of-scope"}),
    "changed-condition": frozenset({"condition", "overlap", "constant-condition"}),
    "report-unit": frozenset({"fixed-unit"}),
    "loop": frozenset({"repeated"}),
    "due-date": frozenset({"out-of-scope", "not-yet-there"}),
    "no-unit": frozenset({"not-yet-there", "out-of-scope"}),
    "not-yet-there": frozenset({"out-of-scope"}),
    "own-step": frozenset({"bypass", "endless-loop", "form", "candidate-groups", "other-target"}),
    "own-message": frozenset({"unknown-message", "async-after"}),
    "own-interruption": frozenset({"back-again", "second-token"}),
    "endless-loop": frozenset({"implicit-split", "bypass", "back-again"}),
    "other-target": frozenset({"bypass", "back-again"}),
    "refused-kind": frozenset({"name", "documentation"}),
    "expression": frozenset({"due-date", "limit-length", "limit-unit"}),
    "binding": frozenset({"changed-attribute"}),
    "business-key": frozenset({"changed-mapping"}),
    "unthrown-catch": frozenset({"own-interruption", "bypass", "back-again", "second-token", "async-after"}),
    "refused-event": frozenset({"own-interruption", "connected", "no-end", "out-of-scope", "bypass", "second-token"}),
    "unheard-throw": frozenset({"unknown-message"}),
    "lost-reference": frozenset({"unheard-throw", "unthrown-catch"}),
    "unknown-choice": frozenset({"missing-choice"}),
    "unknown-unit": frozenset({"route-accused"}),
    "swapped-choice": frozenset({"form"}),
    "locked-field": frozenset({"form"}),
    "narrow-field": frozenset({"form"}),
    "fixed-limit": frozenset({"limit-length", "limit-unit"}),
    "id-form": frozenset({"id"}),
    "changed-attribute": frozenset({"exclusive"}),
}  # fmt: skip
"""Rule → the rules that say no more on the same element."""
LOST = frozenset(
    {
        "dangling-flow",
        "lost-reference",
        "leftover-shape",
        "event-definition",
        "connected",
        "unreachable",
        "no-end",
        "drawn",
        "implicit-split",
        "default-flow",
        "no-lane",
        "two-lanes",
        "crossing-flow",
        "async-after",
        "starts",
    }
)
"""What is missing where an element cannot be told from another."""
COMPARED = frozenset({
    "changed-attribute", "changed-call", "changed-condition", "changed-due", "changed-event", "changed-form", "changed-group",
    "changed-kind", "changed-mapping", "changed-property", "changed-topic", "element-gone", "line-gone", "moved", "other-lane",
    "other-target", "added-branch", "bypass", "back-again", "swapped-name", "swapped-label", "before-a-wait",
})  # fmt: skip
"""What comparing an element with the shipped one of the same id says."""
EVERYWHERE: Mapping[str, frozenset[str]] = {
    "swapped-choice": frozenset({"swapped-label"}),
    "double-id": frozenset({"required-id", "required-topic", "required-message"}),
    "double-process": frozenset(
        {"required-id", "out-of-scope", "not-yet-there", "history-time-to-live", "lost-reference"}
    ),
}
"""Rule → the rules that say no more of the whole bundle."""
IN_THE_FILE: Mapping[str, frozenset[str]] = {
    "hit-policy": frozenset({
        "dead-row", "ladder-missing", "ladder-lapse", "ladder-twice", "limit-twice", "limit-missing", "no-catch-all", "fixed-limit",
        "decision-table",
    }),
    "unknown-kind": frozenset({"limit-missing"}),
    "double-id": frozenset({"decision-table", *LOST, *COMPARED}),
    "swapped-ids": COMPARED,
    "too-many": frozenset({"required-field", "required-variable"}),
    "id-form": frozenset({"dangling-flow", "other-target", "line-gone", "lost-reference"}),
    "namespace": frozenset({
        "binding", "business-key", "form", "form-binding", "candidate-groups", "external-task", "async-after",
        "history-time-to-live", "changed-attribute", "changed-group", "changed-form", "changed-due", "changed-topic",
        "changed-mapping", "changed-property", "changed-call", "executable",
    }),
    "table-column": frozenset({"column-label", "dead-row", "limit-missing", "no-catch-all", "ladder-missing"}),
    "route-accused": frozenset({"route-report"}),
}  # fmt: skip
"""Rule → the rules that say no more in the same file."""
ON_ITS_LINES = frozenset({"misplaced-condition", "condition", "label", "bypass", "other-target", "changed-condition"})
"""What is not said of a line that leaves an element of another kind than before."""
WITHOUT_FORM = frozenset({"changed-kind", "form", "changed-form", "unknown-form", "required-id"})
"""What leaves a form without a task."""


def causes(findings: Sequence[Finding], sources: Mapping[str, str]) -> list[Finding]:
    """Those that are no consequence of another, in their order, none twice. ``sources``: line → the element it leaves."""
    said: dict[tuple[str, str], set[str]] = {}
    in_file: dict[str, set[str]] = {}
    for each in findings:
        said.setdefault((each.file, each.element), set()).add(each.rule)
        in_file.setdefault(each.file, set()).add(each.rule)
    rules = {each.rule for each in findings}
    kept = [
        each
        for each in findings
        if not (each.rule == "unused-form" and rules & WITHOUT_FORM)
        and not _is_hidden(each, said[each.file, each.element], HIDDEN_BY)
        and not _is_hidden(each, in_file[each.file], IN_THE_FILE)
        and not _is_hidden(each, rules, EVERYWHERE)
        and not (
            each.rule in ON_ITS_LINES and "changed-kind" in said.get((each.file, sources.get(each.element, "")), ())
        )
    ]
    return list(dict.fromkeys(kept))


def _is_hidden(finding: Finding, rules: Collection[str], hidden_by: Mapping[str, frozenset[str]]) -> bool:
    return any(finding.rule in hidden_by.get(rule, ()) for rule in rules if rule != finding.rule)
