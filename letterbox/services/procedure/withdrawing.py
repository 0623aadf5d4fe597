"""Ending the handling for good at the writer's wish (A6): the writer asks for it, or the office does for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.bundle.vocabulary import MessageName
from letterbox.domain.events.receipt import LetterWithdrawn
from letterbox.domain.vocabulary import EndCause, Role
from letterbox.services.case.case import Case
from letterbox.services.case.standing import is_in_place
from letterbox.services.notices.notices import Notices
from letterbox.services.procedure.joining import Joining
from letterbox.services.side_processes import co_handling, instructions, supervision


class Withdrawing:
    def __init__(self, joining: Joining, notices: Notices) -> None:
        self._joining = joining
        self._notices = notices

    def may_withdraw(self, case: Case) -> str | None:
        return None if is_in_place("withdraw", case.letter.status) else "这封来信已经办结或已经回复，不能再撤回"

    def withdraw(self, case: Case, values: Mapping[str, Any], *, has_process: bool = True) -> None:
        """``values``: reason. Letters joined to this one are screened for themselves; writer and unit are notified.

        ``has_process`` False: the engine knows nothing of the letter, so no message is sent.
        """
        case.record(LetterWithdrawn(reason=values["reason"]))
        for room in (co_handling, supervision, instructions):
            room.end_all(case, EndCause.WITHDRAWN)
        self._joining.release_followers(case, "主信已由来信人撤回")
        if has_process:
            case.commands.correlate(MessageName.LETTER_WITHDRAWN)
        case.close(outcome="withdrawn")
        self._notices.notify_writer(case, "letter_withdrawn")
        if case.letter.lead_unit is not None:
            self._notices.notify_roles(case, "withdrawn_at_unit", [Role.UNIT_HANDLER], case.letter.lead_unit)
