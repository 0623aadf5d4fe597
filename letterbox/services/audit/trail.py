"""The audit trail as everybody writes it: one call an act, from any door.

An entry is committed at once over a connection that may only add (decision 130), never inside the change it speaks of.
If the database does not take it within two seconds it is kept in a file of the data folder and added by the next entry.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import logging
import os
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from letterbox.domain.audit import DETAILS, LONGEST_DETAIL, NOTHING, READINGS, SENSITIVE, AuditAct, AuditResult, Thing
from letterbox.domain.clock import Clock
from letterbox.domain.errors import Unavailable
from letterbox.domain.keys import Keys, Purpose
from letterbox.domain.permissions import Actor
from letterbox.intelligence.personal_data import mask
from letterbox.store.audit import AuditWriter

SPOOL = "audit-spool.jsonl"
A_NAME = re.compile(
    r"[A-Za-z][A-Za-z0-9]{0,9}\d{11}|[\u4e00-\u9fff]{1,4}\d{11}"  # a letter's number
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z]+ \d{1,9}|(?!.*\d{10})[A-Za-z0-9][A-Za-z0-9._:-]{0,99}"
)
"""Of letters, tasks, proposals, people, units, pages, files: nothing with as many digits in a row as a code has."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter that the present request is about to show somebody."""

    actor: Actor
    is_report: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the present request came from, the letters that it opened (by number), and the results of changes recorded already."""

    address: str
    request_id: str
    read: dict[str, Reading] = field(default_factory=dict)
    changed: set[AuditResult] = field(default_factory=set)


LOCAL = Origin(address="", request_id="")
ORIGIN: ContextVar[Origin] = ContextVar("letterbox.audit.origin", default=LOCAL)
"""Set by a door at the start of a request; the command line has none."""


class AuditTrail:
    """``note`` is all that others need. ``keys`` make fingerprints of what was searched for."""

    def __init__(self, writer: AuditWriter, clock: Clock, folder: Path, keys: Keys) -> None:
        self._writer = writer
        self._clock = clock
        self._spool = folder / SPOOL
        self._keys = keys

    def note(
        self,
        what: AuditAct,
        *,
        actor: Actor | None,
        object: Thing = NOTHING,
        result: AuditResult = AuditResult.DONE,
        address: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Record one act. ``actor`` None: nobody known. ``detail``: keys of ``DETAILS``, personal data are masked.

        Raises Unavailable only for a sensitive act of which no trace could be kept anywhere.
        """
        origin = ORIGIN.get()
        if origin is not LOCAL and what not in READINGS:
            origin.changed.add(result)
        row = {
            "at": self._clock.now(),
            "act": str(what),
            "result": str(result),
            **_who(actor),
            "address": (address if address is not None else origin.address)[:100],
            "request_id": origin.request_id,
            "object_kind": object.kind[:50],
            "object_id": self._name_of(object),
            "detail": clean_detail(detail or {}),
        }
        try:
            self._writer.add(row)
        except Unavailable as error:
            self._keep(row, what, error)
        else:
            if self._spool.exists():
                self._catch_up()

    def _name_of(self, object: Thing) -> str:
        """Its number or name; of whatever else somebody typed where one belongs (a name, a title, a code) the fingerprint."""
        if not object.id or A_NAME.fullmatch(mask(object.id)):
            return object.id
        return f"#{self.print_of(object.id)}"

    def letter_read(self, actor: Actor, number: str, *, is_report: bool) -> None:
        """A letter was opened to be shown, by whatever page or call: recorded once a request, when its answer is known."""
        origin = ORIGIN.get()
        if origin is not LOCAL:
            origin.read.setdefault(number, Reading(actor, is_report))

    def answered(self, result: AuditResult) -> None:
        """The request that opened letters has an answer: ``done`` if it shows them. Raises Unavailable for an accusation."""
        for number, reading in ORIGIN.get().read.items():
            act = AuditAct.REPORT_READ if reading.is_report else AuditAct.LETTER_READ
            self.note(act, actor=reading.actor, object=Thing("letter", number), result=result)

    def print_of(self, words: str) -> str:
        """A keyed fingerprint of what was searched for: the same words give the same one, and it tells no words."""
        key = self._keys.of(Purpose.AUDIT).encode()
        return hmac.new(key, words.strip().encode(), hashlib.sha256).hexdigest()[:16]

    def close(self) -> None:
        self._writer.close()

    def _keep(self, row: dict[str, Any], what: AuditAct, error: Unavailable) -> None:
        try:
            self._append(row)
        except OSError:
            log.exception("an audit entry could be kept neither in the database nor in the file: %s", what)
            if what in SENSITIVE:
                raise error from None
        else:
            log.warning("audit entry kept in %s for now: %s", SPOOL, what)

    def _append(self, row: dict[str, Any]) -> None:
        line = json.dumps({**row, "at": row["at"].isoformat()}, ensure_ascii=False) + "\n"
        with os.fdopen(
            os.open(self._spool, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
        ) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def _catch_up(self) -> None:
        """Add what waits in the file; whoever comes first does it, the others go on."""
        try:
            with self._spool.open("r+", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                lines = file.readlines()
                done = 0
                try:
                    for line in lines:
                        self._add_late(line)
                        done += 1
                finally:
                    file.seek(0)
                    file.writelines(lines[done:])
                    file.truncate()
        except (OSError, Unavailable):
            return

    def _add_late(self, line: str) -> None:
        try:
            row = json.loads(line)
            row["at"] = datetime.fromisoformat(row["at"])
        except (ValueError, KeyError, TypeError):
            log.exception("a line of %s cannot be read and is passed over", SPOOL)
            return
        row["detail"] = {**row["detail"], "late": True}
        self._writer.add(row)


def clean_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Only allowed keys; texts masked and short; numbers and yes/no as they are."""
    kept: dict[str, Any] = {}
    for name, value in detail.items():
        if name not in DETAILS or value is None or value == "":
            continue
        kept[name] = value if isinstance(value, bool | int) else mask(str(value))[:LONGEST_DETAIL]
    return kept


def _who(actor: Actor | None) -> dict[str, str | None]:
    if actor is None:
        return {"by_kind": "nobody", "by_id": None, "by_name": "", "by_roles": ""}
    roles = sorted({f"{each.role}@{each.unit}" if each.unit else str(each.role) for each in actor.grants})
    return {"by_kind": str(actor.kind), "by_id": actor.id, "by_name": actor.name, "by_roles": ",".join(roles)}
