"""Notifies the other process owners that a proposed bundle waits for one of them: in the desk and by mail, while it
waits."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from letterbox.domain.vocabulary import Role
from letterbox.services.notices.texts import NoticeTexts
from letterbox.services.staff.person_notices import write_to
from letterbox.store.people import Person, RoleAssignment
from letterbox.store.studio import StudioProposal

TEXT = "proposal_waiting"


class OwnerNotices:
    def __init__(self, texts: NoticeTexts, public_url: str, mailbox_name: str) -> None:
        self._texts = texts
        self._common = {"site": public_url, "mailbox": mailbox_name}

    def notify(self, session: Session, proposal: StudioProposal) -> None:
        """In the transaction that makes the proposal; never its proposer."""
        said = {"by": proposal.by_name, "note": proposal.note, "at": proposal.proposed_at, **self._common}
        for person in session.scalars(other_owners(proposal.person_id)):
            words = self._texts.render(TEXT, {**said, "person_name": person.name})
            write_to(session, person, TEXT, words, proposal.proposed_at, proposal_id=proposal.id)


def other_owners(person_id: int) -> Select[Person]:
    """Other people who are process owners now; one of them has to decide about the person's proposal."""
    owners = select(RoleAssignment.person_id).where(
        RoleAssignment.role == Role.PROCESS_OWNER,
        RoleAssignment.ended_at.is_(None),
        RoleAssignment.person_id != person_id,
    )
    return select(Person).where(Person.is_active, Person.id.in_(owners)).order_by(Person.id)
