"""The composition root: builds every service from the settings. Nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from letterbox.channels.mail import MailChannel
from letterbox.channels.sms import SmsChannel
from letterbox.domain.clock import Clock, SystemClock
from letterbox.domain.hosts import is_loopback
from letterbox.domain.limits.escalation import LONGEST_WAIT, SIMULATED_WAIT
from letterbox.domain.limits.quiet_hours import QuietHours
from letterbox.engine.client import EngineClient
from letterbox.engine.tasks import ClaimSearch
from letterbox.files.scanner import Scanner
from letterbox.intelligence.personal_data import mask
from letterbox.intelligence.routing import router
from letterbox.intelligence.suggester import Suggester
from letterbox.outbox.dispatch import EngineDispatch
from letterbox.outbox.relay import OutboxRelay
from letterbox.seeds import values as seed_values
from letterbox.services.access.proof_of_work import ProofOfWork
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook, RelayedLater
from letterbox.services.clock.shared import SharedClock
from letterbox.services.deployment.design import Design
from letterbox.services.intake.attachments import Attachments
from letterbox.services.intake.intake import Intake
from letterbox.services.intake.letter_allowance import LetterAllowance
from letterbox.services.intake.new_letters import NewLetters
from letterbox.services.intake.query_codes import CodeKeeper
from letterbox.services.limits.calendar_moves import Moving
from letterbox.services.limits.calendar_office import CalendarOffice
from letterbox.services.limits.story import LimitStories
from letterbox.services.notices.delivery import Channel, Delivering
from letterbox.services.notices.inbox import Inbox
from letterbox.services.notices.known_contacts import KnownContacts
from letterbox.services.notices.notices import Notices
from letterbox.services.operations.stuck.backlog import Operations
from letterbox.services.operations.stuck.task_deliveries import TaskDeliveries
from letterbox.services.procedure.actions import Actions
from letterbox.services.procedure.classification import Classification, LiveSuggester
from letterbox.services.procedure.custom_steps import OwnersSteps
from letterbox.services.procedure.escalation import Deadlines
from letterbox.services.procedure.releasing import Releasing
from letterbox.services.publication.public_copies import PublicCopies
from letterbox.services.publication.published import Publication
from letterbox.services.publication.publishing import Publishing
from letterbox.services.records.channel_replies import HandingBack
from letterbox.services.records.records import Records
from letterbox.services.records.related import Related
from letterbox.services.records.standard_texts import StandardTexts
from letterbox.services.rules.rulebook import ROUTING, LiveRules, Rulebook
from letterbox.services.staff.seeding import Seeding
from letterbox.services.staff.unit_directory import Catalog
from letterbox.services.studio.approval import Approvals
from letterbox.services.studio.drafts import Drafts
from letterbox.services.studio.owner_notices import OwnerNotices
from letterbox.services.studio.studio import Studio
from letterbox.services.tasks.facts import TaskFactReader
from letterbox.services.tasks.prefill import FormData
from letterbox.services.tasks.reassigning import HandingOn
from letterbox.services.tasks.tasks import Tasks
from letterbox.services.tasks.unowned import OpenWork
from letterbox.services.writers.acts import WritersSide
from letterbox.services.writers.contact_confirmation import Confirmation
from letterbox.services.writers.recovery import Recovery
from letterbox.services.writers.tracking import Tracking
from letterbox.settings import Profile, Settings
from letterbox.store.database import Database
from letterbox.wiring.access import AccessServices
from letterbox.wiring.procedure import Procedure


class Services(AccessServices):
    """Every service of one process, each built when first asked for."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.database = Database(settings.database_url, settings.keys)
        self.engine = EngineClient(settings.engine_url, settings.engine_user, settings.engine_password)
        self.clock = clock or (SharedClock(self.database) if settings.profile.has_movable_clock else SystemClock())
        longest_wait = SIMULATED_WAIT if settings.profile is Profile.SIMULATION else LONGEST_WAIT
        self.rulebook = Rulebook(LiveRules(self.database), longest_wait)
        self.relay = OutboxRelay(self.database, EngineDispatch(self.engine))
        self.casebook = Casebook(self.database, self.clock, self.rulebook, self.relay)
        self.mask = mask

    @cached_property
    def notices(self) -> Notices:
        has_sms = self.settings.sms_url is not None
        quiet = QuietHours.parse(self.settings.quiet_hours)
        return Notices(
            self.notice_texts, self.settings.public_url, self.settings.mailbox_name, has_sms, quiet, self.known_contacts
        )

    @cached_property
    def known_contacts(self) -> KnownContacts:
        return KnownContacts(self.settings.keys)

    @cached_property
    def recovery(self) -> Recovery:
        return Recovery(
            self.database, self.casebook, self.codes, self.attempts, self.notices, self.known_contacts, self.clock
        )

    @cached_property
    def letter_allowance(self) -> LetterAllowance:
        proof = ProofOfWork(self.settings.keys, self.settings.proof_cost)
        return LetterAllowance(self.attempts, self.known_contacts, proof)

    @cached_property
    def confirmation(self) -> Confirmation:
        return Confirmation(self.database, self.casebook, self.known_contacts, self.notices, self.clock)

    @cached_property
    def codes(self) -> CodeKeeper:
        return CodeKeeper(self.settings.keys)

    @cached_property
    def attachments(self) -> Attachments:
        return Attachments(self.database, self.clock, self.sealed_folder, self.scanner)

    @cached_property
    def scanner(self) -> Scanner | None:
        """None where no scanner is set: files are judged by our own checks alone."""
        return Scanner(self.settings.scanner_url) if self.settings.scanner_url else None

    @cached_property
    def intake(self) -> Intake:
        return Intake(self.database, self.casebook, self.codes, self.notices, self.clock, self.settings.number_prefix)

    @cached_property
    def writers_side(self) -> WritersSide:
        return WritersSide(
            self.database, self.casebook, self.codes, self.attempts, self.notices, self.procedure.rehandling,
            self.procedure.promises, self.classification.watch_words, self.procedure.withdrawing,
            self.procedure.recategorising,
        )  # fmt: skip

    @cached_property
    def tracking(self) -> Tracking:
        return Tracking(
            self.database, self.clock, self.rulebook, self.writers_side, self.writer_sessions, self.recovery
        )

    @cached_property
    def publication(self) -> Publication:
        return Publication(self.database)

    @cached_property
    def publishing(self) -> Publishing:
        return Publishing(self.database, self.casebook)

    @cached_property
    def releasing(self) -> Releasing:
        return Releasing(self.database, self.casebook, self.attachments, self.notices, self.trail.letter_read)

    @cached_property
    def public_copies(self) -> PublicCopies:
        return PublicCopies(self.database, self.casebook)

    @cached_property
    def standard_texts(self) -> StandardTexts:
        return StandardTexts(self.database, self.clock)

    @cached_property
    def handing_back(self) -> HandingBack:
        return HandingBack(self.database, self.casebook)

    @cached_property
    def catalog(self) -> Catalog:
        return Catalog(self.database)

    @cached_property
    def records(self) -> Records:
        return Records(self.database, self.clock, self.rulebook, self.trail.letter_read)

    @cached_property
    def limit_stories(self) -> LimitStories:
        return LimitStories(self.records, self.rulebook)

    @cached_property
    def related(self) -> Related:
        return Related(self.database, self.clock)

    @cached_property
    def operations(self) -> Operations:
        return Operations(self.database, self.clock)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.database, self.clock)

    @cached_property
    def classification(self) -> Classification:
        lexicon = seed_values.load_lexicon(seed_values.load_units())

        def build(units: tuple[seed_values.UnitSeed, ...]) -> Suggester:
            return Suggester(units, lexicon, router(self.rulebook.table(ROUTING)))

        return Classification(LiveSuggester(self.database, build), self.notices)

    @cached_property
    def procedure(self) -> Procedure:
        return Procedure(self.notices, NewLetters(self.codes, self.notices, self.settings.number_prefix))

    @cached_property
    def actions(self) -> Actions:
        return Actions(self.casebook, self.procedure.actions(), seed_values.load_action_forms())

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.notices, self.procedure.supervisions)

    @cached_property
    def delivery(self) -> Delivering:
        channels: dict[str, Channel] = {"mail": mail_channel(self.settings)}
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
            return [unit.code for unit in self.catalog.units()]

        owners = OwnerNotices(self.notice_texts, self.settings.public_url, self.settings.mailbox_name)
        approvals = Approvals(self.database, self.clock, self.design, self.administration, drafts, units, owners.tell)
        return Studio(self.database, self.engine, drafts, approvals, units)

    @cached_property
    def seeding(self) -> Seeding:
        return Seeding(self.database, self.clock, self.sign_in)

    @cached_property
    def calendar_office(self) -> CalendarOffice:
        later = Casebook(self.database, self.clock, self.rulebook, RelayedLater())
        moving = Moving(self.database, later, self.rulebook, self.notices)
        return CalendarOffice(self.database, self.administration, self.clock, self.rulebook, moving)

    @cached_property
    def open_work(self) -> OpenWork:
        facts = TaskFactReader(self.database, self.engine)
        claims = ClaimSearch(self.engine.session)
        return OpenWork(self.database, claims, facts, self.casebook, self.clock)

    @cached_property
    def owners_steps(self) -> OwnersSteps:
        facts = TaskFactReader(self.database, self.engine)
        return OwnersSteps(self.database, self.casebook, ClaimSearch(self.engine.session), facts, self.notices)

    @cached_property
    def handing_on(self) -> HandingOn:
        facts = TaskFactReader(self.database, self.engine)
        return HandingOn(self.database, self.casebook, facts, self.notices, self.clock)

    @cached_property
    def tasks(self) -> Tasks:
        facts = TaskFactReader(self.database, self.engine)
        return Tasks(
            self.database, self.casebook, self.engine, facts, FormData(), self.clock, self.procedure.task_handlers()
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
