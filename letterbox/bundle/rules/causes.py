"""One cause, one finding: what follows from a file that cannot be read, or from an element that is faulty, is not said too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from letterbox.bundle.files.bundle_file import read
from letterbox.bundle.model.diagram_model import Finding, Level

LOOKS_ELSEWHERE = frozenset(
    {
        "unknown-form",
        "unknown-process",
        "unknown-decision",
        "unknown-variable",
        "unused-form",
        "out-of-scope",
        "double-form",
    }
)
"""Rules that look for something in other files of the bundle."""
LOSES = frozenset({"not-allowed", "no-code"})
"""Objections after which something that was there is not looked at."""
FOLLOWS = frozenset(
    {
        "form", "form-binding", "candidate-groups", "external-task", "unknown-topic", "unknown-message", "unknown-form",
        "unknown-process", "unknown-decision", "unknown-variable", "unknown-role", "unknown-limit", "expression",
        "condition", "business-key", "binding", "connected", "drawn", "dangling-flow", "parser", "event-definition",
        "default-flow", "decision-table", "async-after", "changed-topic", "changed-form", "changed-group", "changed-due",
        "changed-condition", "changed-property", "changed-event", "changed-call", "changed-mapping", "due-date",
        "refused-kind", "required-variable", "out-of-scope", "label", "name", "documentation", "executable",
        "history-time-to-live", "length",
    }
)  # fmt: skip
"""Rules that find, on an element that the reading objected to, only that what was objected to is missing."""
MOST_OF_A_KIND = 20
MOST_IN_ALL = 300


@dataclass(frozen=True)
class Legible:
    """A bundle for the rules to look at. ``files``: a file that cannot be used has the shipped one in its place, where there
    is one. ``unusable``: the others' findings. ``has_gap``: some file is missing, so what it holds is unknown."""

    files: Mapping[str, bytes]
    unusable: Mapping[str, tuple[Finding, ...]]
    has_gap: bool


def legible(files: Mapping[str, bytes], shipped: Mapping[str, bytes]) -> Legible:
    kept: dict[str, bytes] = {}
    unusable: dict[str, tuple[Finding, ...]] = {}
    for name, content in files.items():
        file = read(name, content)
        if file.is_usable:
            kept[name] = content
        else:
            unusable[name] = file.findings
            kept |= {name: shipped[name]} if name in shipped else {}
    return Legible(files=kept, unusable=unusable, has_gap=any(name not in kept for name in unusable))


def without_consequences(found: Iterable[Finding], seen: Legible) -> list[Finding]:
    """``found``: of ``seen.files``."""
    faulty = {
        name for name, content in seen.files.items() if name not in seen.unusable and read(name, content).findings
    }
    causes = {
        (each.file, each.element) for name in faulty for each in read(name, seen.files[name]).findings if each.element
    }
    own = {each for name in faulty for each in read(name, seen.files[name]).findings}
    loses = any(each.rule in LOSES for each in own)
    kept = [each for findings in seen.unusable.values() for each in findings]
    for each in found:
        is_caused = each.rule in FOLLOWS and (each.file, each.element) in causes
        follows = each not in own and (is_caused or each.file in seen.unusable)
        follows |= seen.has_gap and (each.rule in LOOKS_ELSEWHERE or not each.file)
        follows |= loses and not each.file
        if not follows:
            kept.append(each)
    return kept


def capped(found: list[Finding]) -> list[Finding]:
    """At most so many of a kind and in all; how many more there are is said."""
    times: Counter[tuple[str, str, Level]] = Counter()
    kept: list[Finding] = []
    more: Counter[tuple[str, str, Level]] = Counter()
    for each in found:
        key = (each.file, each.rule, each.level)
        times[key] += 1
        if times[key] > MOST_OF_A_KIND or len(kept) >= MOST_IN_ALL:
            more[key] += 1
        else:
            kept.append(each)
    return [*kept, *_rest(more)]


def _rest(more: Mapping[tuple[str, str, Level], int]) -> Iterator[Finding]:
    for (file, rule, level), count in more.items():
        text = f"同类的问题还有 {count} 处没有列出，请改正上面的之后再检查。"
        yield Finding(file=file, element="", rule=rule, message=text, level=level)
