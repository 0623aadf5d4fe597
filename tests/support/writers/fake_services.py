"""Small real services in memory for web tests: the same rules at the door, no database, no engine."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from letterbox.domain.clean_text import clean_text, plain_code
from letterbox.domain.clock import OffsetClock
from letterbox.domain.errors import FieldErrors, NotFound, TooManyAttempts, Unavailable, WrongState
from letterbox.domain.letter import LetterDraft, WriterDetails, checked
from letterbox.domain.page import Page, nearest_page
from letterbox.domain.permissions import Actor
from letterbox.services.access.proof_of_work import ProofOfWork
from letterbox.services.intake.attachments import UploadRef, checked_type, safe_name
from letterbox.services.intake.intake import Receipt
from letterbox.services.intake.query_codes import new_code
from letterbox.services.writers.tracking import TICKET_LASTS
from letterbox.settings import Profile, Settings
from tests.support.writers.fake_views import UNITS, Entry, Evaluation, PublishedLetter, TrackedLetter, UnitView

PAGE_SIZE = 10
ALLOWED_FAILURES = 5


@dataclass
class Stored:
    """What the memory keeps of a letter."""

    view: TrackedLetter
    code: str
    draft: LetterDraft
    by: Actor


@dataclass
class Memory:
    """Everything there is; ``is_down`` makes every service answer as without its database."""

    clock: OffsetClock = field(default_factory=OffsetClock)
    letters: dict[str, Stored] = field(default_factory=dict)
    uploads: dict[str, UploadRef] = field(default_factory=dict)
    published: list[PublishedLetter] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    kept: dict[str, tuple[dict[str, Any], datetime]] = field(default_factory=dict)
    sent_codes: list[tuple[str, str]] = field(default_factory=list)
    is_down: bool = False

    def ask(self) -> None:
        if self.is_down:
            raise Unavailable("数据库暂时无法连接，请稍后再试")

    def change(self, number: str, words: str, note: str = "", **changes: object) -> None:
        """Something happened to a letter: its view changes and the timeline grows."""
        stored = self.letters[number]
        timeline = (*stored.view.timeline, Entry(self.clock.now(), words, note))
        stored.view = replace(stored.view, timeline=timeline, **changes)  # type: ignore[arg-type]  # by field name


class FakeAttachments:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def store(self, content: bytes, filename: str, client: str | None = None) -> UploadRef:
        self._memory.ask()
        ref = UploadRef(
            f"u{len(self._memory.uploads)}", safe_name(filename), len(content), checked_type(content, filename)
        )
        self._memory.uploads[ref.token] = ref
        return ref

    def upload(self, token: str) -> UploadRef:
        if token not in self._memory.uploads:
            raise NotFound("附件已过期，请重新上传")
        return self._memory.uploads[token]


class FakeIntake:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def submit(self, draft: LetterDraft, actor: Actor) -> Receipt:
        self._memory.ask()
        now = self._memory.clock.now()
        clean = checked(draft, now)
        for number, stored in self._memory.letters.items():
            if clean.source_key and stored.draft.source_key == clean.source_key:
                return Receipt(number, None, already_there=True)
        if set(clean.uploads) - set(self._memory.uploads):
            raise FieldErrors({"uploads": "有附件已过期，请重新上传"})
        number, code = f"SX202611{len(self._memory.letters) + 1:05d}", new_code()
        view = TrackedLetter(
            number, f"ticket-{number}", clean.title, clean.body, clean.category, clean.place, now, clean.is_public,
            timeline=(Entry(now, "收到来信"),),
        )  # fmt: skip
        self._memory.letters[number] = Stored(view, code, clean, actor)
        return Receipt(number, code)


class FakeWriterSessions:
    """Facts under a token, as long as nobody ends them."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def keep(self, facts: dict[str, Any], lasts: timedelta) -> str:
        token = secrets.token_hex(8)
        self._memory.kept[token] = (facts, self._memory.clock.now() + lasts)
        return token

    def kept(self, token: object) -> dict[str, Any] | None:
        facts, ends_at = self._memory.kept.get(str(token), ({}, self._memory.clock.now()))
        return facts if ends_at > self._memory.clock.now() else None

    def end(self, token: object) -> None:
        self._memory.kept.pop(str(token), None)


