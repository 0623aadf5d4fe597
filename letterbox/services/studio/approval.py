"""A deployment needs two people: one process owner proposes exactly what was checked; another looks at it and decides."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.bundle.difference import FileChange, differences
from letterbox.bundle.model.diagram_model import Finding, Level
from letterbox.domain.clock import Clock
from letterbox.domain.errors import NotAllowed, NotFound, WrongState
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.engine.errors import DeploymentRefused
from letterbox.services.audit.log import About, AdminAction, Administration, Subject, acting_name, required_reason
from letterbox.services.deployment.design import STUDIO, Design, LiveBundle, digest_of
from letterbox.services.studio import history
from letterbox.services.studio.check import checked
from letterbox.services.studio.drafts import Drafts
from letterbox.services.studio.owner_notices import other_owners
from letterbox.services.studio.views import BundleRefused, Proposal, ProposalState, require_owner
from letterbox.store.bundles import Bundle
from letterbox.store.database import Database
from letterbox.store.studio import StudioProposal, StudioProposalFile


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal in a list. ``is_mine``: the person who looks has proposed it and cannot decide."""

    id: int
    by: str
    action: str
    note: str
    seal: str
    proposed_at: datetime
    state: ProposalState
    decided_by: str
    reason: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A proposal with all that the second person has to see. ``is_stale``: the live bundle is another by now."""

    line: Proposed
    changes: tuple[FileChange, ...]
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes]
    is_stale: bool

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.level is Level.ERROR)


class Approvals:
    """Every call raises NotAllowed for who is no process owner. ``units`` answers the codes of the units in use."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        design: Design,
        administration: Administration,
        drafts: Drafts,
        units: Callable[[], Collection[str]],
        notify: Callable[[Session, StudioProposal], None],
    ) -> None:
        """``notify``: the other owners of a new proposal."""
        self._database = database
        self._clock = clock
        self._design = design
        self._administration = administration
        self._drafts = drafts
        self._units = units
        self._notify = notify

    def propose(
        self, actor: Actor, proposal: Proposal, words: str, action: AdminAction, facts: Mapping[str, Any]
    ) -> int:
        """Keep exactly these files for another owner to decide about; an earlier open one of the same person is void."""
        person_id = require_owner(actor)
        row = StudioProposal(
            person_id=person_id,
            person_name=actor.name,
            by_name=acting_name(actor, Role.PROCESS_OWNER),
            action=action,
            note=words,
            seal=proposal.seal,
            live_digest=proposal.live.digest,
            facts=dict(facts),
            proposed_at=self._clock.now(),
            state=ProposalState.OPEN,
        )
        with self._database.transaction() as session:
            self._drafts.void_proposals(session, person_id)
            session.add(row)
            session.flush()
            session.add_all(
                StudioProposalFile(proposal_id=row.id, name=name, content=content)
                for name, content in proposal.files.items()
            )
            self._record(session, actor, AdminAction.BUNDLE_PROPOSED, row, words)
            self._notify(session, row)
            return int(row.id)

    def open(self, actor: Actor) -> tuple[Proposed, ...]:
        """Proposals that wait for a decision, oldest first."""
        person_id = require_owner(actor)
        with self._database.reading() as session:
            rows = session.scalars(
                select(StudioProposal).where(StudioProposal.state == ProposalState.OPEN).order_by(StudioProposal.id)
            )
            return tuple(_line(row, person_id) for row in rows)

    def last_of(self, actor: Actor) -> Proposed | None:
        """The actor's own latest proposal, so that he sees what became of it."""
        person_id = require_owner(actor)
        with self._database.reading() as session:
            query = select(StudioProposal).where(StudioProposal.person_id == person_id)
            row = session.scalars(query.order_by(StudioProposal.id.desc()).limit(1)).first()
            return None if row is None else _line(row, person_id)

    def others(self, actor: Actor) -> int:
        """How many other people are process owners now: without one nothing can be deployed here."""
        person_id = require_owner(actor)
        with self._database.reading() as session:
            return len(session.scalars(other_owners(person_id)).all())

    def look(self, actor: Actor, proposal_id: int) -> Look:
        """Compared with the live bundle of now, and checked anew. Raises NotFound."""
        person_id = require_owner(actor)
        with self._database.reading() as session:
            row = _row(session, proposal_id)
            line, files = _line(row, person_id), _files(session, proposal_id)
            live_id = history.live_id(session)
            live, is_stale = history.files(session, live_id), history.line(session, live_id).digest != row.live_digest
        return Look(
            line=line,
            changes=differences(live, files),
            findings=checked(files, self._units()).findings,
            files=files,
            is_stale=is_stale,
        )

    def approve(self, actor: Actor, proposal_id: int, *, seal: str) -> LiveBundle:
        """Deploy what another person proposed. ``seal``: that of the proposal which the actor was shown.

        Raises NotAllowed (his own), WrongState (decided meanwhile, not what was checked, errors by now), BundleRefused,
        EngineUnavailable; then nothing changed.
        """
        with self._database.reading() as session:
            row = _row(session, proposal_id)
            _refuse_own(actor, row)
            files = _files(session, proposal_id)
            covered = hashlib.sha256(f"{row.live_digest} {digest_of(files)}".encode()).hexdigest()
            if row.state != ProposalState.OPEN or seal != row.seal or covered != row.seal:
                raise WrongState("这次改动已经有了结果，或者和您看到的不同，没有部署：请再看一遍")
        if checked(files, self._units()).has_errors:
            raise WrongState("这一套现在检查有错误，没有部署：请退给提出的人改正")

        def decided(session: Session, bundle: Bundle) -> None:
            own = _open_row(session, proposal_id)
            self._decide(own, actor, ProposalState.APPROVED, "")
            about = About(Subject.BUNDLE, str(bundle.id), bundle.digest[:12])
            after = {**own.facts, "proposed_by": own.by_name, "approved_by": acting_name(actor, Role.PROCESS_OWNER)}
            change = self._administration.change_in(session, actor, Role.PROCESS_OWNER)
            change.record(AdminAction(own.action), about, reason=own.note, after=after)
            if own.action == AdminAction.BUNDLE_DEPLOYED:
                self._drafts.forget(session, own.person_id)

        try:
            return self._design.deploy(
                files,
                STUDIO,
                acting_name(actor, Role.PROCESS_OWNER),
                note=row.note,
                replacing=row.live_digest,
                proposed_by=row.by_name,
                also=decided,
            )
        except DeploymentRefused as refusal:
            raise BundleRefused(refusal) from refusal

    def send_back(self, actor: Actor, proposal_id: int, reason: str) -> None:
        """Another person says why not. Raises NotAllowed (his own), FieldErrors (``reason``), WrongState."""
        require_owner(actor)
        words = required_reason(reason)
        with self._database.transaction() as session:
            row = _open_row(session, proposal_id)
            _refuse_own(actor, row)
            self._decide(row, actor, ProposalState.SENT_BACK, words)
            self._record(session, actor, AdminAction.BUNDLE_SENT_BACK, row, words)

    def withdraw(self, actor: Actor, proposal_id: int) -> None:
        """The proposer takes it back. Raises NotAllowed for everybody else, WrongState."""
        person_id = require_owner(actor)
        with self._database.transaction() as session:
            row = _open_row(session, proposal_id)
            if row.person_id != person_id:
                raise NotAllowed("只有提出的人可以撤回")
            self._decide(row, actor, ProposalState.WITHDRAWN, "")

    def _decide(self, row: StudioProposal, actor: Actor, state: ProposalState, reason: str) -> None:
        row.state, row.reason = state, reason
        row.decided_by, row.decided_at = acting_name(actor, Role.PROCESS_OWNER), self._clock.now()

    def _record(self, session: Session, actor: Actor, action: AdminAction, row: StudioProposal, words: str) -> None:
        about = About(Subject.BUNDLE, f"proposal {row.id}", row.seal[:12])
        change = self._administration.change_in(session, actor, Role.PROCESS_OWNER)
        change.record(action, about, reason=words, after={**row.facts, "proposed_by": row.by_name})


