"""Units, people, their roles, substitutes and machine tokens."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from letterbox.store.base import Base, BigId, Short


class Unit(Base):
    """An undertaking unit or an office (H1, P1); ``territory`` holds place names, ``matters`` matter codes."""

    __tablename__ = "units"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[Short]
    short_name: Mapped[Short]
    kind: Mapped[Short]
    territory: Mapped[list[str]]
    matters: Mapped[list[str]]
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class Person(Base):
    """Somebody who signs in. ``must_change_password``: what he has is a one-time password given by an admin."""

    __tablename__ = "people"

    id: Mapped[BigId]
    login: Mapped[Short] = mapped_column(unique=True)
    name: Mapped[Short]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_set_at: Mapped[datetime | None]
    sso_subject: Mapped[str | None] = mapped_column(unique=True)
    may_use_password: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    session_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    assignments: Mapped[list[RoleAssignment]] = relationship(back_populates="person", lazy="selectin")


class RoleAssignment(Base):
    """A role somebody holds, in a unit if it is a unit's role; ended, never deleted."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index(
            "uq_assignments_open",
            "person_id",
            "role",
            text("coalesce(unit_code, '')"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[BigId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[Short]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(back_populates="assignments")


class Substitution(Base):
    """While on leave (both days included) a person's unit roles also count for the substitute, if there is one.

    ``unit_codes``: only those of these units; None: of all his units. Roles of an office are never lent.
    Ending a leave early moves ``to_on`` before today (so possibly before ``from_on``) and sets ``ended_at``.
    """

    __tablename__ = "substitutions"

    id: Mapped[BigId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    unit_codes: Mapped[list[str] | None]
    ended_at: Mapped[datetime | None]


class RightsRequest(Base):
    """What one administrator proposed and another has to confirm: an office role, or a new password for its holder.

    ``kind``: role or password. ``by_security``: the proposer is a security administrator. ``outcome``: confirmed, refused.
    """

    __tablename__ = "rights_requests"

    id: Mapped[BigId]
    kind: Mapped[Short]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str | None]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    reason: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_by_name: Mapped[str]
    by_security: Mapped[bool]
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_name: Mapped[str | None]
    outcome: Mapped[str | None]


def unit_names(session: Session) -> dict[str, str]:
    """Code → name, of every unit that ever was."""
    return dict(session.execute(select(Unit.code, Unit.name)).all())


def short_unit_names(session: Session) -> dict[str, str]:
    """Code → short name, of every unit that ever was."""
    return dict(session.execute(select(Unit.code, Unit.short_name)).all())
