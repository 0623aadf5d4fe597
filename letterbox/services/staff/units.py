"""Units (H1, P1): listed, created, edited, taken out of and put back into use by an administrator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from letterbox.domain.clean_text import one_line
from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import UnitKind
from letterbox.seeds.values import MatterSeed
from letterbox.services.audit.log import (
    About,
    AdminAction,
    Administration,
    Change,
    Subject,
    differences,
    require_admin,
    required_reason,
)
from letterbox.services.staff.unit_rules import CODE, UnitInput, checked
from letterbox.services.staff.unit_views import (
    Holder,
    LedLetter,
    UnitLine,
    count_led,
    holders_of,
    led_letters,
    unit_lines,
)
from letterbox.store.database import Database
from letterbox.store.people import Unit

SHOWN_LETTERS = 20


class UnitLeadsLetters(WrongState):
    """The unit cannot go yet: ``letters`` (the oldest ones of ``total``) are still its to answer."""

    def __init__(self, name: str, letters: Sequence[LedLetter], total: int) -> None:
        super().__init__(f"{name}还主办着 {total} 件未办结的来信，不能停用：请先由电子政务办改派，或者等它们办结")
        self.letters = letters
        self.total = total


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit with its people and (at most ``SHOWN_LETTERS``) open letters."""

    line: UnitLine
    people: Sequence[Holder]
    letters: Sequence[LedLetter]


class Units:
    """``read_matters``: what letters are about, from the classification's word list."""

    def __init__(
        self, database: Database, administration: Administration, read_matters: Callable[[], Sequence[MatterSeed]]
    ) -> None:
        self._database = database
        self._administration = administration
        self._read_matters = read_matters

    @cached_property
    def matters(self) -> dict[str, MatterSeed]:
        """Code → matter, in the order of the word list."""
        return {each.code: each for each in self._read_matters()}

    def search(
        self, actor: Actor, *, q: str = "", kind: str = "", state: str = "active", flagged: bool = False
    ) -> list[UnitLine]:
        """``state``: active, inactive or all; ``flagged``: only those that lack somebody. Raises NotAllowed."""
        require_admin(actor)
        query = select(Unit).order_by(Unit.position, Unit.code)
        if state in {"active", "inactive"}:
            query = query.where(Unit.is_active == (state == "active"))
        if kind:
            query = query.where(Unit.kind == kind)
        if one_line(q):
            columns = (Unit.code, Unit.name, Unit.short_name)
            query = query.where(or_(*(column.icontains(one_line(q), autoescape=True) for column in columns)))
        with self._database.reading() as session:
            lines = unit_lines(session, session.scalars(query))
        return [line for line in lines if line.missing] if flagged else lines

    def open(self, actor: Actor, code: str) -> UnitRecord:
        """Raises NotAllowed, NotFound."""
        require_admin(actor)
        with self._database.reading() as session:
            (line,) = unit_lines(session, [_unit(session, code)])
            return UnitRecord(line, holders_of(session, code), led_letters(session, actor, code, SHOWN_LETTERS))

    def create(self, actor: Actor, unit: UnitInput) -> None:
        """Raises FieldErrors (also for a code, name or short name that is taken), NotAllowed."""
        clean = checked(unit, self.matters)
        with self._administration.change_by_admin(actor) as change:
            if change.session.get(Unit, clean.code) is not None:
                raise FieldErrors({"code": f"单位代码 {clean.code} 已经用过，停用的单位也占用代码"})
            create_unit(change, clean)

    def edit(self, actor: Actor, code: str, unit: UnitInput) -> bool:
        """Change everything but the code; answers whether anything changed. Raises FieldErrors, NotFound, NotAllowed."""
        clean = checked(unit, self.matters)
        with self._administration.change_by_admin(actor) as change:
            return edit_unit(change, _unit(change.session, code), clean)

    def deactivate(self, actor: Actor, code: str, reason: str) -> None:
        """Take out of use; its people keep their roles. Raises UnitLeadsLetters, WrongState, FieldErrors, NotFound."""
        with self._administration.change_by_admin(actor) as change:
            unit = _unit(change.session, code, lock=True)
            if not unit.is_active:
                raise WrongState(f"{unit.name}已经停用")
            total = count_led(change.session, code)
            if total:
                raise UnitLeadsLetters(unit.name, led_letters(change.session, actor, code, SHOWN_LETTERS), total)
            unit.is_active = False
            change.record(AdminAction.UNIT_DEACTIVATED, _about(unit), reason=required_reason(reason))

    def activate(self, actor: Actor, code: str, reason: str) -> None:
        """Raises WrongState, FieldErrors, NotFound, NotAllowed."""
        with self._administration.change_by_admin(actor) as change:
            unit = _unit(change.session, code, lock=True)
            if unit.is_active:
                raise WrongState(f"{unit.name}本来就在使用")
            unit.is_active = True
            change.record(AdminAction.UNIT_ACTIVATED, _about(unit), reason=required_reason(reason))


def create_unit(change: Change, unit: UnitInput) -> None:
    """Raises FieldErrors if a name is taken."""
    _refuse_taken_names(change.session, unit)
    row = Unit(code=unit.code, **_columns(unit))
    change.session.add(row)
    change.record(AdminAction.UNIT_CREATED, _about(row), after=_columns(unit))


def edit_unit(change: Change, row: Unit, unit: UnitInput) -> bool:
    """Raises FieldErrors if a name is taken or the kind cannot change."""
    _refuse_taken_names(change.session, unit, row.code)
    before, after = differences(_columns(as_input(row)), _columns(unit))
    if not after:
        return False
    if after.get("kind") == UnitKind.OFFICE and count_led(change.session, row.code):
        raise FieldErrors({"kind": f"{row.name}还有主办的来信，不能改为“办公室”：办公室不承办来信"})
    for name, value in after.items():
        setattr(row, name, value)
    change.record(AdminAction.UNIT_EDITED, _about(row), before=before, after=after)
    return True


def as_input(row: Unit) -> UnitInput:
    return UnitInput(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        kind=row.kind,
        territory=tuple(row.territory),
        matters=tuple(row.matters),
        position=row.position,
    )


def _columns(unit: UnitInput) -> dict[str, Any]:
    values = asdict(unit) | {"territory": list(unit.territory), "matters": list(unit.matters)}
    return {name: value for name, value in values.items() if name != "code"}


def _about(row: Unit) -> About:
    return About(Subject.UNIT, row.code, row.name)


def _unit(session: Session, code: str, *, lock: bool = False) -> Unit:
    row = session.get(Unit, code, with_for_update=True if lock else None) if CODE.fullmatch(code) else None
    if row is None:
        raise NotFound("没有这个单位")
    return row


def _refuse_taken_names(session: Session, unit: UnitInput, own_code: str | None = None) -> None:
    session.flush()
    query = select(Unit).where(or_(Unit.name == unit.name, Unit.short_name == unit.short_name))
    errors: dict[str, str] = {}
    for other in session.scalars(query):
        if other.code == (own_code or unit.code):
            continue
        if other.name == unit.name:
            errors["name"] = f"这个名称已由单位 {other.code} 使用"
        if other.short_name == unit.short_name:
            errors["short_name"] = f"这个简称已由{other.name}（{other.code}）使用"
    if errors:
        raise FieldErrors(errors)