def _refuse_own(actor: Actor, row: StudioProposal) -> None:
    """Raises NotAllowed for the proposer, and for whoever is an owner only as the proposer's substitute: people count,
    not grants."""
    if require_owner(actor) == row.person_id:
        raise NotAllowed("这是您自己提出的，要由另一位流程管理员查看后同意")
    lent = {grant.for_whom for grant in actor.grants if grant.role is Role.PROCESS_OWNER}
    if lent <= {row.person_name}:
        raise NotAllowed("您是代提出的人办理，不能替他同意：要由另一位流程管理员决定")


def _row(session: Session, proposal_id: int) -> StudioProposal:
    row = session.get(StudioProposal, proposal_id)
    if row is None:
        raise NotFound("没有这次改动")
    return row


def _open_row(session: Session, proposal_id: int) -> StudioProposal:
    row = session.get(StudioProposal, proposal_id, with_for_update=True)
    if row is None:
        raise NotFound("没有这次改动")
    if row.state != ProposalState.OPEN:
        raise WrongState("这次改动已经有了结果：请刷新页面再看")
    return row


def _files(session: Session, proposal_id: int) -> dict[str, bytes]:
    query = select(StudioProposalFile.name, StudioProposalFile.content)
    return dict(session.execute(query.where(StudioProposalFile.proposal_id == proposal_id)).all())


def _line(row: StudioProposal, person_id: int) -> Proposed:
    return Proposed(
        id=row.id,
        by=row.by_name,
        action=row.action,
        note=row.note,
        seal=row.seal,
        proposed_at=row.proposed_at,
        state=ProposalState(row.state),
        decided_by=row.decided_by or "",
        reason=row.reason,
        is_mine=row.person_id == person_id,
    )
