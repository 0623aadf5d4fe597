"""Every objection to a bundle before it is deployed: diagrams, forms and decision tables together."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from letterbox.bundle.diagrams import NotADiagram, check_bundle, read_diagram
from letterbox.bundle.dmn import kept_for, parse_bundle, parse_dmn
from letterbox.bundle.files.bundle_file import read as read_file
from letterbox.bundle.model.diagram_model import Diagram, Finding, Level
from letterbox.bundle.rules.availability_rules import not_yet_there
from letterbox.bundle.rules.branch_rules import unreachable_branches
from letterbox.bundle.rules.bypass_rules import bypassed
from letterbox.bundle.rules.causes import capped, legible, without_consequences
from letterbox.bundle.rules.diagram_rules import history_problem
from letterbox.bundle.rules.lane_rules import lanes
from letterbox.bundle.rules.own_rules import own_elements
from letterbox.bundle.rules.path_rules import ways
from letterbox.bundle.rules.report_rules import fixed_for_reports
from letterbox.bundle.rules.scope_rules import out_of_scope
from letterbox.bundle.rules.shipped_flows import kept_lines
from letterbox.bundle.rules.shipped_rules import shipped_facts
from letterbox.bundle.rules.step_rules import steps_for_people, units_in_use, whole
from letterbox.bundle.rules.swap_rules import swapped_ids
from letterbox.bundle.vocabulary import OWN_VARIABLES, ProcessKey, TaskKey
from letterbox.domain.errors import ConfigError
from letterbox.domain.forms import form
from letterbox.domain.limits.ladder_check import ladder_check
from letterbox.domain.limits.limit_check import limit_check
from letterbox.domain.tables.decision_table import DecisionError, DecisionTable
from letterbox.domain.tables.kept import kept_routes, kept_steps, mislabelled, unusable
from letterbox.domain.tables.routing_check import questions, routing_check, unknown_units
from letterbox.domain.tables.table_check import Check, TableObjection
from letterbox.domain.vocabulary import Category
from letterbox.intelligence.suggestion import LeadBy
from letterbox.seeds import values as seed_values
from letterbox.services.case.form_inputs import FORM_INPUTS
from letterbox.services.deployment.design import repository_files
from letterbox.services.procedure.escalation import LAPSES
from letterbox.services.rules.rulebook import LADDER, ROUTING, TIME_LIMITS
from letterbox.services.studio import required_elements
from letterbox.services.studio.decisive_fields import decisive_answers, own_variables
from letterbox.services.studio.one_cause import causes

REQUIRED = (
    *TaskKey,
    ProcessKey.LETTER_HANDLING,
    ProcessKey.UNIT_HANDLING,
    ProcessKey.CO_HANDLING,
    ProcessKey.SUPERVISION,
    ProcessKey.INSTRUCTION,
    ProcessKey.PROMISE,
    ProcessKey.DEADLINE_WATCH,
    ProcessKey.NOTICE_DELIVERY,
)
"""What our services call by name: it may be redrawn, not removed."""


@lru_cache(maxsize=1)
def seeds() -> tuple[frozenset[str], frozenset[str]]:
    """Codes of the units and of the matters that the configuration comes with."""
    units = seed_values.load_units()
    lexicon = seed_values.load_lexicon(units)
    return frozenset(unit.code for unit in units), frozenset(matter.code for matter in lexicon.matters)


def matters() -> frozenset[str]:
    return seeds()[1]


@lru_cache(maxsize=8)
def shipped_table(key: str) -> DecisionTable:
    """A decision table as it comes with the product."""
    return parse_bundle(repository_files().items())[key]


def units_for_reports() -> frozenset[str]:
    """Those to whom the shipped routing sends accusations (A5)."""
    hits = shipped_table(ROUTING).evaluate({"category": Category.REPORT, "matter": "", "territory_known": False})
    return frozenset(str(hit.outputs["unit"]) for hit in hits)


def _kept_steps(table: DecisionTable) -> Iterator[TableObjection]:
    return kept_steps(table, shipped_table(LADDER)) if _is_comparable(table) else iter(())


def _is_comparable(table: DecisionTable) -> bool:
    """Whether it is asked and chosen from as the shipped one; the rest is said by itself."""
    shipped = shipped_table(table.key)
    columns = [{each.name for each in one.inputs} for one in (table, shipped)]
    answers = [{each.name for each in one.outputs} for one in (table, shipped)]
    return table.hit_policy is shipped.hit_policy and columns[0] == columns[1] and answers[0] >= answers[1]


TABLE_CHECKS: Mapping[str, tuple[Check, ...]] = {
    TIME_LIMITS: (limit_check(partial(shipped_table, TIME_LIMITS)),),
    LADDER: (ladder_check(frozenset(LAPSES)), _kept_steps),
    ROUTING: (routing_check(frozenset(LeadBy), LeadBy.UNIT, matters),),
}
"""Tables that services ask, and what would be wrong with them."""

AGAINST_SHIPPED = (swapped_ids, shipped_facts, bypassed, own_elements, lanes)
"""Rules that hold a bundle to the shipped diagrams."""


@dataclass(frozen=True, slots=True)
class Checked:
    """``files``: as they would be deployed; ``findings``: of them as they were given."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        return any(each.level is Level.ERROR for each in self.findings)


