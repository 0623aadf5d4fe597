"""Letters as the portal shows them, for the services in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

FINAL = {"declined", "withdrawn", "closed", "joined"}


@dataclass(frozen=True)
class Entry:
    at: datetime
    words: str
    note: str = ""


@dataclass(frozen=True)
class Reply:
    unit_name: str
    body: str
    delivered_at: datetime


@dataclass(frozen=True)
class Decline:
    ground: str
    reason: str
    advice: str = ""


@dataclass(frozen=True)
class Evaluation:
    satisfied: bool
    solved: bool
    comment: str


@dataclass(frozen=True)
class Promised:
    unit_name: str
    promise_on: date
    kept: bool | None = None
    comment: str = ""
    own_word: bool | None = None
    is_asked: bool = True


@dataclass(frozen=True)
class UnitView:
    code: str
    name: str
    short_name: str
    kind: str


@dataclass(frozen=True)
class TrackedLetter:
    number: str
    ticket: str
    title: str
    body: str
    category: str | None
    place: str | None
    received_at: datetime
    is_public: bool
    status: str = "received"
    sentence: str = "您的信已经登记，正在甄别。"
    timeline: tuple[Entry, ...] = ()
    reply: Reply | None = None
    due_words: str = ""
    due_at: datetime | None = None
    question: str | None = None
    question_due_at: datetime | None = None
    decline: Decline | None = None
    evaluation: Evaluation | None = None
    evaluate_until: datetime | None = None
    promises: tuple[Promised, ...] = ()
    asked_category: str | None = None

    @property
    def can_category(self) -> bool:
        return self.asked_category is not None

    @property
    def can_supplement(self) -> bool:
        return self.status not in FINAL | {"answered"}

    @property
    def can_withdraw(self) -> bool:
        return self.status not in FINAL | {"answered"}

    @property
    def can_promise(self) -> bool:
        return any(each.is_asked for each in self.promises)

    @property
    def can_evaluate(self) -> bool:
        return self.status == "answered" and self.evaluation is None


@dataclass(frozen=True)
class PublishedLetter:
    number: str
    title: str
    body: str
    reply: str
    unit_name: str
    category: str
    received_at: datetime
    answered_at: datetime
    corrected_at: datetime | None = None


UNITS = (
    UnitView("town-zimen", "梓门镇人民政府", "梓门镇", "township"),
    UnitView("town-chengdong", "城东街道办事处", "城东街道", "township"),
    UnitView("zone-jingkai", "经济开发区管理委员会", "经开区", "zone"),
    UnitView("transport", "县交通运输局", "交通运输局", "department"),
    UnitView("urban-management", "县城市管理和综合执法局", "城管局", "department"),
    UnitView("water-company", "县自来水公司", "自来水公司", "public_body"),
    UnitView("egov", "县电子政务管理办公室", "电子政务办", "office"),
)
