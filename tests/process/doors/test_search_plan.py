"""How the database finds words in a full mailbox: by the index, block by block; `benchmarks/search.py` measures it at its size."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from letterbox.domain.permissions import Actor
from letterbox.domain.search import BLOCK, block_of
from letterbox.domain.vocabulary import Role
from letterbox.services.records.finding import by_blocks, sought
from letterbox.services.visibility.rule import visible_to
from tests.support.office.county import County, staff

pytestmark = pytest.mark.engine
LETTERS = BLOCK
FILL = """
INSERT INTO letters (number, channel, title, body, is_public, urgent, red_flag, important, received_at, status,
  accused_stated, excluded_units, failed_reviews, returns, rehandled, query_code_hash, is_watched)
SELECT 'PLAN' || n, 'portal', '路灯', repeat('中心路的路灯坏了，', 20), true, false, false, false, now(), 'closed',
  false, '{}', 0, 0, false, '', false
FROM generate_series(1, :count) AS n
"""
MAKE_FINDABLE = r"""
INSERT INTO letter_search (letter_id, text, words)
SELECT id, repeat('中心路的路灯坏了', 20), array_to_tsvector(ARRAY[
  to_hex(id / :block) || '\:路灯', to_hex(id / :block) || '\:中心', to_hex(id / :block) || '\:心路',
  to_hex(id / :block) || '\:' || id % 100, to_hex(id / :block) || '\:' || id % 1009])
FROM letters WHERE number LIKE 'PLAN%'
"""


def plan(session: Session, actor: Actor, typed: str) -> str:
    last = block_of(session.execute(text("SELECT max(letter_id) FROM letter_search")).scalar_one())
    query = by_blocks(sought(session, typed), [visible_to(actor)], 0, last, oldest_first=False)
    compiled = query.compile(dialect=postgresql.psycopg.dialect(), compile_kwargs={"render_postcompile": True})
    rows = session.connection().exec_driver_sql(f"EXPLAIN (COSTS OFF) {compiled}", compiled.params)
    return "\n".join(rows.scalars())


def test_no_search_reads_all_letters(county: County) -> None:
    with county.services.database.transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text(FILL), {"count": LETTERS})
        session.execute(text(MAKE_FINDABLE), {"block": BLOCK})
        session.execute(text("ANALYZE letters, letter_search"))
        for actor in (staff(Role.SCREENER), staff(Role.UNIT_HANDLER, "transport")):
            for typed in ("路灯", "路灯 中心路", "灯", "没有这个词"):
                found = plan(session, actor, typed)
                assert "Bitmap Index Scan on ix_letter_search_words" in found
                assert "Seq Scan on letter_search" not in found
                assert "Seq Scan on letters" not in found
                assert found.index("Function Scan on generate_series") < found.index("Bitmap Heap Scan")
                assert found.startswith("Limit\n  ->  Nested Loop")
        session.rollback()