def checked(given: Mapping[str, bytes], units: Collection[str] | None = None) -> Checked:
    """The only way from files as somebody gave them to those that are deployed: what is lost on it is objected to."""
    return Checked(files=_as_deployed(given), findings=tuple(findings_of(given, units)))


def _as_deployed(given: Mapping[str, bytes]) -> dict[str, bytes]:
    """Each file written anew, or as it is where it cannot be read."""
    return {name: read_file(name, content).written or content for name, content in given.items()}


def findings_of(files: Mapping[str, bytes], units: Collection[str] | None = None) -> list[Finding]:
    """Of a whole bundle (file name → content, as given), errors first. ``units``: codes of those in use, where they are known."""
    seen = legible(files, repository_files())
    found = capped(_ordered(without_consequences(_judged(seen.files, units), seen)))
    return _ordered(found)


def _ordered(found: Iterable[Finding]) -> list[Finding]:
    order = sorted(found, key=lambda each: (each.level is not Level.ERROR, each.file, each.element, each.rule))
    return list(dict.fromkeys(order))


def _judged(given: Mapping[str, bytes], units: Collection[str] | None) -> list[Finding]:
    """``given``: files that can be read; all but the reading itself looks at them as they would be deployed."""
    files = _as_deployed(given)
    tables = tuple((name, content) for name, content in sorted(files.items()) if name.endswith(".dmn"))
    schemas = {name: json.loads(content) for name, content in sorted(files.items()) if name.endswith(".form")}
    found = [
        *check_bundle(given, required_ids=REQUIRED),
        *_forms(files, schemas),
        *_of_tables(tables, None if units is None else frozenset(units)),
        *_relied_on(files, schemas),
        *_structure(files),
    ]
    if units is not None:
        found += [each for diagram in _diagrams(files) for each in units_in_use(diagram, units)]
    sources = {flow.id: flow.source for diagram in _diagrams(files) for flow in diagram.flows}
    return causes(found, sources)


def refuse_faulty(files: Mapping[str, bytes]) -> None:
    """Raises ConfigError naming every error of a bundle by file and element."""
    errors = [each for each in findings_of(files) if each.level is Level.ERROR]
    if errors:
        said = "\n".join(f"{each.file} {each.element} {each.message}" for each in errors)
        raise ConfigError(f"流程图、决策表或者表单有 {len(errors)} 个错误，没有部署：\n{said}")


def _forms(files: Mapping[str, bytes], schemas: Mapping[str, Any]) -> Iterator[Finding]:
    """What would keep a form from being shown, used or found."""
    used = {task.form for diagram in _diagrams(files) for task in diagram.user_tasks}
    seen: dict[str, str] = {}
    for name, schema in schemas.items():
        for each in form.lint(schema, FORM_INPUTS):
            yield Finding(
                file=name, element=each.component, rule="form", message=each.message, level=Level(each.level.value)
            )
        form_id = str(schema.get("id", "")) if isinstance(schema, dict) else ""
        if form_id and seen.setdefault(form_id, name) != name:
            yield Finding(
                file=name,
                element="form",
                rule="double-form",
                message=f"表单标识 {form_id} 在 {seen[form_id]} 中已有，请改用别的标识。",
            )
        elif form_id not in used:
            text = f"没有哪个任务使用表单 {form_id}。"
            yield Finding(file=name, element="form", rule="unused-form", message=text, level=Level.WARNING)


@lru_cache(maxsize=32)
def _of_tables(files: tuple[tuple[str, bytes], ...], units: frozenset[str] | None) -> tuple[Finding, ...]:
    """Half of the time of a check; most changes leave the tables as they were."""
    return tuple(_tables(dict(files), units))


