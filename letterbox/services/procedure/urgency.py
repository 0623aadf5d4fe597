"""The urgent flag (P2): urgent letters have a ladder of their own, so the watch may have to wait for another instant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.domain.errors import WrongState
from letterbox.domain.events.screening import LetterMarkedUrgent
from letterbox.services.case.case import Case
from letterbox.services.case.standing import is_in_place


def may_mark(case: Case) -> str | None:
    return None if is_in_place("urgent", case.letter.status) else "来信已经办结，不能再更改急件标记"


def mark(case: Case, values: Mapping[str, Any]) -> None:
    """``values``: urgent, reason."""
    urgent = bool(values["urgent"])
    if case.letter.urgent == urgent:
        raise WrongState("来信已经是急件" if urgent else "来信本来就不是急件")
    case.letter.urgent = urgent
    case.record(LetterMarkedUrgent(urgent=urgent, reason=values["reason"]))
    case.commands.update_variables(urgent=urgent)
    case.watch.recheck()


def marked_so_far(case: Case) -> Mapping[str, Any]:
    """The form opens with the other answer, since nobody opens it to leave things as they are."""
    return {"urgent": not case.letter.urgent}
