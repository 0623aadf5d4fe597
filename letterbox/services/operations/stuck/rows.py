"""What stands still on our side of the wire: stopped outbox rows, notices that were not delivered."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from letterbox.intelligence.personal_data import mask
from letterbox.outbox.commands import CommandKind
from letterbox.services.case.secrecy import mask_of
from letterbox.services.operations.stuck.items import Stuck, StuckKind
from letterbox.store.commands import CommandStatus, OutboxCommand
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, DeliveryStatus, Notice
from letterbox.store.people import Person

COMMAND_WORDS = {
    CommandKind.START: "启动流程",
    CommandKind.COMPLETE: "完成任务",
    CommandKind.CORRELATE: "发送消息",
    CommandKind.SET_DUE: "修改期限",
    CommandKind.MOVE_DUE: "移动期限",
    CommandKind.ASSIGN: "指定办理人",
    CommandKind.RELEASE: "释放领取",
    CommandKind.UPDATE_VARIABLES: "更新来信事实",
}
CHANNEL_WORDS = {"mail": "邮件", "sms": "短信", "in_app": "站内"}
DISCARDABLE = frozenset(
    {CommandKind.CORRELATE, CommandKind.SET_DUE, CommandKind.MOVE_DUE, CommandKind.UPDATE_VARIABLES}
)
"""A start or a completion belongs to an event on record: the letter would stand still for good without it."""
STOPPED_DELIVERIES = (DeliveryStatus.FAILED, DeliveryStatus.IN_DOUBT)
WAITING_DELIVERIES = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
NO_TEXT = "通知正文含查询码，送达失败后已清除，不能重发：请电话告知来信人，或由来信人在查询页找回查询码"


LONG_TRIED = 14
"""Tries after which what still waits is shown: some minutes. A notice of a letter is not: its process has the incident."""
UNCLEAR_SHOWN = 4
"""Answers that nobody has named after which a command is shown: within half a minute."""


def stopped_commands(session: Session, limit: int) -> list[Stuck]:
    """Those refused for good and those that are tried in vain for long; oldest first."""
    is_long = (OutboxCommand.attempts >= LONG_TRIED) | (OutboxCommand.unclear >= UNCLEAR_SHOWN)
    is_tried = (OutboxCommand.status == CommandStatus.PENDING) & OutboxCommand.last_error.is_not(None) & is_long
    is_stuck = (OutboxCommand.status == CommandStatus.STOPPED) | is_tried
    rows = list(session.scalars(select(OutboxCommand).where(is_stuck).order_by(OutboxCommand.id).limit(limit)))
    return [_command(session, row) for row in rows]


def undelivered(session: Session, limit: int) -> list[Stuck]:
    """Oldest first, those about no letter too; no address and no text of a notice ever leaves here."""
    is_waiting = Delivery.status.in_(WAITING_DELIVERIES)
    is_tried = and_(Notice.letter_id.is_(None), is_waiting, Delivery.attempts >= LONG_TRIED)
    query = (
        select(Delivery, Notice.text, Letter, Person.name)
        .join(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Letter, Letter.id == Notice.letter_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .where(or_(Delivery.status.in_(STOPPED_DELIVERIES), is_tried))
        .order_by(Delivery.id)
        .limit(limit)
    )
    return [_delivery(row, text, letter, name) for row, text, letter, name in session.execute(query)]


def repairable(delivery_id: int, letter: str | None) -> ColumnElement[bool]:
    """The delivery, while an operator may send it again or give it up: one about no letter also while it waits."""
    states = STOPPED_DELIVERIES if letter else (*STOPPED_DELIVERIES, *WAITING_DELIVERIES)
    return and_(Delivery.id == delivery_id, Delivery.status.in_(states))


def command_words(row: OutboxCommand) -> str:
    return f"{COMMAND_WORDS.get(CommandKind(row.kind), row.kind)} {row.payload['target']}"


def _behind(session: Session, row: OutboxCommand) -> int:
    """How many commands of the same lane wait for this one."""
    query = select(func.count()).where(
        OutboxCommand.letter_id == row.letter_id,
        OutboxCommand.lane == row.lane,
        OutboxCommand.id > row.id,
        OutboxCommand.status == CommandStatus.PENDING,
    )
    return session.scalar(query) or 0


def _command(session: Session, row: OutboxCommand) -> Stuck:
    """The engine may repeat a variable of the command in its words: what is a person's is taken out."""
    behind, letter = _behind(session, row), session.get_one(Letter, row.letter_id)
    cause = mask_of(letter.writer)(row.last_error or "")
    after = f"；排在后面的 {behind} 条随即发出" if behind else ""
    is_stopped = row.status == CommandStatus.STOPPED
    by_itself = "" if is_stopped else "（它会自动再试，重试只是提前）"
    return Stuck(
        kind=StuckKind.COMMAND,
        id=str(row.id),
        letter=row.number,
        process="",
        element=str(row.payload["target"]),
        name=command_words(row),
        failed_at="",
        cause=cause,
        since=row.created_at,
        tries_left=0,
        retrying=f"再向流程引擎发送一次这条指令（{row.by_name} 提交）{by_itself}{after}",
        discarding=f"不再发送这条指令，流程停在哪里仍在哪里{after}" if is_stopped and row.kind in DISCARDABLE else "",
    )


def _delivery(row: Delivery, text: str, letter: Letter | None, name: str | None) -> Stuck:
    """A server that refuses names the address it refuses: taken out. Of a notice about no letter it is said whom it is for."""
    words = CHANNEL_WORDS.get(row.channel, row.channel)
    is_doubtful = row.status == DeliveryStatus.IN_DOUBT
    hide = mask_of(letter.writer) if letter else mask
    cause = hide(row.last_error or "") or ("上次发送中断，对方可能已经收到" if is_doubtful else "对方服务器拒收")
    whom = "" if letter or not name else f"（收件人：{name}）"
    number = letter.number if letter else None
    return Stuck(
        kind=StuckKind.DELIVERY,
        id=str(row.id),
        letter=number,
        process="",
        element=text,
        name=f"{words}通知 {text}{whom}",
        failed_at="",
        cause=cause,
        since=row.created_at,
        tries_left=0,
        retrying=f"再发送一次{words}，仍用同一个消息标识，对方服务器可据此去重",
        obstacle=NO_TEXT if row.body is None else "",
        discarding=f"不再发送这条{words}：请先用别的办法告知收件人",
    )
