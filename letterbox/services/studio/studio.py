"""The process owner's studio: look at bundles, prepare a change, have it checked, propose it, return to an earlier
bundle.

If there is an error, nothing can be proposed; warnings have to be seen; every proposal has a note. Another owner
deploys it (``studio.approval``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping

from letterbox.bundle.difference import differences
from letterbox.domain.clean_text import one_line
from letterbox.domain.errors import FieldErrors, Unavailable, WrongState
from letterbox.domain.page import Page
from letterbox.domain.permissions import Actor
from letterbox.engine.client import EngineClient
from letterbox.services.audit.log import AdminAction
from letterbox.services.deployment.design import digest_of
from letterbox.services.studio import history
from letterbox.services.studio.approval import Approvals
from letterbox.services.studio.check import checked
from letterbox.services.studio.drafts import Drafts, upload_name
from letterbox.services.studio.views import BundleLine, BundleView, Proposal, Waiting, require_owner
from letterbox.store.database import Database

LONGEST_NOTE = 500


class Studio:
    """``units`` answers the codes of the units in use. Every call raises NotAllowed for who is no process owner."""

    def __init__(
        self,
        database: Database,
        engine: EngineClient,
        drafts: Drafts,
        approvals: Approvals,
        units: Callable[[], Collection[str]],
    ) -> None:
        self._database = database
        self._engine = engine
        self._drafts = drafts
        self.approvals = approvals
        self._units = units

    def live(self, actor: Actor) -> BundleView:
        """The bundle that new letters follow. Raises NotFound before the first deployment."""
        require_owner(actor)
        with self._database.reading() as session:
            bundle_id = history.live_id(session)
        return self.bundle(actor, bundle_id)

    def bundle(self, actor: Actor, bundle_id: int) -> BundleView:
        """Raises NotFound. The engine being away costs only the versions."""
        require_owner(actor)
        with self._database.reading() as session:
            line = history.line(session, bundle_id)
        versions = self._versions(line.deployment_id)
        with self._database.reading() as session:
            return BundleView(line, history.file_lines(session, bundle_id, versions or {}), versions is not None)

    def _versions(self, deployment_id: str) -> dict[str, int] | None:
        try:
            processes = self._engine.deployments.definitions(deployment_id)
            return {
                **{each.key: each.version for each in processes},
                **self._engine.deployments.decision_versions(deployment_id),
            }
        except Unavailable:
            return None

    def bundles(self, actor: Actor, page: int = 1) -> Page[BundleLine]:
        require_owner(actor)
        with self._database.reading() as session:
            return history.page(session, page)

    def files(self, actor: Actor, bundle_id: int) -> dict[str, bytes]:
        """Raises NotFound."""
        require_owner(actor)
        with self._database.reading() as session:
            history.line(session, bundle_id)
            return history.files(session, bundle_id)

    def upload(self, actor: Actor, uploads: Collection[tuple[str, bytes]]) -> dict[str, bool]:
        """Keep these files as the owner's own change, not yet deployed.

        Answers by name in the bundle whether it is kept: a file as the live one is no change. Raises FieldErrors for one
        that is none of a bundle's; nothing is kept then.
        """
        person_id = require_owner(actor)
        with self._database.reading() as session:
            live = history.files(session, history.live_id(session))
        taken: dict[str, bytes] = {}
        for given, content in uploads:
            name = upload_name(given, content, live)
            if name in taken:
                raise FieldErrors({"files": f"有两个文件都是 {name}，请只选一个"})
            taken[name] = content
        kept = self._drafts.keep(person_id, taken, live)
        return {name: name in kept for name in sorted(taken)}

    def take_out(self, actor: Actor, name: str) -> None:
        """Mark a live file as one that the next bundle shall not have."""
        person_id = require_owner(actor)
        with self._database.reading() as session:
            live = history.files(session, history.live_id(session))
        self._drafts.take_out(person_id, name, live)

    def discard_file(self, actor: Actor, name: str) -> None:
        """Forget the owner's own change of one file."""
        self._drafts.discard_file(require_owner(actor), name)

    def discard(self, actor: Actor) -> None:
        self._drafts.discard(require_owner(actor))

    def waiting(self, actor: Actor) -> tuple[Waiting, ...]:
        """The owner's own uploaded changes, by name; nothing is checked."""
        person_id = require_owner(actor)
        with self._database.reading() as session:
            live = history.files(session, history.live_id(session))
            return self._drafts.of(session, person_id, live)

    def proposal(self, actor: Actor) -> Proposal:
        """The live bundle with the owner's own changes in it, checked and compared. Raises NotFound."""
        person_id = require_owner(actor)
        with self._database.reading() as session:
            live_id = history.live_id(session)
            live = history.files(session, live_id)
            waiting = self._drafts.of(session, person_id, live)
        files = {**live, **{each.name: each.content for each in waiting if each.content is not None}}
        for gone in (each.name for each in waiting if each.content is None):
            files.pop(gone, None)
        return self._proposal(live_id, live, files, waiting)

    def return_to(self, actor: Actor, bundle_id: int) -> Proposal:
        """An earlier bundle as the next one. Raises NotFound."""
        require_owner(actor)
        with self._database.reading() as session:
            history.line(session, bundle_id)
            live_id = history.live_id(session)
            live, files = history.files(session, live_id), history.files(session, bundle_id)
        return self._proposal(live_id, live, files)

    def _proposal(
        self, live_id: int, live: Mapping[str, bytes], given: Mapping[str, bytes], waiting: tuple[Waiting, ...] = ()
    ) -> Proposal:
        """``given``: the whole bundle as it was uploaded. What is deployed already is not found fault with by itself."""
        found = checked(given, self._units())
        files, changes = found.files, differences(live, found.files)
        findings = () if given == live else found.findings
        with self._database.reading() as session:
            line = history.line(session, live_id)
        seal = hashlib.sha256(f"{line.digest} {digest_of(files)}".encode()).hexdigest()
        return Proposal(files=files, live=line, findings=findings, changes=changes, seal=seal, waiting=waiting)

    def propose(self, actor: Actor, note: str, *, seal: str, seen_warnings: bool) -> int:
        """Propose the owner's changes to another owner; ``seal`` is that of the proposal he was shown.

        Raises FieldErrors (``note``, ``seen_warnings``), WrongState (errors, nothing to deploy, another proposal than
        shown). His changes stay until the deployment.
        """
        require_owner(actor)
        return self._proposed(actor, self.proposal(actor), note, seal, seen_warnings, AdminAction.BUNDLE_DEPLOYED)

    def propose_return(self, actor: Actor, bundle_id: int, note: str, *, seal: str, seen_warnings: bool) -> int:
        """Propose to deploy an earlier bundle again; refusals as for ``propose``. The owner's own changes stay."""
        proposal = self.return_to(actor, bundle_id)
        restores = digest_of(proposal.files)[:12]
        about = AdminAction.BUNDLE_RESTORED
        return self._proposed(actor, proposal, note, seal, seen_warnings, about, restores=restores)

    def _proposed(
        self,
        actor: Actor,
        proposal: Proposal,
        note: str,
        seal: str,
        seen_warnings: bool,
        action: AdminAction,
        **more: str,
    ) -> int:
        words = _judged(proposal, note, seal, seen_warnings)
        facts = {"files": [each.file for each in proposal.changes], "warnings": len(proposal.warnings), **more}
        return self.approvals.propose(actor, proposal, words, action, facts)


def _judged(proposal: Proposal, note: str, seal: str, seen_warnings: bool) -> str:
    """The note to keep."""
    if not proposal.changes and not proposal.errors:
        raise WrongState("没有改动：这一套和现行的完全相同，不需要部署")
    if seal != proposal.seal:
        raise WrongState("文件或者现行的流程在您查看之后又有变动，没有部署：请再看一遍")
    if proposal.errors:
        raise WrongState(f"还有 {len(proposal.errors)} 个错误，没有部署：请先改正")
    words, errors = one_line(note), {}
    if len(words) < 4:
        errors["note"] = "请写明改了什么、为什么改，至少 4 个字"
    elif len(words) > LONGEST_NOTE:
        errors["note"] = f"说明最多 {LONGEST_NOTE} 个字，现有 {len(words)} 个字"
    if proposal.warnings and not seen_warnings:
        errors["seen_warnings"] = f"有 {len(proposal.warnings)} 条提醒：请看过后勾选"
    if errors:
        raise FieldErrors(errors)
    return words
