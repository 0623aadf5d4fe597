"""The services of administration and of the audit trail, as a part of the composition root."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from letterbox.domain.audit import AuditAct, Thing
from letterbox.domain.clock import Clock, SystemClock
from letterbox.domain.permissions import SYSTEM, Actor
from letterbox.seeds import values as seed_values
from letterbox.seeds.values import MatterSeed
from letterbox.services.access.passwords import Passwords
from letterbox.services.access.sign_in import SignIn
from letterbox.services.access.token_entry import TokenEntry
from letterbox.services.access.tokens import Tokens
from letterbox.services.audit.log import About, AdminAction, Administration
from letterbox.services.audit.log_pages import AdminLog
from letterbox.services.audit.reading import AuditReading
from letterbox.services.audit.syslog import AuditSyslog, target_of
from letterbox.services.audit.trail import AuditTrail
from letterbox.services.deployment.design import Design
from letterbox.services.notices.texts import NoticeTexts
from letterbox.services.staff.config_files import ConfigFiles
from letterbox.services.staff.leaves import Leaves
from letterbox.services.staff.people import People
from letterbox.services.staff.person_notices import PersonNotices
from letterbox.services.staff.rights_requests import RightsRequests
from letterbox.services.staff.units import Units
from letterbox.services.studio.own_bundle import OwnBundle
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
    def passwords(self) -> Passwords:
        """``Services`` builds it."""
        raise NotImplementedError

    @cached_property
    def design(self) -> Design:
        """``Services`` builds it."""
        raise NotImplementedError

    @cached_property
    def own_bundle(self) -> OwnBundle:
        return OwnBundle(self.design, self.administration, self.trail)

    @cached_property
    def trail(self) -> AuditTrail:
        url = self.settings.audit_database_url or self.settings.database_url
        return AuditTrail(AuditWriter(url), self.clock, self.settings.data_dir, self.settings.keys)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.database, SystemClock(), self.administration, self.settings.token_days)

    @cached_property
    def token_entry(self) -> TokenEntry:
        return TokenEntry(self.database, SystemClock())

    @cached_property
    def audit_reading(self) -> AuditReading:
        return AuditReading(self.database, self.settings.keys)

    @cached_property
    def audit_syslog(self) -> AuditSyslog | None:
        url = self.settings.syslog_url
        return AuditSyslog(self.database, self.audit_reading, target_of(url)) if url else None

    def end_old_audit(self) -> int:
        """End the trail's rows that are older than the setting says; recorded if there were any."""
        ended = self.audit_reading.expire(self.settings.audit_days)
        if ended:
            self.trail.note(AuditAct.TRAIL_ENDED, actor=SYSTEM, object=Thing("audit", ""), detail={"rows": ended})
        return ended

    @cached_property
    def notice_texts(self) -> NoticeTexts:
        return NoticeTexts(seed_values.load_notices())

    @cached_property
    def administration(self) -> Administration:
        people = PersonNotices(self.notice_texts, self.settings.public_url, self.settings.mailbox_name)
        return Administration(self.database, self.clock, people.notify, self._note_changes)

    def _note_changes(self, actor: Actor, recorded: Sequence[tuple[AdminAction, About]]) -> None:
        for action, about in recorded:
            self.trail.note(
                AuditAct.CHANGED, actor=actor, object=Thing(about.kind, about.id), detail={"action": action}
            )

    @cached_property
    def admin_log(self) -> AdminLog:
        return AdminLog(self.database, self.administration)

    @cached_property
    def units(self) -> Units:
        return Units(self.database, self.administration, _matters)

    @cached_property
    def people(self) -> People:
        return People(self.database, self.administration, self.sign_in, self.passwords)

    @cached_property
    def rights_requests(self) -> RightsRequests:
        return RightsRequests(self.database, self.administration, self.sign_in, self.passwords)

    @cached_property
    def leaves(self) -> Leaves:
        return Leaves(self.database, self.administration)

    @cached_property
    def config_files(self) -> ConfigFiles:
        return ConfigFiles(self.database, self.administration, lambda: [each.code for each in _matters()])


def _matters() -> Sequence[MatterSeed]:
    return seed_values.load_lexicon(seed_values.load_units()).matters
