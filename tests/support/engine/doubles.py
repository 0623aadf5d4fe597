"""A second process where a letter may have one: the engine refuses it, so it is started for another letter and renamed.

Databases of earlier versions may hold such doubles; what names and mends them is tried on these.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from psycopg import sql

from letterbox.engine.client import EngineClient
from letterbox.engine.values import Sendable
from tests.support.stack import stack

RENAME = tuple(
    sql.SQL("UPDATE {} SET business_key_ = %s WHERE business_key_ = %s").format(sql.Identifier(table))
    for table in ("act_ru_execution", "act_hi_procinst")
)


def start_double(
    engine: EngineClient, process: str, number: str, variables: Mapping[str, Sendable], *, at: str | None = None
) -> str:
    """``at``: the element to begin before. Answers the instance's id."""
    other = f"{number}~"
    instance_id = (
        engine.moves.start_at(process, other, at, variables)
        if at
        else engine.processes.start(process, other, variables)
    )
    with psycopg.connect(stack.database_of(engine.url), autocommit=True) as connection:
        for rename in RENAME:
            connection.execute(rename, (number, other))
    return instance_id
