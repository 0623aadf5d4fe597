"""The services of administration and of the audit trail, as a part of the composition root."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from letterbox import seeds as seed_files
from letterbox.domain.clock import Clock
from letterbox.seeds import MatterSeed
from letterbox.services.admin_log import AdminLog
from letterbox.services.administration import Administration
from letterbox.services.audit_trail import AuditTrail
from letterbox.services.config_files import ConfigFiles
from letterbox.services.leaves import Leaves
from letterbox.services.people import People
from letterbox.services.sign_in import SignIn
from letterbox.services.tokens import Tokens
from letterbox.services.units import Units
from letterbox.settings import Settings
from letterbox.store.audit import AuditWriter
from letterbox.store.database import Database


class StaffServices:
    """Built when first asked for, on what ``Services`` holds."""

    settings: Settings
    database: Database
    clock: Clock

    @cached_property
    def sign_in(self) -> SignIn:
        """``Services`` builds it."""
        raise NotImplementedError

    @cached_property
    def trail(self) -> AuditTrail:
        url = self.settings.audit_database_url or self.settings.database_url
        return AuditTrail(AuditWriter(url), self.clock, self.settings.data_dir, self.settings.keys)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.database, self.clock, self.administration)

    @cached_property
    def administration(self) -> Administration:
        return Administration(self.database, self.clock)

    @cached_property
    def admin_log(self) -> AdminLog:
        return AdminLog(self.database, self.administration)

    @cached_property
    def units(self) -> Units:
        return Units(self.database, self.administration, _matters)

    @cached_property
    def people(self) -> People:
        return People(self.database, self.administration, self.sign_in)

    @cached_property
    def leaves(self) -> Leaves:
        return Leaves(self.database, self.administration)

    @cached_property
    def config_files(self) -> ConfigFiles:
        return ConfigFiles(self.database, self.administration, lambda: [each.code for each in _matters()])


def _matters() -> Sequence[MatterSeed]:
    return seed_files.load_lexicon(seed_files.load_units()).matters
