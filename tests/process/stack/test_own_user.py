"""Started by root, web server, workers and mail catcher are not root: what they get of the data folder, and what not."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path

import pytest

from letterbox import unprivileged
from letterbox.services.operations.doctor.place import PlaceChecks
from letterbox.stack import own_user, taking_over
from letterbox.stack.postgres import unprivileged_user
from letterbox.stack.show import Show

IS_ROOT = os.geteuid() == 0
OURS = os.geteuid()
OWN = unprivileged.PRODUCT if IS_ROOT else OURS
"""Who is not root gives files only to himself, and they stay where they are."""


class SilentMail:
    def greet(self) -> None: ...


def owner(path: Path) -> int:
    return path.lstat().st_uid


def test_a_folder_that_root_filled_is_taken_over_without_what_lies_outside(tmp_path: Path) -> None:
    data = tmp_path / "data"
    kept = data / "attachments" / "ab" / "abcd"
    kept.parent.mkdir(parents=True)
    outside, other = tmp_path / "outside", tmp_path / "other"
    for path in (kept, outside, other, data / "secrets.json"):
        path.touch(0o600)
    (kept.parent / "link").symlink_to(outside)
    (kept.parent / "second-name").hardlink_to(other)
    (data / "logs").mkdir()
    for name in ("access.jsonl", "access.jsonl.3", "web.log"):
        (data / "logs" / name).touch(0o600)
    for _twice in range(2):
        taking_over.take_over(data, OWN)
    given = [kept, kept.parent, data / "mail", data / "audit-spool.jsonl", *(data / "logs").glob("access*")]
    assert {owner(path) for path in given} == {OWN}
    roots = [outside, other, data, data / "secrets.json", data / "logs", data / "logs" / "web.log"]
    assert {owner(path) for path in roots} == {OURS}
    assert (data / "logs").stat().st_mode & 0o7777 == 0o1770


def test_what_root_stores_there_later_is_readable_for_the_web_server(tmp_path: Path) -> None:
    os.chown(tmp_path, OWN, OWN)
    made = tmp_path / "made"
    made.touch(0o600)
    unprivileged.give_to_owner_of(tmp_path, made)
    assert owner(made) == OWN


def test_a_link_in_the_place_of_a_log_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.touch()
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "web.log").symlink_to(outside)
    logging.raiseExceptions = False
    show = Show(logs)
    try:
        show.sink("web")("a line")
    finally:
        show.close()
        logging.raiseExceptions = True
    assert outside.read_text(encoding="utf-8") == ""


def test_who_cannot_run_our_code_is_named_instead_of_silently_staying_root(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(own_user, "PROBE", "import what_cannot_be_read")
    chosen = own_user.choose(lambda message, _style: said.append(message))
    assert chosen == own_user.OwnUser()
    assert ["what_cannot_be_read" in message and "root" in message for message in said] == ([True] if IS_ROOT else [])


def test_pythons_copy_has_what_ours_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever root's Python lies: here it is said to lie where nobody else gets in."""
    monkeypatch.setattr(unprivileged, "is_open", lambda _place, _user: False)
    said: list[str] = []
    chosen = own_user.choose(lambda message, _style: said.append(message))
    assert said == []
    assert chosen.user == (unprivileged.PRODUCT if IS_ROOT else None)
    assert (chosen.python == sys.executable) is not IS_ROOT


def test_the_users_are_three_and_none_is_root() -> None:
    assert len({unprivileged.PRODUCT, unprivileged.ENGINE, unprivileged_user() or 1, 0}) == 4


def test_the_doctor_names_programs_that_run_as_root(tmp_path: Path) -> None:
    checks = PlaceChecks(tmp_path, tmp_path / "attachments", SilentMail())
    assert checks.user().remedy == ""
    children = [{"name": "web", "pid": os.getpid()}, {"name": "postgresql", "pid": 1}]
    (tmp_path / "children.json").write_text(json.dumps(children), encoding="utf-8")
    assert ("web" in checks.user().detail, bool(checks.user().remedy)) == (IS_ROOT, IS_ROOT)
