"""An installation's database with its three roles, without an engine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from letterbox.domain.audit import AuditAct, Thing
from letterbox.domain.clock import SystemClock
from letterbox.domain.permissions import SYSTEM
from letterbox.services.operations.doctor.run import Check
from letterbox.settings import Profile, Settings
from letterbox.stack.postgres import AUDITOR
from letterbox.wiring import Services
from letterbox.wiring.operators import OperatorServices
from tests.support.stack.keys import SECRET

AWAY = "postgresql://nobody:x@127.0.0.1:1/none"


class Place:
    def __init__(self, folder: Path, superuser: str, urls: dict[str, str]) -> None:
        self.superuser, self.urls, self.folder = superuser, urls, folder

    def services(self, **changed: Any) -> Services:
        given = {"database_url": self.urls["letterbox"], "audit_database_url": self.urls[AUDITOR], **changed}
        settings = Settings(
            profile=Profile.TEST,
            data_dir=self.folder,
            engine_url="http://127.0.0.1:1/engine-rest",
            engine_user="x",
            engine_password="x",
            secret_key=SECRET,
            **given,
        )
        return Services(settings, SystemClock())

    def check(self, name: str, **changed: Any) -> Check:
        with closing(self.services(**changed)) as services:
            return next(each for each in OperatorServices(services).doctor.examine().checks if each.name == name)

    def tamper(self, statement: str) -> None:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement)


def note(place: Place, count: int, **changed: Any) -> None:
    with closing(place.services(**changed)) as services:
        for number in range(count):
            services.trail.note(AuditAct.LETTER_READ, actor=SYSTEM, object=Thing("letter", f"SX{number}"))
