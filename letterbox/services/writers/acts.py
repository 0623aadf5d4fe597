"""What a writer does with their query code (P3, H2): follow, supplement, withdraw, evaluate. The code is compared
first, and each wrong one is counted."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from letterbox.bundle.vocabulary import MessageName
from letterbox.domain.clean_text import clean_text, plain_number
from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.events.receipt import LetterEvaluated, WriterAdded, WriterSupplied
from letterbox.domain.letter import BODY_MAX, MAX_ATTACHMENTS
from letterbox.domain.limits.answerers import UNIT_ANSWERING
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import FINAL_STATUSES, LetterStatus, LimitKind, Role
from letterbox.services.access.rate_limit import (
    QUERY_CODE,
    QUERY_CODE_PER_CLIENT,
    QUERY_CODE_PER_LETTER,
    AttemptCounter,
    Claim,
    client_of,
)
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.intake.attachments import attach
from letterbox.services.intake.query_codes import CodeKeeper
from letterbox.services.limits.supplement_pause import reschedule_screening
from letterbox.services.notices.notices import Notices
from letterbox.services.procedure.recategorising import Recategorising
from letterbox.services.procedure.rehandling import Rehandling
from letterbox.services.procedure.withdrawing import Withdrawing
from letterbox.services.side_processes.promises import Promises
from letterbox.services.writers.tracking import Tracked, tracked
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.replies import Evaluation

NOTIFIED_OF_ADDITIONS = frozenset(
    {LetterStatus.ASSIGNED, LetterStatus.HANDLING, LetterStatus.IN_REDO, LetterStatus.REHANDLING}
)
"""A unit works on the letter, or is about to: what its writer adds is told to it, otherwise to the office."""
NO_SUCH_LETTER = "编号或查询码不正确，请核对后再试"
COMMENT_MAX = 2000


class WritersSide:
    """``open`` checks a code. All other methods take the number alone: their caller has had a code checked before.

    The portal keeps on the server for half an hour that it was checked; the machine interface is given the code with
    every call.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        casebook: Casebook,
        codes: CodeKeeper,
        attempts: AttemptCounter,
        notices: Notices,
        rehandling: Rehandling,
        promises: Promises,
        watch_words: Callable[[Case, str], None],
        withdrawing: Withdrawing,
        recategorising: Recategorising,
    ) -> None:
        """``watch_words`` raises the alarm for threats to life or unrest in what a writer adds (P2)."""
        self._database = database
        self._clock = clock
        self._casebook = casebook
        self._codes = codes
        self._attempts = attempts
        self._notices = notices
        self._rehandling = rehandling
        self._promises = promises
        self._watch_words = watch_words
        self._withdrawing = withdrawing
        self._recategorising = recategorising

    def open(self, number: str, code: str, client: str, *, uses_code: bool = True) -> str:
        """Check a query code; returns the letter's number. A wrong code, an unknown number and no code answer alike and
        take the same time.

        If the writer lost the first code and was sent another, using the other makes the first void. If ``uses_code``
        is False (the letter is only read), both stay valid. Raises NotFound, or TooManyAttempts with how long to wait.
        """
        number, client = plain_number(number), client_of(client)
        claims = (
            Claim(f"code:{number}:{client}", QUERY_CODE),
            Claim(f"code:{number}", QUERY_CODE_PER_LETTER),
            Claim(f"code-client:{client}", QUERY_CODE_PER_CLIENT),
        )
        self._attempts.take(*claims)
        with self._database.reading() as session:
            hashes = select(Letter.id, Letter.query_code_hash, Letter.next_code_hash).where(Letter.number == number)
            row = session.execute(hashes).first()
        is_first = self._codes.matches(number, code, row.query_code_hash if row else None)
        is_next = self._codes.matches(number, code, row.next_code_hash if row else None)
        if row is None or not (is_first or is_next):
            raise NotFound(NO_SUCH_LETTER)
        self._attempts.give_back(*(claim.key for claim in claims))
        if is_next and uses_code:
            self._use_next_code(number)
        return number

    def tracked(self, number: str) -> Tracked:
        """The letter as its writer sees it now."""
        with self._database.reading() as session:
            return tracked(session, number, self._clock.now())

    def read(self, number: str, code: str, client: str) -> Tracked:
        """Check the code, and return the letter; a lost code that was replaced stays valid."""
        return self.tracked(self.open(number, code, client, uses_code=False))

    def _use_next_code(self, number: str) -> None:
        """Record that the new code was used: the lost one is void from now on."""
        with self._casebook.open(number, WRITER, act=Act.RENEW_CODE) as case:
            if case.letter.next_code_hash is not None:
                case.letter.query_code_hash, case.letter.next_code_hash = case.letter.next_code_hash, None

    def supplement(self, number: str, body: str, uploads: tuple[str, ...] = ()) -> None:
        """Record the writer's answer to a request, or what they add on their own before they are answered.

        ``uploads``: tokens of stored files. Raises WrongState, FieldErrors.
        """
        text = _text(body, "body", "请写下要补充的内容", BODY_MAX)
        if len(uploads) > MAX_ATTACHMENTS:
            raise FieldErrors({"uploads": f"附件最多 {MAX_ATTACHMENTS} 个"})
        with self._casebook.open(number, WRITER, act=Act.SUPPLEMENT) as case:
            status = LetterStatus(case.letter.status)
            if status in FINAL_STATUSES | {LetterStatus.ANSWERED}:
                raise WrongState("这封来信已经办结或已经回复，不能再补充；还有话要说，可以在评价时写，或者再写一封信")
            attach(case.session, case.letter.id, uploads)
            self._watch_words(case, text)
            if status == LetterStatus.AWAITING_SUPPLEMENT:
                case.limits.end_all(LimitKind.SUPPLEMENT)
                case.record(WriterSupplied(body=text, files=len(uploads)))
                case.commands.correlate(MessageName.WRITER_SUPPLIED, reschedule_screening(case))
            else:
                case.record(WriterAdded(body=text, files=len(uploads)))
                self._notify_of_addition(case)

    def _notify_of_addition(self, case: Case) -> None:
        """Notify the unit that has the letter (or the one to which it is joined), so that it reads what came before it
        goes on."""
        letter = case.letter
        holder = case.session.get(Letter, letter.leading_id) if letter.status == LetterStatus.JOINED else letter
        is_with_unit = holder is not None and holder.lead_unit is not None and holder.status in NOTIFIED_OF_ADDITIONS
        roles = UNIT_ANSWERING if is_with_unit else [Role.SCREENER, Role.REVIEWER]
        self._notices.notify_roles(case, "writer_added", roles, holder.lead_unit if holder and is_with_unit else None)

    def withdraw(self, number: str, reason: str) -> None:
        """Stop the handling for good (A6). Raises WrongState if the letter was answered or has ended."""
        text = _text(reason, "reason", "请简单说明撤回的原因", COMMENT_MAX)
        with self._casebook.open(number, WRITER, act=Act.WITHDRAW) as case:
            if refusal := self._withdrawing.may_withdraw(case):
                raise WrongState(refusal)
            self._withdrawing.withdraw(case, {"reason": text})

    def evaluate(self, number: str, *, satisfied: bool, solved: bool, comment: str = "") -> None:
        """Record the writer's word on the reply, once. Raises WrongState if there is nothing to evaluate."""
        words = clean_text(comment)
        if len(words) > COMMENT_MAX:
            raise FieldErrors({"comment": f"最多 {COMMENT_MAX} 字，现有 {len(words)} 字"})
        with self._casebook.open(number, WRITER, act=Act.EVALUATE) as case:
            limits = case.limits.running(LimitKind.EVALUATION)
            if case.letter.status != LetterStatus.ANSWERED or not limits:
                raise WrongState("这封来信现在不能评价：还没有回复、已经评价过，或者评价期已满")
            if case.now > limits[0].due_at:
                raise WrongState("评价期已满")
            case.limits.end_all(LimitKind.EVALUATION)
            case.session.add(
                Evaluation(
                    letter_id=case.letter.id, satisfied=satisfied, solved=solved, comment=words, evaluated_at=case.now
                )
            )
            case.record(LetterEvaluated(satisfied=satisfied, solved=solved, comment=words or None))
            case.commands.correlate(MessageName.LETTER_EVALUATED, self._rehandling.evaluated(case, satisfied=satisfied))

    def confirm_promise(self, number: str, *, kept: bool, comment: str = "") -> None:
        """The writer's word on what was promised in the reply (H11). Raises WrongState, FieldErrors."""
        words = clean_text(comment)
        if len(words) > COMMENT_MAX:
            raise FieldErrors({"comment": f"最多 {COMMENT_MAX} 字，现有 {len(words)} 字"})
        with self._casebook.open(number, WRITER, act=Act.CONFIRM_PROMISE) as case:
            self._promises.confirm(case, kept=kept, comment=words)

    def answer_category(self, number: str, *, agrees: bool, comment: str = "") -> None:
        """The writer's word on what the office wants to make of his accusation (A5). Raises WrongState, FieldErrors."""
        words = clean_text(comment)
        if len(words) > COMMENT_MAX:
            raise FieldErrors({"comment": f"最多 {COMMENT_MAX} 字，现有 {len(words)} 字"})
        with self._casebook.open(number, WRITER, act=Act.ANSWER_CATEGORY) as case:
            self._recategorising.answer(case, agrees=agrees, comment=words)


def _text(raw: str, field: str, missing: str, maximum: int) -> str:
    text = clean_text(raw)
    if not text:
        raise FieldErrors({field: missing})
    if len(text) > maximum:
        raise FieldErrors({field: f"最多 {maximum} 字，现有 {len(text)} 字"})
    return text
