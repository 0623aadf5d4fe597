"""The doctor looks at the trail and at those who keep watch: each planted fault is found, with what to do."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import select, update

from letterbox.domain.vocabulary import Role
from letterbox.seeds import values as seeds
from letterbox.services.audit.trail import SPOOL
from letterbox.services.operations.doctor import trail as doctor_trail
from letterbox.stack.postgres import AUDITOR, OWNER
from letterbox.store.people import RoleAssignment
from tests.support.stack.trail_place import AWAY, Place, note

pytest_plugins = ["tests.support.stack.trail_fixtures"]
pytestmark = pytest.mark.engine


def test_an_installation_as_it_should_be_is_well(place: Place) -> None:
    for name in ("trail", "trail_rights", "retention"):
        assert place.check(name).ok, place.check(name)
    assert place.check("trail").detail == "最新 5 条完整"
    assert place.check("trail_rights").detail == f"角色 letterbox 只能读审计记录，{AUDITOR} 只能追加"


@pytest.mark.parametrize(
    ("newest", "change", "said"),
    [
        (2000, "UPDATE audit_events SET by_name = '别人' WHERE position = 2", "第 2 条：内容和记下时不一样"),
        (2000, "DELETE FROM audit_events WHERE position = 3", "第 3 条：缺少第 3 至 3 条"),
        (2000, "DELETE FROM audit_events WHERE position = 5", "第 5 条：末尾缺少：应到第 5 条"),
        (2, "DELETE FROM audit_events WHERE position = 3", "第 3 条：缺少第 3 条"),
        (2, "UPDATE audit_events SET act = 'sign_in' WHERE position = 4", "第 4 条：内容和记下时不一样"),
        (2, "UPDATE audit_events SET hash = repeat('1', 64) WHERE position = 3", "第 4 条：与上一条接不上"),
    ],
)
def test_a_trail_that_was_touched_is_named(
    place: Place, monkeypatch: pytest.MonkeyPatch, newest: int, change: str, said: str
) -> None:
    monkeypatch.setattr(doctor_trail, "NEWEST", newest)
    place.tamper(change)
    check = place.check("trail")
    assert (check.ok, check.detail) == (False, said)
    assert "letterbox audit verify" in check.remedy


def test_only_the_newest_part_is_looked_at_here_the_whole_by_the_command(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_trail, "NEWEST", 2)
    place.tamper("UPDATE audit_events SET by_name = '别人' WHERE position = 1")
    assert place.check("trail").detail == "最新 2 条完整"
    with closing(place.services()) as services:
        assert [each.position for each in services.audit_reading.verify().broken] == [1]


def test_entries_that_wait_in_the_file_are_counted(place: Place) -> None:
    note(place, 2, audit_database_url=AWAY)
    check = place.check("trail")
    assert (check.ok, check.detail) == (False, f"最新 5 条完整，2 条还在文件 {SPOOL} 里")
    assert "LETTERBOX_AUDIT_DATABASE_URL" in check.remedy


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("UPDATE ON audit_events", "UPDATE audit_events"),
        ("DELETE ON audit_events", "DELETE audit_events"),
        ("TRUNCATE ON audit_events", "TRUNCATE audit_events"),
        ("INSERT (at) ON audit_events", "INSERT audit_events"),
        ("UPDATE (hash) ON audit_head", "UPDATE audit_head"),
        ("DELETE ON letter_events", "DELETE letter_events"),
        ("UPDATE ON admin_events", "UPDATE admin_events"),
        ("DELETE ON letters", "DELETE letters"),
    ],
)
def test_an_application_that_may_more_than_it_should_is_named(place: Place, given: str, said: str) -> None:
    place.tamper(f"GRANT {given} TO letterbox")
    try:
        check = place.check("trail_rights")
    finally:
        place.tamper(f"REVOKE {given} FROM letterbox")
    assert (check.ok, check.detail) == (False, f"应用的数据库角色 letterbox 权限过大：{said}")
    assert "LETTERBOX_OWNER_DATABASE_URL" in check.remedy
    assert place.check("trail_rights").ok


def test_an_application_that_is_the_owner_or_the_trails_writer_is_named(place: Place) -> None:
    owner = place.check("trail_rights", database_url=place.urls[OWNER])
    assert (owner.ok, "OWNER audit_events" in owner.detail) == (False, True)
    for audit in ("", place.urls["letterbox"]):
        own = place.check("trail_rights", audit_database_url=audit)
        assert (own.ok, own.detail) == (False, "审计记录由应用的数据库角色 letterbox 自己写")


@pytest.mark.parametrize(("age", "ok"), [(366, True), (369, False)])
def test_rows_that_nobody_ends_are_named(place: Place, age: int, ok: bool) -> None:
    place.tamper(f"UPDATE audit_events SET recorded_at = now() - interval '{age} days' WHERE position = 1")  # noqa: S608  # a test's own words
    place.tamper(
        "INSERT INTO audit_checkpoints (position, hash, rows, ended_at, signature)"
        " VALUES (0, repeat('0', 64), 0, now() - interval '40 days', '')"
    )
    check = place.check("retention")
    assert (check.ok, check.detail) == (ok, f"40 天前清理过，最早的一条在 {age} 天前，保存 365 天")
    assert ("letterbox audit expire" in check.remedy) is not ok


def test_whoever_is_missing_among_administrators_and_owners_is_named(place: Place) -> None:
    check = place.check("administrators")
    assert (check.ok, "安全管理员 0 人" in check.detail, "letterbox people add" in check.remedy) == (False, True, True)
    with closing(place.services()) as services:
        services.seeding.units(seeds.load_units())
        services.seeding.people(seeds.load_people(seeds.load_units()), "demo-password")
        check = place.check("administrators")
        assert (check.ok, check.detail) == (True, "系统管理员 1 人，安全管理员 1 人，审计员 1 人，流程管理员 2 人")
        for role, said in {Role.AUDITOR: "缺审计员（至少 1 人）", Role.PROCESS_OWNER: "没有人能同意部署"}.items():
            with services.database.transaction() as session:
                one = session.scalars(select(RoleAssignment.id).where(RoleAssignment.role == role).limit(1)).one()
                session.execute(
                    update(RoleAssignment).where(RoleAssignment.id == one).values(ended_at=services.clock.now())
                )
            check = place.check("administrators")
            assert (check.ok, said in check.detail) == (False, True)
