"""Rows from before the three administrators: what migration 027 makes of them."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.errors import UniqueViolation

from letterbox.store import migrate

PEOPLE = ("principal", "handler", "admin", "deputy")
UNITS = ("transport", "water")
ROLES = (
    ("principal", "unit_principal", "transport"), ("principal", "unit_principal", "water"),
    ("handler", "unit_handler", "transport"), ("handler", "process_owner", None), ("deputy", "unit_deputy", "transport"),
    ("admin", "admin", None), ("admin", "unit_principal", "transport"),
)  # fmt: skip
LEAVES = (("handler", "principal", 1), ("deputy", "admin", 2), ("deputy", "deputy", 3), ("principal", None, 4))
"""Whose leave, who entered it (None: nobody knows), the day in May on which it begins."""


@pytest.fixture
def old(empty_database_url: str) -> str:
    migrate.upgrade(empty_database_url, "026")
    with psycopg.connect(empty_database_url) as connection:
        for code in UNITS:
            connection.execute(
                "INSERT INTO units (code, name, short_name, kind, territory, matters, position, is_active)"
                " VALUES (%s, %s, %s, 'department', '{}', '{}', 0, true)",
                (code, code, code),
            )
        ids = {
            login: one(
                connection,
                "INSERT INTO people (login, name, is_active, must_change_password, session_version, created_at)"
                " VALUES (%s, %s, true, false, 0, now()) RETURNING id",
                (login, login),
            )
            for login in PEOPLE
        }
        for login, role, unit in ROLES:
            connection.execute(
                "INSERT INTO assignments (person_id, role, unit_code, started_at) VALUES (%s, %s, %s, now())",
                (ids[login], role, unit),
            )
        for login, by, day in LEAVES:
            connection.execute(
                "INSERT INTO substitutions (person_id, substitute_id, from_on, to_on, reason)"
                " VALUES (%s, %s, make_date(2026, 5, %s), '2026-06-01', '')",
                (ids[login], ids["admin"], day),
            )
            if by is not None:
                connection.execute(
                    "INSERT INTO admin_events (at, by_kind, by_id, by_name, action, subject_kind, subject_id, subject_name,"
                    " reason, after) VALUES (now(), 'person', %s, %s, 'LeaveEntered', 'person', %s, %s, '',"
                    " jsonb_build_object('from_on', make_date(2026, 5, %s)::text))",
                    (str(ids[by]), by, str(ids[login]), login, day),
                )
    return empty_database_url


def one(connection: psycopg.Connection[Any], statement: str, values: tuple[Any, ...] = ()) -> Any:
    row = connection.execute(statement, values).fetchone()  # type: ignore[arg-type]  # our own words
    return row[0] if row else None


def test_a_leave_that_a_principal_entered_for_another_lends_his_own_units_alone(old: str) -> None:
    migrate.upgrade(old)
    with psycopg.connect(old) as connection:
        rows = connection.execute(
            "SELECT p.login, s.unit_codes FROM substitutions s JOIN people p ON p.id = s.person_id ORDER BY s.from_on"
        ).fetchall()
    assert rows == [("handler", ["transport", "water"]), ("deputy", None), ("deputy", None), ("principal", None)]


def test_the_admin_stays_and_nobody_holds_two_of_the_three(old: str) -> None:
    migrate.upgrade(old)
    with psycopg.connect(old) as connection:
        assert one(connection, "SELECT count(*) FROM assignments WHERE ended_at IS NULL") == len(ROLES)
        admin = one(connection, "SELECT id FROM people WHERE login = 'admin'")
        with pytest.raises(UniqueViolation, match="one_administrator"):
            connection.execute(
                "INSERT INTO assignments (person_id, role, started_at) VALUES (%s, 'security_admin', now())", (admin,)
            )


def test_the_way_back_keeps_what_was_there_before(old: str) -> None:
    migrate.upgrade(old, "027")
    with psycopg.connect(old) as connection:
        connection.execute("INSERT INTO notices (letter_id, text, created_at) VALUES (NULL, 'account_changed', now())")
    migrate.downgrade(old, "026")
    with psycopg.connect(old) as connection:
        assert one(connection, "SELECT count(*) FROM substitutions") == len(LEAVES)
        assert one(connection, "SELECT count(*) FROM notices") == 0
