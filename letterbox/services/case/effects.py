"""The one gate for effects of workers: it is asked in the effect's own transaction, under the letter's lock, before
anything happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select

from letterbox.bundle.vocabulary import Topic, UnitStep, Variable, Variables, due_variable
from letterbox.domain.errors import LetterboxError
from letterbox.domain.events.system import EffectSkipped
from letterbox.domain.vocabulary import FINAL_STATUSES, LimitKind
from letterbox.outbox import queue as outbox
from letterbox.services.case.case import Case
from letterbox.services.case.standing import EFFECTS
from letterbox.store.commands import OutboxLane
from letterbox.store.replies import Reply


class NotOnRecord(LetterboxError):
    """The process is further than the letter's record, because somebody completed a step outside the product. An
    operator decides."""


NOTHING: Mapping[str, Variables] = {
    Topic.DISPATCH_LETTER: {
        **{due_variable(kind): None for kind in (LimitKind.SIGN_FOR, LimitKind.RETURN, LimitKind.REPLY)},
        Variable.UNIT_DUE_AT: None,
        Variable.UNIT_STEP: UnitStep.RECEIVE,
    },
}
"""What a step that became a nothing writes, so that its process comes to where a command on its way awaits it."""


def run(case: Case, topic: str, work: Callable[[Case], Variables]) -> Variables:
    """Do the work if the letter's status allows it.

    If the status does not allow it, the letter has gone on, and a command that takes the process along has arrived or
    is on its way; then only that is recorded. Raises NotOnRecord if no such command is there.
    """
    if case.letter.status in EFFECTS[topic]:
        return work(case)
    if topic == Topic.DELIVER_REPLY and case.letter.answered_at is not None and _is_delivered(case):
        return {}  # a joined letter was answered with its leading one (A6): its process only passes by
    if not _has_gone_on(case):
        raise NotOnRecord(
            f"流程走到了这一步，来信的记录还没有到（{case.letter.status}）：前面的环节是绕过本系统在流程引擎里完成的，"
            "请按记录移动流程"
        )
    case.record(EffectSkipped(effect=topic, status=case.letter.status))
    return dict(NOTHING.get(topic, {}))


def _is_delivered(case: Case) -> bool:
    """Whether the last reply that was submitted to review has reached the writer."""
    query = select(Reply.delivered_at).where(Reply.letter_id == case.letter.id, Reply.submitted_at.is_not(None))
    return case.session.scalars(query.order_by(Reply.round.desc()).limit(1)).first() is not None


def _has_gone_on(case: Case) -> bool:
    return case.letter.status in FINAL_STATUSES or OutboxLane.LETTER in outbox.lanes_of(case.session, case.letter.id)
