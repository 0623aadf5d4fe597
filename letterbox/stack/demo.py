"""The demonstration: people for every role and invented letters, played through the real procedure to different points."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.errors import LetterboxError
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER, Actor
from letterbox.domain.vocabulary import Channel, Criterion
from letterbox.seeds import values as seeds
from letterbox.seeds.files import SeedFile
from letterbox.wiring import Services

PASSWORD = "letterbox-demo"  # noqa: S105  # the demonstration's, printed at its start; never seeded without --demo
WRITERS = ("周建国", "李秀英", "陈志强", "刘桂兰", "王海燕", "赵德明")
PLAY_S = 180.0
PAUSE_S = 0.3
GOOD: dict[str, str] = dict.fromkeys(Criterion, "pass")
DEFAULT_REPLY = "您好！您反映的问题我们已经核实并处理，感谢您的监督。"

STEPS: Mapping[str, tuple[str, str]] = {
    TaskKey.SCREEN_LETTER: ("screener", "screened"),
    TaskKey.ASSIGN_LETTER: ("screener", "dispatched"),
    TaskKey.RECEIVE_LETTER: ("handler", "registered"),
    TaskKey.SUBMIT_TO_DEPUTY: ("handler", "instructing"),
    TaskKey.INSTRUCT_HANDLER: ("deputy", "drafting"),
    TaskKey.DRAFT_REPLY: ("handler", "signing"),
    TaskKey.SIGN_OFF_REPLY: ("principal", "in_review"),
    TaskKey.REVIEW_REPLY: ("reviewer", "answered"),
}
"""Task → who of the demonstration's people does it, and the point of the way that it reaches."""
ORDER = (
    "received",
    "screened",
    "dispatched",
    "registered",
    "instructing",
    "drafting",
    "signing",
    "in_review",
    "answered",
    "closed",
)


@dataclass
class _Player:
    """A letter on its way. ``answers``: values of its tasks' forms."""

    number: str
    row: Mapping[str, Any]
    done: bool = field(default=False)


def add_people(services: Services) -> int:
    """The demonstration's people, all with PASSWORD, if there is nobody yet."""
    return services.seeding.people(seeds.load_people(seeds.load_units()), PASSWORD)


def add_letters(services: Services, note: Callable[[str], None] = print) -> int:
    """Invented letters, played until each stands where its file says; nothing if there are letters already."""
    if services.unit_directory.has_letters():
        return 0
    rows = SeedFile(seeds.CONFIG_DIR / "demo" / "letters.yaml", "demo-letters", seeds.CONFIG_DIR / "schemas").data[
        "letters"
    ]
    players = [_Player(_write(services, row, index), row) for index, row in enumerate(rows)]
    deadline = time.monotonic() + PLAY_S
    while not all(player.done for player in players) and time.monotonic() < deadline:
        for player in players:
            if not player.done:
                player.done = _advance(services, player)
        time.sleep(PAUSE_S)
    unfinished = sum(not player.done for player in players)
    if unfinished:
        note(f"演示来信有 {unfinished} 封还没走到预定的位置，流程会继续处理")
    return len(players)


def _write(services: Services, row: Mapping[str, Any], index: int) -> str:
    writer = WriterDetails(WRITERS[index % len(WRITERS)], f"1380000{index:04d}", f"writer{index}@example.org")
    draft = LetterDraft(
        Channel.PORTAL,
        row["title"],
        row["body"],
        is_public=row["category"] != "report",
        writer=writer,
        category=row["category"],
        place=row.get("place"),
    )
    return services.intake.submit(draft, WRITER).number


def _advance(services: Services, player: _Player) -> bool:
    """Do the next step if there is one to do; True when the letter stands where it should."""
    target = player.row["until"]
    tasks = services.engine.tasks.of(player.number)
    if not tasks:
        return _after_tasks(services, player, target)
    task = tasks[0]
    who, reaches = STEPS[task.key]
    if target in ORDER and ORDER.index(reaches) > ORDER.index(target):
        return True
    try:
        services.tasks.complete(task.id, _values(task.key, player.row), _actor(services, who, player.row))
    except LetterboxError:
        return False
    return target in {"declined", "supplement"}


def _after_tasks(services: Services, player: _Player, target: str) -> bool:
    """No open task: the letter is between two steps, or answered."""
    if target not in {"answered", "closed"}:
        return False
    record = services.records.open(player.number, _actor(services, "screener", player.row))
    if record.status != "answered":
        return False
    if target == "closed":
        services.writers_side.evaluate(player.number, satisfied=True, solved=True, comment="谢谢，已经解决了。")
    return True


def _actor(services: Services, who: str, row: Mapping[str, Any]) -> Actor:
    login = who if who in {"screener", "reviewer"} else f"{who}.{row['unit']}"
    return services.sign_in.of_login(login).actor


def _values(task: str, row: Mapping[str, Any]) -> dict[str, Any]:
    if task == TaskKey.SCREEN_LETTER:
        return _screening(row)
    if task == TaskKey.ASSIGN_LETTER:
        return {"lead_unit": row["unit"]}
    return {
        TaskKey.SUBMIT_TO_DEPUTY: {"note": "已核对来信内容，拟派人现场查看，请批示。"},
        TaskKey.INSTRUCT_HANDLER: {"instruction": "请尽快核实处理，并按时答复来信人。"},
        TaskKey.DRAFT_REPLY: {"reply": row.get("reply", DEFAULT_REPLY)},
        TaskKey.SIGN_OFF_REPLY: {"outcome": "sign"},
        TaskKey.REVIEW_REPLY: {**GOOD, "outcome": "pass", "publish": True},
    }.get(TaskKey(task), {})


def _screening(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["until"] == "declined":
        return {"outcome": "decline", "ground": row["ground"], "reason": row["reason"]}
    if row["until"] == "supplement":
        return {"outcome": "supplement", "question": row["question"]}
    return {"outcome": "accept", "category": row["category"], "scope": "5", "urgent": bool(row.get("urgent"))}