class FakeTracking:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._sessions = FakeWriterSessions(memory)

    def open(self, number: str, code: str, client_key: str) -> TrackedLetter:
        self._memory.ask()
        for key in (client_key, number):
            if self._memory.failures.get(key, 0) >= ALLOWED_FAILURES:
                raise TooManyAttempts("尝试次数过多，请在 15 分钟后再试", 900)
        stored = self._memory.letters.get(number)
        if stored is None or not hmac.compare_digest(stored.code, plain_code(code)):
            for key in (client_key, number):
                self._memory.failures[key] = self._memory.failures.get(key, 0) + 1
            raise NotFound("没有找到这封信，请核对编号和查询码")
        ticket = self._sessions.keep({"letter": number}, TICKET_LASTS)
        return replace(stored.view, ticket=ticket)

    def view(self, number: str, ticket: str) -> TrackedLetter:
        self._memory.ask()
        if (self._sessions.kept(ticket) or {}).get("letter") != number:
            raise NotFound("没有找到这封信，请核对编号和查询码")
        return replace(self._memory.letters[number].view, ticket=ticket)

    def leave(self, ticket: str) -> None:
        self._sessions.end(ticket)

    def supplement(self, number: str, ticket: str, body: str, uploads: tuple[str, ...] = ()) -> None:
        view = self._open(number, ticket, "can_supplement")
        if not clean_text(body):
            raise FieldErrors({"body": "请写下要补充的内容"})
        self._memory.change(
            view.number, "您补充了说明", f"附件 {len(uploads)} 个" if uploads else "", status="received", question=None
        )

    def withdraw(self, number: str, ticket: str, reason: str) -> None:
        view = self._open(number, ticket, "can_withdraw")
        self._memory.change(
            view.number, "您撤回了来信", reason, status="withdrawn", sentence="您已撤回这封信，不再办理。"
        )

    def evaluate(self, number: str, ticket: str, *, satisfied: bool, solved: bool, comment: str) -> None:
        view = self._open(number, ticket, "can_evaluate")
        evaluation = Evaluation(satisfied, solved, comment)
        self._memory.change(
            view.number, "您作了评价", status="closed", evaluation=evaluation, sentence="这封信已经办结。"
        )

    def promise(self, number: str, ticket: str, *, kept: bool, comment: str) -> None:
        view = self._open(number, ticket, "can_promise")
        answered = tuple(replace(each, own_word=kept, is_asked=False) for each in view.promises)
        self._memory.change(view.number, "您回答了承诺是否办到", comment, promises=answered)

    def category(self, number: str, ticket: str, *, agrees: bool, comment: str) -> None:
        view = self._open(number, ticket, "can_category")
        self._memory.change(view.number, "您确认了来信的类别", comment, asked_category=None)

    def recover(self, number: str, contact: str, client_key: str) -> None:
        self._count(f"recover:{client_key}")
        stored = self._memory.letters.get(number)
        if stored and contact in {stored.draft.writer.phone, stored.draft.writer.email}:
            stored.code = new_code()
            self._memory.sent_codes.append((contact, stored.code))

    def _count(self, key: str) -> None:
        self._memory.ask()
        if self._memory.failures.get(key, 0) >= ALLOWED_FAILURES:
            raise TooManyAttempts("尝试次数过多，请在 60 分钟后再试", 3600)
        self._memory.failures[key] = self._memory.failures.get(key, 0) + 1

    def _open(self, number: str, ticket: str, right: str) -> TrackedLetter:
        view = self.view(number, ticket)
        if not getattr(view, right):
            raise WrongState("这封信已经到了别的环节，这一步不能做了")
        return view


class FakePublication:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def search(self, q: str, category: str | None, unit: str | None, page: int) -> Page[PublishedLetter]:
        self._memory.ask()
        names = {each.code: each.name for each in UNITS}
        found = [
            each
            for each in self._memory.published
            if q in each.title + each.body + each.reply
            and category in (None, each.category)
            and (unit is None or names.get(unit) == each.unit_name)
        ]
        shown = nearest_page(page, len(found), PAGE_SIZE)
        return Page(found[(shown - 1) * PAGE_SIZE : shown * PAGE_SIZE], shown, PAGE_SIZE, len(found))

    def get(self, number: str) -> PublishedLetter:
        self._memory.ask()
        for each in self._memory.published:
            if each.number == number:
                return each
        raise NotFound("没有这封公开来信，可能没有公开，或者编号不对")


class FakeCatalog:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def units(self) -> Sequence[UnitView]:
        self._memory.ask()
        return UNITS


class FakeAllowance:
    """Everybody may write as much as he likes; ``is_used_up``: not without a proof of work."""

    def __init__(self, proof: ProofOfWork) -> None:
        self.proof = proof
        self.is_used_up = False

    def is_near(self, client: str) -> bool:
        return self.is_used_up

    def take(self, client: str, writer: WriterDetails, proof: str = "") -> None:
        if self.is_used_up and not self.proof.verifies(proof):
            raise TooManyAttempts("请稍候", 60)


class FakeConfirmation:
    """Every contact is known."""

    def waiting(self, number: str) -> list[str]:
        return []


class FakeTrail:
    """Keeps what was noted."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, dict[str, object]]] = []

    def note(self, what: str, **facts: object) -> None:
        self.noted.append((what, facts))


class FakeServices:
    """The container that ``create_app`` takes."""

    def __init__(self, data_dir: Path, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()
        self.clock = self.memory.clock
        self.settings = Settings(
            profile=Profile.TEST, data_dir=data_dir, database_url="", engine_url="", engine_user="", engine_password="",
            secret_key="only for tests, thirty-two characters", county_name="示例县", sms_url="http://sms.invalid",
        )  # fmt: skip
        self.letter_allowance = FakeAllowance(ProofOfWork(self.settings.keys))
        self.intake = FakeIntake(self.memory)
        self.attachments = FakeAttachments(self.memory)
        self.tracking = FakeTracking(self.memory)
        self.writer_sessions = FakeWriterSessions(self.memory)
        self.confirmation = FakeConfirmation()
        self.publication = FakePublication(self.memory)
        self.catalog = FakeCatalog(self.memory)
        self.trail = FakeTrail()


def later(memory: Memory, **delta: int) -> datetime:
    return memory.clock.now() + timedelta(**delta)
