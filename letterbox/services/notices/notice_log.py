"""Every notice about a letter that was ever written, with its recipients: for audits and for the oracle's log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clock import iso
from letterbox.domain.permissions import Grant
from letterbox.domain.vocabulary import Role
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import RoleAssignment, Substitution


class NoticeLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    def by_letter(self) -> dict[str, list[dict[str, Any]]]:
        """Number → notices in the shape of docs/reference/simulation-log.md, oldest first. No address is shown."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        with self._database.reading() as session:
            groups = _groups(session)
            query = select(Letter.number, Notice, Delivery).join(Notice, Notice.letter_id == Letter.id)
            query = query.join(Delivery, Delivery.notice_id == Notice.id).order_by(Notice.id, Delivery.id)
            last: int | None = None
            for number, notice, delivery in session.execute(query):
                if notice.id != last:
                    found[number].append({"text": notice.text, "at": iso(notice.created_at), "told": []})
                    last = notice.id
                found[number][-1]["told"].append(_recipient(delivery, groups))
        return dict(found)


def _recipient(delivery: Delivery, groups: dict[int, list[str]]) -> dict[str, Any]:
    return {
        "channel": delivery.channel,
        "status": str(delivery.status),
        "is_writer": delivery.person_id is None,
        "groups": groups.get(delivery.person_id or 0, []),
        "words": f"{delivery.subject}\n{delivery.body or ''}" if delivery.person_id is not None else "",
    }


def _groups(session: Session) -> dict[int, list[str]]:
    """Person → groups that the person is in, and those in which the person was ever a substitute."""
    own: dict[int, set[str]] = defaultdict(set)
    for row in session.scalars(select(RoleAssignment)):
        own[row.person_id].add(Grant(Role(row.role), row.unit_code).group)
    pairs = session.execute(select(Substitution.person_id, Substitution.substitute_id)).all()
    return {person: sorted(groups) for person, groups in _with_substitutes(own, pairs)}


def _with_substitutes(own: dict[int, set[str]], pairs: Iterable[Any]) -> Iterator[tuple[int, set[str]]]:
    lent: dict[int, set[str]] = defaultdict(set)
    for person, substitute in pairs:
        if substitute is not None:
            lent[substitute] |= own.get(person, set())
    for person in own.keys() | lent.keys():
        yield person, own.get(person, set()) | lent.get(person, set())
