"""Sealed columns: what the database holds of them, how they are found, and that nothing opens in another's place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Text, select, text, type_coerce
from sqlalchemy.orm import Session

from letterbox.domain.errors import ConfigError
from letterbox.domain.keys import Keys
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.records.records import Records
from letterbox.services.records.related import Related
from letterbox.store import migrate, resealing
from letterbox.store.database import Database
from letterbox.store.letters import Letter, Writer
from letterbox.store.sealing import BrokenSeal, Sealer, sealer_of
from tests.support.stack.clocks import SetClock
from tests.support.stack.keys import ANOTHER, KEYS, SECRET

NOW = datetime(2026, 9, 28, 1, tzinfo=UTC)
BOTH = Keys(ANOTHER, (SECRET,))
PHONE = "13955512345"


@pytest.fixture
def url(empty_database_url: str) -> str:
    migrate.upgrade(empty_database_url)
    return empty_database_url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url, KEYS)
    yield opened
    opened.close()


def letter(number: str, **writer: str) -> Letter:
    return Letter(
        number=number,
        channel="portal",
        title="路灯",
        body="不亮",
        is_public=False,
        received_at=NOW,
        status="received",
        query_code_hash="",
        excluded_units=[],
        writer=Writer(**writer),
    )


def stored(session: Session) -> list[str | None]:
    row = session.execute(
        text("SELECT name, phone, email, address, title, body FROM writers ORDER BY letter_id")
    ).first()
    assert row is not None
    return list(row)


def test_the_database_holds_nothing_of_it_and_the_program_reads_it(database: Database) -> None:
    with database.transaction() as session:
        session.add(letter("1", name="张三", phone=PHONE, address=""))
    with database.reading() as session:
        name, phone, email, address, *_ = stored(session)
        assert [value and value.startswith(Sealer(KEYS).prefix) for value in (name, phone, email, address)] == [
            True,
            True,
            None,
            True,
        ]
        writer = session.scalars(select(Writer)).one()
        assert (writer.name, writer.phone, writer.email, writer.address) == ("张三", PHONE, None, "")


def test_equal_values_are_found_by_their_digest_and_no_other_way(database: Database) -> None:
    with database.transaction() as session:
        session.add_all([letter("1", phone=PHONE), letter("2", email="Wang@example.org"), letter("3", phone="1")])
    with database.reading() as session:
        found = select(Letter.number).join(Writer)
        assert session.scalars(found.where(Writer.phone == PHONE)).all() == ["1"]
        assert session.scalars(found.where(Writer.email == "wang@example.org")).all() == ["2"]
        assert session.scalars(found.where(Writer.email.is_not(None))).all() == ["2"]
    for unknowable in (Writer.phone.contains, Writer.phone.__lt__, Writer.phone.__ne__, Writer.name.__eq__):
        with pytest.raises(NotImplementedError, match="sealed"):
            unknowable(PHONE)


def test_a_changed_contact_is_found_by_what_it_is_now(database: Database) -> None:
    with database.transaction() as session:
        session.add(letter("1", phone=PHONE))
    with database.transaction() as session:
        session.scalars(select(Writer)).one().phone = "13800138000"
    with database.reading() as session:
        assert session.scalars(select(Writer.letter_id).where(Writer.phone == PHONE)).all() == []
        assert len(session.scalars(select(Writer.letter_id).where(Writer.phone == "13800138000")).all()) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE writers SET phone = name",
        "UPDATE writers SET phone = substr(phone, 1, length(phone) - 4) || 'AAAA'",
        "UPDATE writers SET phone = 'sealed:0123456789ab:' || substr(phone, 21)",
        "UPDATE writers SET phone = 'sealed:'",
        "UPDATE writers SET phone = '13800000000', phone_index = NULL",
        "UPDATE writers SET phone = 'sealed:' || split_part(phone, ':', 2) || ':' || split_part(phone, ':', 4)",
        "UPDATE writers SET phone = replace(phone, ':1:', ':2:')",
    ],
)
def test_what_was_changed_in_the_database_is_not_read(database: Database, change: str) -> None:
    with database.transaction() as session:
        session.add(letter("1", name="张三", phone=PHONE))
    with database.transaction() as session:
        session.execute(text(change))
    with database.reading() as session, pytest.raises(BrokenSeal, match=r"writers\.phone"):
        session.scalars(select(Writer)).one()


@pytest.mark.parametrize("name", ["title", "body", "name", "phone", "email", "address"])
def test_what_was_sealed_in_one_row_is_not_read_in_another(database: Database, name: str) -> None:
    """Neither as one's own words, nor to send another's messages to one's own mailbox."""
    with database.transaction() as session:
        session.add_all([letter("1", **{name: "甲的"}), letter("2", **{name: "乙的"})])
    with database.transaction() as session:
        first_ones = f"UPDATE writers SET {name} = (SELECT {name} FROM writers WHERE letter_id = 1)"  # noqa: S608  # a column's name
        session.execute(text(first_ones))
    with database.reading() as session:
        first, second = (select(Writer).where(Writer.letter_id == number) for number in (1, 2))
        assert getattr(session.scalars(first).one(), name) == "甲的"
        with pytest.raises(BrokenSeal, match=rf"writers\.{name} is not what was sealed in this row"):
            session.scalars(second).one()
    assert _seal_all(database, "sealed:none:")[1] == 1, "sealing anew makes nothing whole that is not"


