"""Telling people what another person changed about their account, rights or leave: always, in the desk and by mail.

Written in the change's own transaction; the mail is sent by the worker (``Delivering.send_to_people``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.permissions import ActorKind
from letterbox.domain.vocabulary import Role
from letterbox.domain.words import label
from letterbox.services.audit.log import BEFORE, About, AdminAction, Change, Subject
from letterbox.services.notices.notices import IN_APP, MAIL
from letterbox.services.notices.texts import NoticeTexts, Words
from letterbox.store.notices import Delivery, DeliveryStatus, Notice
from letterbox.store.people import Person, RoleAssignment

TEXT = "account_changed"
WORDS: Mapping[AdminAction, str] = {
    AdminAction.PERSON_EDITED: "修改了{name}的姓名、电话或者邮箱",
    AdminAction.PERSON_DEACTIVATED: "停用了{name}的账号",
    AdminAction.PERSON_ACTIVATED: "启用了{name}的账号",
    AdminAction.ROLE_PROPOSED: "提出授予{name}角色“{role}”，等另一位管理员确认",
    AdminAction.RESET_PROPOSED: "提出重设{name}的密码，等另一位管理员确认",
    AdminAction.REQUEST_REFUSED: "退回了关于{name}的角色或者密码的申请",
    AdminAction.ROLE_GIVEN: "授予了{name}角色“{role}”",
    AdminAction.ROLE_ENDED: "解除了{name}的角色“{role}”",
    AdminAction.PASSWORD_RESET: "重设了{name}的密码",
    AdminAction.SESSIONS_ENDED: "结束了{name}在各处的登录",
    AdminAction.SECOND_FACTOR_RESET: "重设了{name}的动态码",
    AdminAction.LEAVE_ENTERED: "登记了{name}的休假（{from_on} 至 {to_on}，代办人：{substitute}）",
    AdminAction.SUBSTITUTE_APPOINTED: "更换了{name}休假（{from_on} 至 {to_on}）的代办人：{substitute}",
    AdminAction.LEAVE_ENDED: "结束了{name}的休假（{from_on} 至 {to_on}）",
    AdminAction.TOKEN_CREATED: "新建了接口令牌“{name}”（{role}）",
    AdminAction.TOKEN_REVOKED: "撤销了接口令牌“{name}”",
}
"""Whom these concern is told; everything else about people, letters and processes is told elsewhere or concerns nobody."""

MAIL_LED_AWAY = "修改了{name}的邮箱，以后的通知不再寄到原来的邮箱"


class PersonNotices:
    """The ``notify`` of ``Administration``."""

    def __init__(self, texts: NoticeTexts, public_url: str, mailbox_name: str) -> None:
        self._texts = texts
        self._common = {"site": public_url, "mailbox": mailbox_name}

    def notify(
        self,
        change: Change,
        action: AdminAction,
        about: About,
        reason: str,
        facts: Mapping[str, Any],
        also: Iterable[int],
    ) -> None:
        """The person himself, for a token the security administrators, and ``also``; never whoever did it.

        An address from which mail is led away is told in any case: whoever signs in there need not be whom it belongs to.
        """
        if action not in WORDS:
            return
        own = change.actor.id if change.actor.kind is ActorKind.PERSON else None
        concerned = {int(about.id)} if about.kind is Subject.PERSON else _security_admins(change)
        for person_id in sorted(concerned | set(also)):
            person = change.session.get(Person, person_id)
            former = _former_address(action, facts)
            if person is not None and (former or str(person_id) != own):
                self._notify(change, person, action, about, reason, facts)

    def _notify(
        self, change: Change, person: Person, action: AdminAction, about: About, reason: str, facts: Mapping[str, Any]
    ) -> None:
        name = "您" if about.kind is Subject.PERSON and about.id == str(person.id) else about.name
        role = label(Role(facts["role"])) if facts.get("role") else ""
        former = _former_address(action, facts)
        what = (MAIL_LED_AWAY if former else WORDS[action]).format_map(
            {"from_on": "", "to_on": "", "substitute": "无", **facts, "name": name, "role": role}
        )
        context = {
            "person_name": person.name,
            "what": what,
            "by": change.actor.name,
            "at": change.now,
            "reason": reason,
        }
        words = self._texts.render(TEXT, {**self._common, **context})
        write_to(change.session, person, TEXT, words, change.now, former=former)


def _former_address(action: AdminAction, facts: Mapping[str, Any]) -> str:
    """Where mail went before this change; empty if it goes where it went."""
    return str(facts[BEFORE].get("email") or "") if action is AdminAction.PERSON_EDITED else ""


def write_to(
    session: Session,
    person: Person,
    text: str,
    words: Words,
    now: datetime,
    *,
    proposal_id: int | None = None,
    former: str = "",
) -> None:
    """A notice about no letter, in the desk and, if he has an address, by mail; also to a ``former`` address.

    ``proposal_id``: worth telling while it waits.
    """
    notice = Notice(letter_id=None, text=text, created_at=now, proposal_id=proposal_id)
    session.add(notice)
    session.flush()
    is_other = bool(former) and former.casefold() != (person.email or "").casefold()
    ways = ((IN_APP, f"person:{person.id}"), (MAIL, person.email), (MAIL, former if is_other else ""))
    for channel, recipient in ways:
        if recipient:
            is_in_app = channel == IN_APP
            session.add(
                Delivery(
                    notice_id=notice.id,
                    channel=channel,
                    recipient=recipient,
                    person_id=person.id,
                    subject=words.subject,
                    body=words.body,
                    message_id=f"<{uuid.uuid4().hex}@letterbox>",
                    created_at=now,
                    status=DeliveryStatus.SENT if is_in_app else DeliveryStatus.PENDING,
                    sent_at=now if is_in_app else None,
                )
            )


def _security_admins(change: Change) -> set[int]:
    query = select(RoleAssignment.person_id).where(
        RoleAssignment.role == Role.SECURITY_ADMIN, RoleAssignment.ended_at.is_(None)
    )
    return set(change.session.scalars(query))
