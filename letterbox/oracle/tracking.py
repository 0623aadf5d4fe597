"""What the writer's own page showed (H2): the reply once it is delivered and not before, and nobody's name inside a unit."""

from __future__ import annotations

from collections.abc import Iterator

from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Letter

SHORTEST_NAME = 2


def check_tracking(letter: Letter) -> Iterator[Discrepancy]:
    page = letter.tracking
    if page is None:
        return
    delivered = letter.first("ReplyDelivered") is not None
    if delivered and not page.get("reply"):
        yield _found(letter, "tracking_reply_missing", "已答复，来信人的查询页却没有答复")
    if not delivered and page.get("reply"):
        yield _found(letter, "tracking_reply_early", "还没有答复，来信人的查询页却给出了答复")
    shown = " ".join(f"{line.get('words')} {line.get('note')}" for line in page.get("timeline") or ())
    names = {event.by for event in letter.events if event.by_role and event.by_unit and len(event.by) >= SHORTEST_NAME}
    for name in sorted(name for name in names if name in shown):
        yield _found(letter, "tracking_names_staff", f"来信人的查询页出现了经办人 {name}")


def _found(letter: Letter, kind: str, detail: str) -> Discrepancy:
    return Discrepancy(letter=letter.number, clause="H2", kind=kind, detail=detail)
