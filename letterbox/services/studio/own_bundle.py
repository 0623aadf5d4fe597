"""Deploying the program's own bundle, recorded like every other deployment: in the record of changes and in the trail."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from letterbox.domain.audit import AuditAct, Thing
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.audit.log import About, AdminAction, Administration, Subject
from letterbox.services.audit.trail import AuditTrail
from letterbox.services.deployment.design import Deployed, Design
from letterbox.store.bundles import Bundle


class OwnBundle:
    def __init__(self, design: Design, administration: Administration, trail: AuditTrail) -> None:
        self._design = design
        self._administration = administration
        self._trail = trail

    def deploy(self, files: Mapping[str, bytes], by: Actor, *, replace: bool = False) -> Deployed:
        """As ``Design.deploy_repository``; what was not deployed is not recorded."""

        def recorded(session: Session, bundle: Bundle) -> None:
            about = About(Subject.BUNDLE, str(bundle.id), bundle.digest[:12])
            change = self._administration.change_in(session, by, Role.PROCESS_OWNER)
            change.record(AdminAction.BUNDLE_DEPLOYED, about)

        done = self._design.deploy_repository(files, by.name, replace=replace, also=recorded)
        if done.changed:
            thing, detail = Thing(Subject.BUNDLE, str(done.live.id)), {"action": AdminAction.BUNDLE_DEPLOYED}
            self._trail.note(AuditAct.CHANGED, actor=by, object=thing, detail=detail)
        return done
