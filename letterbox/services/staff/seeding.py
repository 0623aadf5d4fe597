"""Filling an empty database from ``config/``: units and calendar always, people and their demo password only with ``--demo``."""

from __future__ import annotations

from sqlalchemy import select

from letterbox.domain.clock import Clock
from letterbox.seeds.calendar import CalendarSeed
from letterbox.seeds.values import PersonSeed, UnitSeed
from letterbox.services.access.sign_in import SignIn
from letterbox.services.rules.calendar_days import OfficeDays, office_days
from letterbox.store.calendar import CalendarDay, CalendarYear
from letterbox.store.database import Database
from letterbox.store.people import Person, RoleAssignment, Unit


class Seeding:
    def __init__(self, database: Database, clock: Clock, sign_in: SignIn) -> None:
        self._database = database
        self._clock = clock
        self._sign_in = sign_in

    def units(self, seeds: tuple[UnitSeed, ...]) -> int:
        """Add the units if there are none yet; returns how many were added."""
        with self._database.transaction() as session:
            if session.scalars(select(Unit.code).limit(1)).first() is not None:
                return 0
            session.add_all(
                Unit(
                    code=seed.code,
                    name=seed.name,
                    short_name=seed.short_name,
                    kind=seed.kind,
                    territory=list(seed.territory),
                    matters=list(seed.matters),
                    position=position,
                )
                for position, seed in enumerate(seeds)
            )
        return len(seeds)

    def calendar(self, seed: CalendarSeed) -> int:
        """Put the seed's days and years in force if the office has none of its own yet; returns how many days."""
        with self._database.transaction() as session:
            if office_days(session) != OfficeDays() or not (seed.rules or seed.years):
                return 0
            now = self._clock.now()
            session.add_all(CalendarDay(day=rule.date, kind=rule.kind, name=rule.name) for rule in seed.rules)
            session.add_all(CalendarYear(year=year, published_at=now, limits_moved_at=now) for year in seed.years)
        return len(seed.rules)

    def people(self, seeds: tuple[PersonSeed, ...], password: str) -> int:
        """Add the demonstration people, all with one password, if there is nobody yet; returns how many were added."""
        with self._database.transaction() as session:
            if session.scalars(select(Person.id).limit(1)).first() is not None:
                return 0
            password_hash = self._sign_in.hash_password(password)
            session.add_all(self._person(seed, password_hash) for seed in seeds)
        return len(seeds)

    def _person(self, seed: PersonSeed, password_hash: str) -> Person:
        now = self._clock.now()
        grants = [RoleAssignment(role=grant.role, unit_code=grant.unit, started_at=now) for grant in seed.grants]
        return Person(login=seed.login, name=seed.name, password_hash=password_hash, created_at=now, assignments=grants)
