"""The services of a letter from its intake to its publication, and what they all stand on."""

from __future__ import annotations

from functools import cached_property

from letterbox.domain.clock import Clock, SystemClock
from letterbox.domain.limits.escalation import LONGEST_WAIT, SIMULATED_WAIT
from letterbox.domain.limits.quiet_hours import QuietHours
from letterbox.engine.client import EngineClient
from letterbox.files.scanner import Scanner
from letterbox.intelligence.personal_data import mask
from letterbox.intelligence.routing import router
from letterbox.intelligence.suggester import Suggester
from letterbox.outbox.dispatch import EngineDispatch
from letterbox.outbox.relay import OutboxRelay
from letterbox.seeds import values as seed_values
from letterbox.services.access.proof_of_work import ProofOfWork
from letterbox.services.case.casebook import Casebook
from letterbox.services.clock.shared import SharedClock
from letterbox.services.intake.attachments import Attachments
from letterbox.services.intake.intake import Intake
from letterbox.services.intake.known_letters import KnownLetters
from letterbox.services.intake.letter_allowance import LetterAllowance
from letterbox.services.intake.new_letters import NewLetters
from letterbox.services.intake.query_codes import CodeKeeper
from letterbox.services.limits.story import LimitStories
from letterbox.services.notices.known_contacts import KnownContacts
from letterbox.services.notices.notices import Notices
from letterbox.services.procedure.actions import Actions
from letterbox.services.procedure.classification import Classification, LiveSuggester
from letterbox.services.procedure.releasing import Releasing
from letterbox.services.publication.public_copies import PublicCopies
from letterbox.services.publication.published import PublicLetters
from letterbox.services.publication.publishing import Publishing
from letterbox.services.records.channel_replies import ChannelReplies
from letterbox.services.records.records import Records
from letterbox.services.records.related import Related
from letterbox.services.records.search_index import SearchIndex
from letterbox.services.records.standard_texts import StandardTexts
from letterbox.services.rules.rulebook import ROUTING, LiveRules, Rulebook
from letterbox.services.writers.acts import WritersSide
from letterbox.services.writers.contact_confirmation import Confirmation
from letterbox.services.writers.recovery import Recovery
from letterbox.settings import Profile, Settings
from letterbox.store.database import Database
from letterbox.wiring.access import AccessServices
from letterbox.wiring.procedure import Procedure


class LetterServices(AccessServices):
    """Each built when first asked for; ``Services`` has the rest."""

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
    def new_letters(self) -> NewLetters:
        return NewLetters(self.codes, self.notices, self.settings.number_prefix)

    @cached_property
    def known_letters(self) -> KnownLetters:
        return KnownLetters(self.settings.keys)

    @cached_property
    def intake(self) -> Intake:
        return Intake(self.database, self.casebook, self.codes, self.new_letters, self.known_letters, self.clock)

    @cached_property
    def writers_side(self) -> WritersSide:
        return WritersSide(
            self.database,
            self.clock,
            self.casebook,
            self.codes,
            self.attempts,
            self.notices,
            self.procedure.rehandling,
            self.procedure.promises,
            self.classification.watch_words,
            self.procedure.withdrawing,
            self.procedure.recategorising,
        )

    @cached_property
    def publication(self) -> PublicLetters:
        return PublicLetters(self.database)

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
    def channel_replies(self) -> ChannelReplies:
        return ChannelReplies(self.database, self.casebook)

    @cached_property
    def records(self) -> Records:
        return Records(self.database, self.clock, self.rulebook, self.trail.letter_read)

    @cached_property
    def search_index(self) -> SearchIndex:
        return SearchIndex(self.database, self.settings.keys)

    @cached_property
    def limit_stories(self) -> LimitStories:
        return LimitStories(self.records, self.rulebook)

    @cached_property
    def related(self) -> Related:
        return Related(self.database, self.clock)

    @cached_property
    def classification(self) -> Classification:
        lexicon = seed_values.load_lexicon(seed_values.load_units())

        def build(units: tuple[seed_values.UnitSeed, ...]) -> Suggester:
            return Suggester(units, lexicon, router(self.rulebook.table(ROUTING)))

        return Classification(LiveSuggester(self.database, build), self.notices)

    @cached_property
    def procedure(self) -> Procedure:
        return Procedure(self.notices, self.new_letters)

    @cached_property
    def actions(self) -> Actions:
        return Actions(self.casebook, self.procedure.actions(), seed_values.load_action_forms())
