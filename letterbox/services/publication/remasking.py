"""What was kept or published before the detector knew as much is masked again, once: at the first start with this version.

Accusations lose what their stored title and text still tell; public copies lose what is surely personal (identity numbers,
telephones, mail addresses, bank cards, doors), with the earlier text kept as a version.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.secrecy import replaced
from letterbox.domain.vocabulary import Category
from letterbox.intelligence.personal_data import PersonalDataKind, find
from letterbox.services.case.findable import make_findable
from letterbox.services.case.secrecy import conceal
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.replies import Publication, PublicationVersion
from letterbox.store.state import State

SURE = frozenset(
    {
        PersonalDataKind.IDENTITY_NUMBER,
        PersonalDataKind.PHONE,
        PersonalDataKind.EMAIL,
        PersonalDataKind.BANK_CARD,
        PersonalDataKind.ADDRESS,
    }
)
CONCEALED = "accusations_concealed"
VERSION = 2
"""Of the mask; raised when accusations kept by an earlier one have to be masked again."""
REASON = "系统自动隐去以前公开内容中的身份证号、电话、邮箱、银行卡号和到户的住址"
BATCH = 200


def remask(database: Database, clock: Clock) -> int:
    """How many letters were changed; nothing where it was done before."""
    changed = _conceal_again(database)
    while masked := _mask_published(database, clock):
        changed += masked
    return changed


def _conceal_again(database: Database) -> int:
    with database.transaction() as session:
        done = session.get(State, CONCEALED)
        if done is not None and done.value["version"] >= VERSION:
            return 0
        reports = list(session.scalars(select(Letter).where(Letter.category == Category.REPORT)))
        for letter in reports:
            conceal(letter)
            make_findable(session, letter)
        session.merge(State(key=CONCEALED, value={"version": VERSION}))
        return len(reports)


def _mask_published(database: Database, clock: Clock) -> int:
    """A batch of public copies."""
    with database.transaction() as session:
        query = select(Publication).where(Publication.masked_at.is_(None)).order_by(Publication.letter_id)
        rows = list(session.scalars(query.limit(BATCH).with_for_update()))
        for row in rows:
            _mask(session, row, clock)
        return len(rows)


def _mask(session: Session, row: Publication, clock: Clock) -> None:
    masked = {name: _without_sure(getattr(row, name)) for name in ("title", "body", "reply")}
    row.masked_at = clock.now()
    if all(getattr(row, name) == text for name, text in masked.items()):
        return
    session.add(
        PublicationVersion(
            letter_id=row.letter_id,
            title=row.title,
            body=row.body,
            reply=row.reply,
            published_at=row.corrected_at or row.published_at,
            ended_at=clock.now(),
            ended_by="系统",
            reason=REASON,
            was_withdrawn=False,
        )
    )
    row.title, row.body, row.reply = masked["title"], masked["body"], masked["reply"]
    row.corrected_at = clock.now()


def _without_sure(text: str) -> str:
    return replaced(text, [(each.start, each.end) for each in find(text, SURE)])
