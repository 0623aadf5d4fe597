"""What a writer's browser may see again for a short while, kept on the server so that leaving ends it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete

from letterbox.domain.clock import Clock
from letterbox.store.access import WriterSession
from letterbox.store.database import Database

TOKEN_BYTES = 32
LONGEST_TOKEN = 100


class WriterSessions:
    """Facts under a random token that only the browser has; they are encrypted with it, for they may hold a query code."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep(self, facts: dict[str, Any], lasts: timedelta) -> str:
        """Keep ``facts`` (JSON) for ``lasts``; answers the token that opens them."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        sealed = _seal(token).encrypt(json.dumps(facts).encode()).decode()
        row = WriterSession(token_hash=_hash(token), sealed=sealed, ends_at=self._clock.now() + lasts)
        with self._database.transaction() as session:
            session.add(row)
        return token

    def kept(self, token: object) -> dict[str, Any] | None:
        """The facts, or None once they were ended or are too old."""
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
            return None
        with self._database.reading() as session:
            row = session.get(WriterSession, _hash(token))
        if row is None or row.ends_at < self._clock.now():
            return None
        try:
            facts: dict[str, Any] = json.loads(_seal(token).decrypt(row.sealed.encode()))
        except InvalidToken:
            return None
        return facts

    def end(self, token: object) -> None:
        """A cookie that was copied before opens nothing any more."""
        if not isinstance(token, str):
            return
        with self._database.transaction() as session:
            session.execute(delete(WriterSession).where(WriterSession.token_hash == _hash(token)))

    def purge(self) -> int:
        """Delete what is too old; answers how many."""
        with self._database.transaction() as session:
            gone = session.execute(delete(WriterSession).where(WriterSession.ends_at < self._clock.now()))
            return int(gone.rowcount)  # type: ignore[attr-defined]  # a delete's result has it


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _seal(token: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"writer-session:" + token.encode()).digest()))
