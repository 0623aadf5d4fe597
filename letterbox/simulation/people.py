"""Who acts: the demonstration's people for every role and unit, with their leaves and substitutes."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import LetterboxError
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import UnitKind
from letterbox.services.staff.leave_rules import LeaveInput
from letterbox.stack import demo
from letterbox.wiring import Services

PREFIX = {"unit_handler": "handler", "unit_deputy": "deputy", "unit_principal": "principal"}
STANDS_IN = {"handler": "deputy", "deputy": "principal", "principal": "deputy"}
OFFICE = {
    "screener": ("screener", "screener2"),
    "supervisor": ("supervisor.gov", "supervisor.party"),
    "leader": ("leader", "leader2"),
}
"""Offices with more than one person; elsewhere the login is the role."""
LONGEST_AWAY = 5


@dataclass(frozen=True, slots=True)
class Away:
    login: str
    substitute: str
    first: dt.date
    last: dt.date


class Staff:
    """Finds the person for a candidate group; whoever is away is stood in for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._away: list[Away] = []
        demo.add_people(services)
        units = services.unit_directory.units()
        self.units = [unit.code for unit in units if unit.kind != UnitKind.OFFICE]

    def for_group(self, group: str, dice: random.Random) -> Actor:
        """``role`` or ``role@unit`` to whoever does its work today."""
        role, _, unit = group.partition("@")
        if unit:
            return self.of_login(self._present(f"{PREFIX[role]}.{unit}"))
        return self.of_login(dice.choice(OFFICE.get(role, (role,))))

    def _present(self, login: str) -> str:
        today = self._services.clock.now().astimezone(OFFICE_ZONE).date()
        for away in self._away:
            if away.login == login and away.first <= today <= away.last:
                return away.substitute
        return login

    def of_login(self, login: str) -> Actor:
        return self._services.sign_in.of_login(login).actor

    def plan_leaves(self, first: dt.date, last: dt.date, share: float, dice: random.Random) -> int:
        """Each month some of the units' people are away for up to a week; returns how many leaves were entered."""
        admin = self.of_login("admin")
        month = first
        while month <= last:
            for unit in self.units:
                for prefix, stand_in in STANDS_IN.items():
                    if dice.random() < share:
                        start = month + dt.timedelta(days=dice.randrange(1, 25))
                        end = start + dt.timedelta(days=dice.randrange(LONGEST_AWAY))
                        self._enter(
                            admin,
                            Away(login=f"{prefix}.{unit}", substitute=f"{stand_in}.{unit}", first=start, last=end),
                        )
            month += dt.timedelta(days=30)
        return len(self._away)

    def _enter(self, admin: Actor, away: Away) -> None:
        """Nobody stands in while away himself."""
        if any(each.login in {away.substitute, away.login} or each.substitute == away.login for each in self._away):
            return
        person, substitute = (
            self._services.sign_in.of_login(login).person_id for login in (away.login, away.substitute)
        )
        try:
            self._services.leaves.enter(
                admin,
                LeaveInput(
                    person_id=person, substitute_id=substitute, from_on=away.first, to_on=away.last, reason="休假"
                ),
            )
        except LetterboxError:
            return
        self._away.append(away)
