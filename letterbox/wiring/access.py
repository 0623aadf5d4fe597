"""Builds what lets people in: allowances, passwords, sessions and their kin. Part of :class:`letterbox.wiring.Services`."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from letterbox.domain.clock import SystemClock
from letterbox.domain.vocabulary import Role
from letterbox.files.folder import SealedFolder
from letterbox.files.sealed import FileSeal
from letterbox.services.access.housekeeping import Housekeeping
from letterbox.services.access.passwords import PasswordRules, Passwords
from letterbox.services.access.rate_limit import AttemptCounter
from letterbox.services.access.second_factor import SecondFactors
from letterbox.services.access.sessions import SessionLimits, Sessions
from letterbox.services.access.sign_in import SignIn
from letterbox.services.access.trail import AccessTrail
from letterbox.services.access.writer_sessions import WriterSessions
from letterbox.services.staff.single_sign_on import SingleSignOn
from letterbox.settings import Profile
from letterbox.wiring.staff import StaffServices


class AccessServices(StaffServices):
    """Each built when first asked for, on what the whole container has."""

    @cached_property
    def attempts(self) -> AttemptCounter:
        return AttemptCounter(self.database, self.clock)

    @cached_property
    def sign_in(self) -> SignIn:
        days = self.settings.password_days
        return SignIn(self.database, self.clock, self.attempts, self.access_trail, self.password_hasher, days)

    @cached_property
    def password_hasher(self) -> PasswordHasher:
        """Dear on purpose; only tests, which sign people in thousands of times, hash cheaply."""
        is_test = self.settings.profile is Profile.TEST
        return PasswordHasher.from_parameters(CHEAPEST if is_test else RFC_9106_LOW_MEMORY)

    @cached_property
    def passwords(self) -> Passwords:
        rules = PasswordRules(length=self.settings.password_length, history=self.settings.password_history)
        return Passwords(self.sign_in, rules, (self.settings.county_name, self.settings.mailbox_name))

    @cached_property
    def access_trail(self) -> AccessTrail:
        return AccessTrail(self.trail)

    @cached_property
    def sessions(self) -> Sessions:
        limits = SessionLimits(
            idle=timedelta(minutes=self.settings.session_idle_minutes),
            longest=timedelta(hours=self.settings.session_hours),
            fresh=timedelta(minutes=self.settings.fresh_sign_in_minutes),
        )
        return Sessions(self.database, self.clock, self.sign_in, self.second_factors, limits, self.access_trail)

    @cached_property
    def second_factors(self) -> SecondFactors:
        roles = [Role(name) for name in self.settings.second_factor_names]
        issuer = f"{self.settings.county_name}{self.settings.mailbox_name}"
        return SecondFactors(
            self.database, SystemClock(), self.attempts, self.settings.keys, self.access_trail, roles, issuer
        )

    @cached_property
    def single_sign_on(self) -> SingleSignOn:
        return SingleSignOn(self.database, self.sign_in, self.administration, self.access_trail)

    @cached_property
    def writer_sessions(self) -> WriterSessions:
        return WriterSessions(self.database, self.clock)

    @cached_property
    def sealed_folder(self) -> SealedFolder:
        """Where attachments lie."""
        return SealedFolder(self.settings.attachments_dir, FileSeal(self.settings.keys))

    @cached_property
    def caught_mail(self) -> SealedFolder:
        """Mail that ``letterbox up`` kept where no server is set."""
        return SealedFolder(self.settings.mail_dir, FileSeal(self.settings.keys))

    @cached_property
    def housekeeping(self) -> Housekeeping:
        """What each worker process clears away now and then."""
        return Housekeeping([self.sessions.purge, self.writer_sessions.purge, self.attempts.purge])
