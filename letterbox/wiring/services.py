"""The composition root: builds every service from the settings. Nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from letterbox.channels.mail import MailChannel
from letterbox.channels.sms import SmsChannel
from letterbox.domain.hosts import is_loopback
from letterbox.engine.tasks import ClaimSearch, TaskSearch
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook, RelayedLater
from letterbox.services.deployment.design import Design
from letterbox.services.limits.calendar_moves import CalendarMoves
from letterbox.services.limits.calendar_office import CalendarOffice
from letterbox.services.notices.delivery import Delivering, DeliveryChannel
from letterbox.services.notices.inbox import Inbox
from letterbox.services.notices.notice_log import NoticeLog
from letterbox.services.operations.stuck.backlog import Backlog
from letterbox.services.operations.stuck.task_deliveries import TaskDeliveries
from letterbox.services.procedure.custom_steps import OwnersSteps
from letterbox.services.procedure.escalation import Deadlines
from letterbox.services.staff.seeding import Seeding
from letterbox.services.staff.unit_directory import UnitDirectory
from letterbox.services.studio.approval import Approvals
from letterbox.services.studio.drafts import Drafts
from letterbox.services.studio.owner_notices import OwnerNotices
from letterbox.services.studio.studio import Studio
from letterbox.services.tasks.facts import TaskFactReader
from letterbox.services.tasks.prefill import FormData
from letterbox.services.tasks.reassigning import Reassigning
from letterbox.services.tasks.shifts import TaskShifts
from letterbox.services.tasks.tasks import Tasks
from letterbox.services.tasks.unowned import UnownedTasks
from letterbox.settings import Profile, Settings
from letterbox.wiring.letters import LetterServices


class Services(LetterServices):
    """Every service of one process, each built when first asked for."""

    @cached_property
    def unit_directory(self) -> UnitDirectory:
        return UnitDirectory(self.database)

    @cached_property
    def operations(self) -> Backlog:
        return Backlog(self.database, self.clock)

    @cached_property
    def notice_log(self) -> NoticeLog:
        return NoticeLog(self.database)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.database, self.clock)

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.notices, self.procedure.supervisions)

    @cached_property
    def delivery(self) -> Delivering:
        channels: dict[str, DeliveryChannel] = {"mail": mail_channel(self.settings)}
        if self.settings.sms_url:
            channels["sms"] = SmsChannel(self.settings.sms_url)
        return Delivering(self.database, self.clock, channels)

    @cached_property
    def deliveries(self) -> TaskDeliveries:
        return TaskDeliveries(self.database)

    @cached_property
    def design(self) -> Design:
        return Design(self.database, self.engine, self.clock)

    @cached_property
    def studio(self) -> Studio:
        drafts = Drafts(self.database, self.clock)

        def units() -> list[str]:
            return [unit.code for unit in self.unit_directory.units()]

        owners = OwnerNotices(self.notice_texts, self.settings.public_url, self.settings.mailbox_name)
        approvals = Approvals(self.database, self.clock, self.design, self.administration, drafts, units, owners.notify)
        return Studio(self.database, self.engine, drafts, approvals, units)

    @cached_property
    def seeding(self) -> Seeding:
        return Seeding(self.database, self.clock, self.sign_in)

    @cached_property
    def calendar_office(self) -> CalendarOffice:
        later = Casebook(self.database, self.clock, self.rulebook, RelayedLater())
        calendar_moves = CalendarMoves(self.database, later, self.rulebook, self.notices)
        return CalendarOffice(self.database, self.administration, self.clock, self.rulebook, calendar_moves)

    @cached_property
    def task_facts(self) -> TaskFactReader:
        return TaskFactReader(self.database, self.engine)

    @cached_property
    def task_shifts(self) -> TaskShifts:
        return TaskShifts(self.database, TaskSearch(self.engine.session), self.task_facts)

    @cached_property
    def form_data(self) -> FormData:
        return FormData()

    @cached_property
    def unowned_tasks(self) -> UnownedTasks:
        claims = ClaimSearch(self.engine.session)
        return UnownedTasks(self.database, claims, self.task_facts, self.casebook, self.clock)

    @cached_property
    def owners_steps(self) -> OwnersSteps:
        claims = ClaimSearch(self.engine.session)
        return OwnersSteps(self.database, self.casebook, claims, self.task_facts, self.notices)

    @cached_property
    def reassigning(self) -> Reassigning:
        return Reassigning(self.database, self.casebook, self.task_facts, self.notices, self.clock)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(
            self.database,
            self.casebook,
            self.engine,
            self.task_facts,
            self.form_data,
            self.task_shifts,
            self.clock,
            self.procedure.task_handlers(),
        )

    def effect(
        self, task_id: str, topic: str, number: str | None, work: Callable[[Case], dict[str, Any]]
    ) -> dict[str, Any]:
        """A worker's effect on its letter, once per external task (``Casebook.effect``)."""
        return self.casebook.effect(task_id, topic, number or "", work)

    def close(self) -> None:
        if "trail" in self.__dict__:
            self.trail.close()
        self.engine.close()
        self.database.close()


def mail_channel(settings: Settings) -> MailChannel:
    """Mail as the settings name its server; in production never unencrypted to another machine unless said so."""
    is_remote = not is_loopback(urlsplit(settings.smtp_url).hostname)
    must_encrypt = settings.profile is Profile.PRODUCTION and is_remote
    return MailChannel(settings.smtp_url, settings.mail_from, must_encrypt=must_encrypt)


def build(settings: Settings) -> Services:
    """The services of one process."""
    return Services(settings)
