"""Traces of a writer planted in every free text of the record: what is shown of it must show none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, Text, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from letterbox.store import models
from letterbox.store.base import Base
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.sealing import Sealed

NAME, PHONE, EMAIL, ADDRESS = (
    "阿依古丽·买买提（工人）",
    "13800000088",
    "aygul88@example.org",
    "双牌县幸福小区3栋2单元501室",
)
TRACES = (
    "阿依古丽",
    "买买提",
    "138.0000.0088",
    "13800000088",
    "13911110000",
    "aygul88",
    "501室",
    "5栋1302",
    "432924198612277587",
    "a8k2m3n4",
    "6228482073202152737",
    "湘M8K236",
    "other@example.com",
)
PLANT = (
    "阿依古丽•买买提、阿依古丽．买买提，阿依古丽敬上，电话138.0000.0088，住幸福小区3栋2单元501室；"
    "身份证432924198612277587，另一个电话13911110000，邮箱other@example.com，微信wx_a8k2m3n4，"
    "卡号6228482073202152737，车牌湘M8K236，也住阳明花园5栋1302"
)
OWN_WORDS = frozenset({"writers", "form_drafts", "outbox_commands"})
"""Tables of what nobody else is shown: the writer's own words, an official's own draft, what goes to the engine."""
KEYS = ("reason", "comment", "note", "message", "body", "question", "instruction", "request", "error", "planted")


def traces_in(shown: object) -> list[str]:
    return [trace for trace in TRACES if trace in str(shown)]


def plant(session: Session, number: str) -> set[str]:
    """Write ``PLANT`` into every free text of every row that belongs to the letter; returns ``table.column`` of each."""
    assert models.metadata is Base.metadata
    session.execute(
        text("SET LOCAL session_replication_role = replica")
    )  # what happened cannot be changed, not even by the owner
    letter = session.scalars(select(Letter).where(Letter.number == number)).one()
    ids: dict[str, list[Any]] = {"letters": [letter.id]}
    planted: set[str] = set()
    for table in Base.metadata.sorted_tables:
        found = _rows(session, table, ids)
        if not found:
            continue
        ids.setdefault(table.name, found)
        for column in table.columns if table.name not in OWN_WORDS | {"letters"} else ():
            if is_free_text(table, column.name):
                of_letter = table.c.id.in_(found) if "id" in table.c else table.c.letter_id == letter.id
                session.execute(update(table).where(of_letter, column.is_not(None)).values({column.name: PLANT}))
                planted.add(f"{table.name}.{column.name}")
    for event in session.scalars(select(LetterEvent).where(LetterEvent.letter_id == letter.id)):
        event.data = {**event.data, **dict.fromkeys(KEYS, PLANT), "more": [{"said": [PLANT]}]}
    letter.place, letter.channel_reference = PLANT, f"{number} {PLANT}"
    return planted


def is_free_text(table: Table, name: str) -> bool:
    """Text that people or programs fill at will: no code, key or reference."""
    column = table.c[name]
    is_text = isinstance(column.type, Text | Sealed) and not isinstance(column.type, JSONB)
    keys = {
        "number",
        "token",
        "sha256",
        "path",
        "message_id",
        "recipient",
        "step",
        "rule_id",
        "text",
        "by_id",
        "by_kind",
        "by_name",
        "by_role",
        "by_unit",
    }
    return is_text and not column.foreign_keys and not column.unique and not column.primary_key and name not in keys


def _rows(session: Session, table: Table, ids: dict[str, list[Any]]) -> list[Any]:
    """Ids of the table's rows that belong to the letter, by whatever way of references."""
    if table.name in ids:
        return ids[table.name]
    for column in table.columns:
        for key in column.foreign_keys:
            parents = ids.get(key.column.table.name)
            if parents and "id" in table.c and not (column.nullable or table.name == "letters"):
                return list(session.scalars(select(table.c.id).where(column.in_(parents))))
    if "letter_id" in table.c and "id" in table.c:
        return list(session.scalars(select(table.c.id).where(table.c.letter_id.in_(ids["letters"]))))
    return []