def _tables(files: Mapping[str, bytes], units: Collection[str] | None) -> Iterator[Finding]:
    tables: dict[str, str] = {}
    for name, content in files.items():
        try:
            read = parse_dmn(content, name)
        except DecisionError as problem:
            yield Finding(file=name, element=problem.element, rule="decision-table", message=problem.message)
            tables |= {key: name for key in TABLE_CHECKS if f'id="{key}"'.encode() in content}
            continue
        for key, kept in kept_for(content).items():
            if problem_of_life := history_problem(kept):
                yield Finding(file=name, element=key, rule="history-time-to-live", message=problem_of_life)
        for table in read:
            if table.key in tables:
                text = f"决策 {table.key} 在 {tables[table.key]} 中已有，请改用别的标识。"
                yield Finding(file=name, element=table.key, rule="double-decision", message=text)
            tables.setdefault(table.key, name)
            yield from _table(name, table, units)
    for key in sorted(TABLE_CHECKS.keys() - tables.keys()):
        text = f"决策表 {key} 不见了：系统要用到它，请恢复它的标识（名称可以随意修改）。"
        yield Finding(file="", element=key, rule="required-id", message=text)


def _table(name: str, table: DecisionTable, units: Collection[str] | None) -> Iterator[Finding]:
    if table.key not in TABLE_CHECKS:
        return
    if whole := [*unusable(table, shipped_table(table.key))]:
        yield from _said(name, whole)
        return  # all else follows from it
    yield from _said(name, mislabelled(table, shipped_table(table.key)))
    for check in TABLE_CHECKS[table.key]:
        try:
            yield from _said(name, check(table))
        except DecisionError as problem:
            yield Finding(file=name, element=table.key, rule="decision-table", message=f"{problem.message}。")
    if table.key == ROUTING:
        known, is_error = (seeds()[0], False) if units is None else (units, True)
        yield from _said(name, unknown_units(table, known, is_error=is_error))
        if _is_comparable(table):
            yield from _said(name, kept_routes(table, shipped_table(ROUTING), questions(matters()), known.__contains__))


def _said(name: str, objections: Iterable[TableObjection]) -> Iterator[Finding]:
    for each in objections:
        level = Level.ERROR if each.is_error else Level.WARNING
        yield Finding(file=name, element=each.element, rule=each.rule, message=each.message, level=level)


def _relied_on(files: Mapping[str, bytes], schemas: Mapping[str, Any]) -> Iterator[Finding]:
    diagrams, shipped, forms = _diagrams(files), repository_files(), required_elements.forms_of(schemas)
    yield from required_elements.unheard(diagrams)
    yield from _scopes(diagrams, _diagrams(shipped), forms)
    shipped_forms = {name: json.loads(content) for name, content in shipped.items() if name.endswith(".form")}
    measure = required_elements.forms_of(shipped_forms)
    domains = required_elements.answers(diagrams, forms, measure)
    yield from kept_lines(diagrams, _diagrams(shipped), domains)
    for diagram in diagrams:
        yield from unreachable_branches(diagram, domains, required_elements.labels(forms))
        yield from steps_for_people(diagram)
        yield from whole(diagram)
    asked = (field.variable for _file, one in forms.values() for field in one.fields.values())
    begun = {process.key for diagram in _diagrams(shipped) for process in diagram.processes}
    yield from fixed_for_reports(diagrams, begun, OWN_VARIABLES.union(asked), units_for_reports())
    yield from required_elements.decisive_fields(diagrams, forms, _diagrams(shipped), measure)
    yield from decisive_answers(diagrams, forms, _diagrams(shipped), measure)
    yield from own_variables(diagrams, forms, _diagrams(shipped), measure, OWN_VARIABLES)


def _structure(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What only the whole drawing shows: ways, loops, and what the shipped diagrams promise the regime."""
    diagrams, shipped = _diagrams(files), _diagrams(repository_files())
    yield from ways(diagrams)
    for rule in AGAINST_SHIPPED:
        yield from rule(diagrams, shipped)


def _scopes(
    diagrams: tuple[Diagram, ...], shipped: tuple[Diagram, ...], forms: required_elements.Forms
) -> Iterator[Finding]:
    asked = {key: frozenset(field.variable for field in one.fields.values()) for key, (_file, one) in forms.items()}
    drawn = (node.sets for diagram in diagrams for node in diagram.nodes)
    known = OWN_VARIABLES.union(*asked.values(), *drawn)
    yield from out_of_scope(diagrams, shipped, asked, known)
    yield from not_yet_there(diagrams, shipped, asked, known)


def _diagrams(files: Mapping[str, bytes]) -> tuple[Diagram, ...]:
    """Those that can be read; the others are reported by the diagrams' own check."""
    found = []
    for name in sorted(name for name in files if name.endswith(".bpmn")):
        try:
            found.append(read_diagram(name, files[name]))
        except NotADiagram:
            continue
    return tuple(found)
