"""Units and people as YAML (the format of ``config/``): exported, and imported by way of a preview of the differences.

A file never takes anybody or any unit away: what it does not name stays. A person it names has exactly its roles.
No passwords go in or out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.domain.words import label
from letterbox.seeds.files import SeedFile
from letterbox.services.audit.log import Administration, Change, differences, require_admin
from letterbox.services.staff.config_rows import (
    RowKind,
    as_unit,
    person_row,
    person_values,
    read_file,
    unit_row,
    unit_values,
)
from letterbox.services.staff.people import add_person, edit_person
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.services.staff.rights import ROLE, end_role, give_role, is_waiting
from letterbox.services.staff.units import create_unit, edit_unit
from letterbox.store.database import Database
from letterbox.store.people import Person, RoleAssignment, Unit

REASON = "文件导入"


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One row of the file that is new (``before`` empty) or not as in the database."""

    key: str
    name: str
    is_new: bool
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; ``digest`` names it, so that what is applied is what was looked at."""

    kind: RowKind
    differences: Sequence[RowDifference]
    same: int
    only_here: Sequence[str]
    digest: str


class ConfigFiles:
    def __init__(
        self, database: Database, administration: Administration, read_matters: Callable[[], Sequence[str]]
    ) -> None:
        self._database = database
        self._administration = administration
        self._read_matters = read_matters

    def export(self, actor: Actor, kind: RowKind) -> str:
        """Those in use, as YAML. Raises NotAllowed."""
        require_admin(actor)
        with self._database.reading() as session:
            if kind is RowKind.UNITS:
                units = session.scalars(select(Unit).where(Unit.is_active).order_by(Unit.position, Unit.code))
                rows = [unit_row(unit) for unit in units]
            else:
                people = session.scalars(select(Person).where(Person.is_active).order_by(Person.login))
                rows = [row for person in people if (row := person_row(person))["grants"]]
        return yaml.safe_dump(
            {str(kind): rows}, allow_unicode=True, sort_keys=False, default_flow_style=None, width=140
        )

    def plan(self, actor: Actor, text: str, name: str) -> ImportPlan:
        """Compare a file with the database. Raises ConfigError with the line of the fault, NotAllowed."""
        require_admin(actor)
        kind, file = read_file(text, name, self._read_matters())
        with self._database.reading() as session:
            return self._plan(session, kind, file)

    def apply(self, actor: Actor, text: str, name: str, digest: str | None = None) -> ImportPlan:
        """All of it or nothing. Raises ConfigError, WrongState (the last admin; ``digest`` is no longer right)."""
        kind, file = read_file(text, name, self._read_matters())
        with self._administration.change_by_admin(actor) as change:
            plan = self._plan(change.session, kind, file)
            if digest is not None and digest != plan.digest:
                raise WrongState("预览之后资料又有变动：请重新预览，核对后再导入")
            wanted = {each.key for each in plan.differences}
            for place, row in enumerate(file.data[kind]):
                key = row["code"] if kind is RowKind.UNITS else row["login"]
                if key in wanted:
                    _apply_row(change, file, kind, place)
            return plan

    def _plan(self, session: Session, kind: RowKind, file: SeedFile) -> ImportPlan:
        rows = _unit_pairs(session, file) if kind is RowKind.UNITS else _person_pairs(session, file)
        found = [each for key, name, before, after in rows if (each := _difference(key, name, before, after))]
        only_here = _only_here(session, kind, {key for key, *_rest in rows})
        digest = hashlib.sha256(repr([asdict(each) for each in found]).encode()).hexdigest()
        return ImportPlan(kind=kind, differences=found, same=len(rows) - len(found), only_here=only_here, digest=digest)


Pair = tuple[str, str, dict[str, Any] | None, dict[str, Any]]


def _unit_pairs(session: Session, file: SeedFile) -> list[Pair]:
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    pairs: list[Pair] = []
    for row in file.data["units"]:
        unit = known.get(row["code"])
        pairs.append((row["code"], row["name"], unit_values(unit_row(unit)) if unit else None, unit_values(row)))
    return pairs


def _person_pairs(session: Session, file: SeedFile) -> list[Pair]:
    units = set(session.scalars(select(Unit.code).where(Unit.is_active)))
    known = {person.login: person for person in session.scalars(select(Person))}
    pairs: list[Pair] = []
    for place, row in enumerate(file.data["people"]):
        for number, grant in enumerate(row["grants"]):
            if grant.get("unit") and grant["unit"] not in units:
                raise file.fault(("people", place, "grants", number), f"没有代码为 {grant['unit']} 的在用单位")
        person = known.get(row["login"])
        if person is not None and not person.is_active:
            raise file.fault(
                ("people", place, "login"), f"{person.name}（{person.login}）已停用：请先启用，或从文件中去掉"
            )
        before = person_values(person_row(person)) if person else None
        after = person_values(row)
        kept = {name: before[name] for name in ("phone", "email") if before and name not in row}
        pairs.append((row["login"], row["name"], before, after | kept))
    return pairs


def _difference(key: str, name: str, before: dict[str, Any] | None, after: dict[str, Any]) -> RowDifference | None:
    if before is None:
        return RowDifference(key=key, name=name, is_new=True, before={}, after=after)
    old, new = differences(before, after)
    return RowDifference(key=key, name=name, is_new=False, before=old, after=new) if new else None


def _only_here(session: Session, kind: RowKind, named: set[str]) -> list[str]:
    if kind is RowKind.UNITS:
        rows = session.execute(select(Unit.code, Unit.name).where(Unit.is_active).order_by(Unit.position))
    else:
        rows = session.execute(select(Person.login, Person.name).where(Person.is_active).order_by(Person.login))
    return [name for key, name in rows if key not in named]


def _apply_row(change: Change, file: SeedFile, kind: RowKind, place: int) -> None:
    """A rule that only the database knows (a name that is taken) is reported with the row's line, too."""
    row = file.data[kind][place]
    try:
        if kind is RowKind.UNITS:
            _apply_unit(change, row, place)
        else:
            _apply_person(change, row)
    except FieldErrors as error:
        raise file.fault((str(kind), place), error.message) from None


