"""What keeps a reply from leaving the desk of whoever drafts it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.blanks import blanks_in
from letterbox.domain.errors import FieldErrors

SHOWN = 3


def refuse_blanks(key: str, values: Mapping[str, Any]) -> None:
    """A standard text whose blanks nobody filled in goes to no principal. Raises FieldErrors."""
    if key != TaskKey.DRAFT_REPLY or values.get("ask_instruction") is True:
        return
    if left := blanks_in(str(values.get("reply") or "")):
        shown = "、".join(f"“{each}”" for each in left[:SHOWN])
        words = gettext("还有 %(count)s 处空白没有填：%(shown)s", count=len(left), shown=shown)
        raise FieldErrors({"reply": words + (gettext("等") if len(left) > SHOWN else "")})
