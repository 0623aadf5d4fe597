"""Letters by the hundred thousand for ``benchmarks.search``: words as frequent as in any language, straight into the tables."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

import psycopg

from letterbox.domain.page import pages_of
from letterbox.domain.search import BLOCK, keys_of, looked_through

BURST = "暴雨洪涝"
WORDS, NAMES, CHARACTERS = 6000, 40_000, 3000
WORDS_A_LETTER = 110
BASE = 5 * BLOCK
OFTEN = 0.4
FIRST = datetime(2006, 1, 1, tzinfo=UTC)
A_LETTER = timedelta(minutes=10)
Row = tuple[int, str, str, str, str, datetime, str, str]


class Maker:
    """The vocabulary, the same in every process: word ``n`` is about as frequent as one by ``n``."""

    def __init__(self) -> None:
        draw = random.Random(1)  # a benchmark
        signs = [chr(0x4E00 + each) for each in draw.sample(range(20_000), CHARACTERS)]
        weights = list(accumulate(1 / (rank + 20) for rank in range(CHARACTERS)))
        self._words = [
            "".join(draw.choices(signs, cum_weights=weights, k=draw.choice((2, 2, 2, 3)))) for _ in range(WORDS)
        ]
        self._weights = list(accumulate(1 / (rank + 5) for rank in range(WORDS)))
        self._names = ["".join(draw.choices(signs, k=3)) for _ in range(NAMES)]

    def word(self, rank: int) -> str:
        return self._words[rank]

    def rare(self, draw: random.Random) -> str:
        return draw.choice(self._names)

    def day_of(self, letter_id: int) -> date:
        return (FIRST + letter_id * A_LETTER).date()

    def letter(self, letter_id: int, codes: Sequence[str], *, with_burst: bool) -> Row:
        draw = random.Random(letter_id)  # a benchmark
        words = draw.choices(self._words, cum_weights=self._weights, k=WORDS_A_LETTER)
        words.insert(60, self.rare(draw))
        if with_burst and draw.random() < OFTEN:
            words.insert(30, BURST)
        if draw.random() < 0.3:
            words.append(f"1{draw.randrange(10**10):010d}")
        body = "，".join("".join(words[at : at + 5]) for at in range(6, len(words), 5))
        title, unit, number = "".join(words[:6]), draw.choice(codes), f"SX{letter_id:011d}"
        found_by = looked_through((number, title, body), unit)
        return letter_id, number, title, body, unit, FIRST + letter_id * A_LETTER, "closed", found_by


def filled(url: str, letters: int, codes: Sequence[str]) -> Maker:
    """At least ``letters`` letters of the units, with what they are found by: a base of ``BASE`` with the word that was
    frequent once, repeated in the oldest tenth, and one without it, repeated in the others. The newest are open."""
    maker, copies = Maker(), max(2, pages_of(letters, BASE))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("DROP INDEX ix_letter_search_words")
        old = max(1, copies // 10)
        for base, with_burst in ((0, True), (old, False)):
            ids = range(base * BASE, (base + 1) * BASE)
            _copy(connection, [maker.letter(each, codes, with_burst=with_burst) for each in ids])
        for copy in range(copies):
            if copy not in {0, old}:
                _repeat(connection, base=0 if copy < old else old, copy=copy)
        connection.execute(
            "CREATE INDEX ix_letter_search_words ON letter_search USING gin (words) WITH (fastupdate = off)"
        )
        connection.execute("INSERT INTO writers (letter_id, must_confirm) SELECT id, false FROM letters")
        connection.execute("UPDATE letters SET status = 'handling' WHERE id > (SELECT max(id) FROM letters) - 5000")
        connection.execute("SELECT setval(pg_get_serial_sequence('letters', 'id'), max(id)) FROM letters")
        connection.execute("VACUUM (ANALYZE) letters, letter_search, writers")
    return maker


COLUMNS = """title, body, lead_unit, status, channel, is_public, urgent, red_flag, important, accused_stated,
  excluded_units, failed_reviews, returns, rehandled, query_code_hash, is_watched"""
SAME = ("portal", True, False, False, False, False, "{}", 0, 0, False, "", False)
REPEAT_LETTERS = f"""
INSERT INTO letters (id, number, received_at, {COLUMNS})
SELECT id + %(shift)s, 'SX' || lpad((id + %(shift)s)::text, 11, '0'), received_at + %(later)s, {COLUMNS}
FROM letters WHERE id BETWEEN %(first)s AND %(last)s
"""  # noqa: S608  # fixed names
REPEAT_KEYS = """
INSERT INTO letter_search (letter_id, text, words)
SELECT letter_id + %(shift)s, text, regexp_replace(
  words::text, '''[0-9a-f]+:', '''' || to_hex((letter_id + %(shift)s) / %(block)s) || ':', 'g')::tsvector
FROM letter_search WHERE letter_id BETWEEN %(first)s AND %(last)s ORDER BY letter_id
"""


def _copy(connection: psycopg.Connection, rows: Sequence[Row]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        with cursor.copy(f"COPY letters (id, number, received_at, {COLUMNS}) FROM STDIN") as copy:
            for letter_id, number, title, body, unit, at, status, _ in rows:
                copy.write_row((letter_id, number, at, title, body, unit, status, *SAME))
        with cursor.copy("COPY letter_search (letter_id, text, words) FROM STDIN") as copy:
            for row in rows:
                keys = " ".join(f"'{key}'" for key in keys_of(row[0], row[-1]))
                copy.write_row((row[0], row[-1], keys))


def _repeat(connection: psycopg.Connection, *, base: int, copy: int) -> None:
    """The letters of one base once more, under ids, numbers and keys of their own."""
    shift = (copy - base) * BASE
    places = {
        "shift": shift,
        "first": base * BASE,
        "last": (base + 1) * BASE - 1,
        "block": BLOCK,
        "later": A_LETTER * shift,
    }
    for statement in (REPEAT_LETTERS, REPEAT_KEYS):
        connection.execute(statement, places)