def _apply_unit(change: Change, row: dict[str, Any], place: int) -> None:
    known = change.session.get(Unit, row["code"])
    unit = as_unit(row, known.position if known else place)
    if known is None:
        create_unit(change, unit)
    else:
        edit_unit(change, known, unit)


def _apply_person(change: Change, row: dict[str, Any]) -> None:
    person = change.session.scalars(select(Person).where(Person.login == row["login"])).first()
    if person is None:
        person = add_person(change, PersonInput(**_words(row, PersonInput(row["login"], row["name"]))), None)
    else:
        own = PersonInput(login=person.login, name=person.name, phone=person.phone or "", email=person.email or "")
        edit_person(change, person, PersonInput(**_words(row, own)))
    wanted = {(grant["role"], grant.get("unit")) for grant in row["grants"]}
    current = {(each.role, each.unit_code): each for each in person.assignments if each.ended_at is None}
    for key in sorted(current.keys() - wanted, key=str):
        _end_role(change, person, current[key])
    for role, unit in sorted(wanted - current.keys(), key=str):
        if not is_waiting(change.session, person, ROLE, RoleInput(role, unit)):
            give_role(change, person, RoleInput(role, unit), REASON)


def _end_role(change: Change, person: Person, assignment: RoleAssignment) -> None:
    """Raises FieldErrors where the file of a system administrator leaves a role out."""
    if not change.actor.has(Role.SECURITY_ADMIN):
        message = f"文件里少了{person.name}的角色“{label(Role(assignment.role))}”：角色由安全管理员在人员页面解除，请在文件里保留"
        raise FieldErrors({"grants": message})
    end_role(change, person, assignment, REASON)


def _words(row: dict[str, Any], own: PersonInput) -> dict[str, str]:
    return {name: row.get(name, value) for name, value in asdict(own).items()}
