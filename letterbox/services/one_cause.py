"""One cause hides its consequences: what would go away by itself when the cause is mended is not said beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from letterbox.engine.diagram_model import Finding

UNREADABLE = frozenset({"well-formed"})
OF_THE_WHOLE = frozenset({
    "required-id", "required-message", "required-topic", "unknown-process", "unused-form", "unknown-variable", "unknown-form",
    "out-of-scope", "unknown-decision", "element-gone", "no-branch", "unreachable-branch", "not-yet-there",
})  # fmt: skip
"""What is looked up in the rest of the bundle: while a file of it cannot be read, nobody can say."""
HIDDEN_BY: Mapping[str, frozenset[str]] = {
    "changed-kind": frozenset({
        "bypass", "implicit-split", "misplaced-condition", "split", "join", "form", "candidate-groups", "external-task",
        "refused-kind", "event-gateway", "unused-form", "line-gone", "label", "condition", "default-flow", "async-after",
        "name", "documentation", "unknown-topic", "unthrown-catch", "binding", "business-key",
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
    "changed-condition": frozenset({"condition", "overlap"}),
    "loop": frozenset({"repeated"}),
    "due-date": frozenset({"out-of-scope", "not-yet-there"}),
    "no-unit": frozenset({"not-yet-there", "out-of-scope"}),
    "not-yet-there": frozenset({"out-of-scope"}),
    "own-step": frozenset({"bypass", "endless-loop", "form", "candidate-groups", "other-target"}),
    "own-message": frozenset({"unknown-message", "async-after"}),
    "endless-loop": frozenset({"implicit-split", "bypass", "back-again"}),
    "other-target": frozenset({"bypass", "back-again"}),
    "refused-kind": frozenset({"name", "documentation"}),
}  # fmt: skip
"""Rule → the rules that say no more on the same element."""


def causes(findings: Sequence[Finding]) -> list[Finding]:
    """Those that are no consequence of another, in their order, none twice."""
    unreadable = {each.file for each in findings if each.rule in UNREADABLE}
    said: dict[tuple[str, str], set[str]] = {}
    for each in findings:
        said.setdefault((each.file, each.element), set()).add(each.rule)
    kept = [
        each
        for each in findings
        if not (unreadable and each.rule in OF_THE_WHOLE and each.file not in unreadable)
        and not _is_hidden(each, said[each.file, each.element])
    ]
    return list(dict.fromkeys(kept))


def _is_hidden(finding: Finding, rules: Collection[str]) -> bool:
    return any(finding.rule in HIDDEN_BY.get(rule, ()) for rule in rules if rule != finding.rule)
