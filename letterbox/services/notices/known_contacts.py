"""Whose a telephone or mailbox is: anybody can type one on the portal; it counts as the writer's once its holder has
said so.

Until then it gets one question, without a word of the letter, and every other message to it waits. If the holder
answers yes, the waiting messages are sent; if no, they are discarded. A contact that was confirmed for one letter is
confirmed for the next.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from letterbox.domain.contact_data import counted_contact, plain_email, plain_phone
from letterbox.domain.errors import NotFound
from letterbox.domain.keys import Keys, Purpose
from letterbox.services.case.case import Case
from letterbox.store.access import Attempt
from letterbox.store.letters import ConfirmedContact

ASKED_AT_MOST = 3
"""Questions to one contact within a day, however many letters name it."""
DAY = timedelta(days=1)
GOOD_FOR = timedelta(days=30)
"""How long a question can be answered, and what was held is kept."""
QUESTION = "contact_question"
"""The notice's name."""
GONE = "这个确认链接已经失效，或者已经用过。您可以凭来信编号和查询码查询来信。"


class KnownContacts:
    """Knows which contacts are confirmed, and makes and reads the links of the questions."""

    def __init__(self, keys: Keys) -> None:
        self._keys = [key.encode() for key in (keys.of(Purpose.CONTACT), *keys.older_of(Purpose.CONTACT))]
        self._links = URLSafeTimedSerializer(keys.oldest_first(Purpose.CONFIRMATION), salt="contact")

    def digests(self, contact: str) -> list[str]:
        """Digests of the contact as it would be dialled or written, one for each key, the current key's first."""
        plain = plain_phone(contact) or (plain_email(contact) or contact).lower()
        return [hmac.new(key, plain.encode(), hashlib.sha256).hexdigest() for key in self._keys]

    def counted(self, contact: str) -> str:
        """The key under which questions to the contact are counted, however the contact is written."""
        return hmac.new(self._keys[0], b"counted:" + counted_contact(contact).encode(), hashlib.sha256).hexdigest()

    def is_confirmed(self, session: Session, contact: str) -> bool:
        query = select(ConfirmedContact.digest).where(ConfirmedContact.digest.in_(self.digests(contact)))
        return session.scalars(query.limit(1)).first() is not None

    def may_ask(self, case: Case, contact: str) -> bool:
        """Count one more question to the contact. Returns whether fewer than the most were asked within a day.

        A lock makes this safe for several at once.
        """
        key = f"asked:{self.counted(contact)}"
        case.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
        asked = select(func.count()).where(Attempt.key == key, Attempt.at > case.now - DAY)
        if case.session.scalars(asked).one() >= ASKED_AT_MOST:
            return False
        case.session.add(Attempt(key=key, at=case.now))
        return True

    def link(self, case: Case, contact: str) -> str:
        """What the question's link carries."""
        return self._links.dumps([case.letter.id, self.digests(contact)[0]])

    def read(self, link: str) -> tuple[int, str]:
        """The letter's id and the contact's digest from a link. Raises NotFound."""
        try:
            letter_id, digest = self._links.loads(link, max_age=int(GOOD_FOR.total_seconds()))
        except (BadSignature, ValueError, TypeError) as error:
            raise NotFound(GONE) from error
        return int(letter_id), str(digest)


def shortened(contact: str) -> str:
    """The contact with its middle hidden: its holder recognises it, and nobody learns it: ``138****5678``,
    ``wa***@example.com``."""
    name, at, host = contact.partition("@")
    if at:
        return f"{name[:2]}***@{host}"
    return f"{contact[:3]}****{contact[-4:]}" if len(contact) > 8 else "****"