def test_an_object_that_was_written_is_read_again_and_changed(database: Database) -> None:
    with database.transaction() as session:
        made = letter("1", name="张三", phone=PHONE)
        session.add(made)
        session.flush()
        made.writer.name = "李四"
        session.flush()
        session.refresh(made.writer)
        assert (type(made.writer.name), made.writer.name, made.writer.phone) == (str, "李四", PHONE)
        made.writer.phone = None
    with database.reading() as session:
        found = session.scalars(select(Writer)).one()
        assert (found.name, found.phone, found.phone_index) == ("李四", None, None)


def test_without_a_key_nothing_is_written_in_clear(url: str, database: Database) -> None:
    without = Database(url)
    with pytest.raises(Exception, match="没有密钥") as refused, without.transaction() as session:
        session.add(letter("1", name="张三"))
    assert isinstance(refused.value, ConfigError) or isinstance(refused.value.__cause__, ConfigError)
    without.close()
    with database.reading() as session:
        assert session.scalars(select(Letter.id)).all() == []


def test_rows_in_clear_and_under_an_old_key_are_found_and_sealed_anew(url: str, database: Database) -> None:
    with database.transaction() as session:
        session.add(letter("1", phone=PHONE))
        session.add_all(letter(f"a{index}", phone=f"a{index}") for index in range(resealing.BATCH + 3))
    with database.transaction() as session:
        session.execute(text("UPDATE writers SET phone = '2', phone_index = NULL WHERE letter_id = 2"))
    rotating = Database(url, BOTH)
    with rotating.transaction() as session:
        session.add(letter("9", phone=PHONE))
    query = select(Letter.number).join(Writer).where(Writer.phone == PHONE).order_by(Letter.id)
    with rotating.reading() as session:
        assert session.scalars(query).all() == ["1", "9"]
        assert resealing.left(session, resealing.CLEAR) == 1
        assert resealing.left(session, sealer_of(BOTH).prefix) == resealing.BATCH + 4
    with rotating.reading() as session, pytest.raises(BrokenSeal):
        session.scalars(select(Writer).where(Writer.letter_id == 2)).one()
    assert _seal_all(rotating, resealing.CLEAR) == (1, 0)
    with rotating.reading() as session:
        assert session.scalars(select(Writer).where(Writer.letter_id == 2)).one().phone == "2"
    with rotating.transaction() as session:
        session.execute(text("UPDATE writers SET phone = substr(phone, 1, 30) WHERE letter_id = 3"))
    assert _seal_all(rotating, sealer_of(BOTH).prefix) == (resealing.BATCH + 2, 1)
    rotating.close()
    after = Database(url, Keys(ANOTHER, (SECRET,)))
    with after.reading() as session:
        assert session.scalars(query).all() == ["1", "9"]
        assert session.scalars(select(Writer.phone).where(Writer.phone == "2")).all() == ["2"]
        raw = session.scalars(select(type_coerce(Writer.phone, Text)).where(Writer.letter_id == 3)).one()
        assert (raw or "").startswith(sealer_of(KEYS).prefix)
    after.close()


def _seal_all(database: Database, prefix: str) -> tuple[int, int]:
    sealed = broken = 0
    for table in resealing.sealed_tables():
        last = None
        while True:
            with database.transaction() as session:
                batch = resealing.seal_batch(session, sealer_of(BOTH), table, prefix, last)
            sealed, broken, last = sealed + batch.sealed, broken + batch.broken, batch.last
            if last is None:
                break
    return sealed, broken


def test_a_list_opens_nothing_that_it_does_not_show(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.transaction() as session:
        session.add_all(letter(f"b{index}", name="张三", phone=PHONE) for index in range(3))
    opened: list[str] = []
    really = Sealer.open
    monkeypatch.setattr(Sealer, "open", lambda own, stored, place: opened.append(place) or really(own, stored, place))
    actor = Actor(ActorKind.PERSON, "1", "", frozenset({Grant(Role.SCREENER)}))
    unused: Any = None
    found = Records(database, SetClock(NOW), unused, unused).search(actor)
    assert [line.number for line in found.items] == ["b2", "b1", "b0"]
    Related(database, SetClock(NOW)).same_matter("b0", actor)
    assert opened == [f"writers.{name}" for name in ("name", "phone")]
