"""What a decision brings about, said before it is taken, and what is asked again before it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.decline_reasons import DECLINE_REASONS
from letterbox.domain.vocabulary import Criterion
from letterbox.services.records.views import LetterRecord
from webapp.services import desk, services
from webapp.shared.http import access

SURE = "_sure"
"""The button that says: asked, and meant."""
AFTERWARDS: Mapping[str, Any] = {
    TaskKey.SCREEN_LETTER: lazy_gettext("受理的转到交办；不受理、请补充的，告知来信人。"),
    TaskKey.ASSIGN_LETTER: lazy_gettext("提交后派发给主办和协办单位，并告知来信人。"),
    TaskKey.RECEIVE_LETTER: lazy_gettext("签收后由您单位呈报、办理。"),
    TaskKey.SUBMIT_TO_DEPUTY: lazy_gettext("提交后由分管负责人批示。"),
    TaskKey.INSTRUCT_HANDLER: lazy_gettext("提交后由承办专人办理。"),
    TaskKey.DRAFT_REPLY: lazy_gettext("提交后由主要负责人审签。"),
    TaskKey.SIGN_OFF_REPLY: lazy_gettext("同意的报电子政务办审核；退回的由承办专人修改。"),
    TaskKey.REVIEW_REPLY: lazy_gettext("通过的送达来信人；退回的由单位重办。"),
}
"""Task → where the letter goes next and who learns of it."""


FITTING = {**dict.fromkeys(map(str, Criterion), "pass"), "outcome": "pass"}
JUDGED_AT = frozenset({TaskKey.SIGN_OFF_REPLY, TaskKey.REVIEW_REPLY})
"""Where a reply is judged: it stands beside the letter that it answers."""


def around(key: str, letter: LetterRecord) -> dict[str, Any]:
    """What the page of a task shows around its form, by name; nothing of it decides anything."""
    return {
        "faces_reply": key in JUDGED_AT and bool(letter.replies),
        "all_fit": FITTING if key == TaskKey.REVIEW_REPLY else None,
        "decline_reasons": DECLINE_REASONS if key == TaskKey.SCREEN_LETTER else {},
        "is_writing": key == TaskKey.DRAFT_REPLY,
        "afterwards": afterwards(key),
        "cut_short": cut_short(key, letter),
        "alerted": desk().alerts.of(letter.number, access.actor()) if letter.red_flag else [],
        "offers": services().actions.offered(letter.number, access.actor()),
    }


def afterwards(key: str) -> str:
    """Empty for a step that a process owner added."""
    return str(AFTERWARDS.get(key, ""))


def cut_short(key: str, letter: LetterRecord) -> list[str]:
    """Units whose opinion would be missing if the reply were submitted now."""
    if key not in {TaskKey.DRAFT_REPLY, TaskKey.SIGN_OFF_REPLY}:
        return []
    return [each.unit_name for each in letter.co_handlings if each.outcome is None and each.due_at is not None]


def asked_again(key: str, values: Mapping[str, Any], letter: Callable[[], LetterRecord]) -> str:
    """The question before a decision that would be hard to take back; empty if none is needed. ``letter`` is read only
    where it decides: each reading is recorded."""
    if key == TaskKey.SCREEN_LETTER and values.get("outcome") == "decline" and letter().red_flag:
        return str(gettext("这是红色预警来信。不予受理之前，请先确认已经联系上来信人、安全没有危险。"))
    return ""
