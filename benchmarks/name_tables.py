"""Makes the tables by which names are told from words, out of two MIT-licensed sources that are not shipped.

``python -m benchmarks.name_tables DICT CHARFREQ``: ``dict.txt`` of jieba 0.42.1 and ``charfreq.csv`` of ngender 0.1.1. Weights
are natural logarithms of probabilities, times minus ten, as whole numbers.
"""

from __future__ import annotations

import csv
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

from letterbox.intelligence.surnames import SELDOM
from letterbox.intelligence.surnames import SURNAMES as COMMON
from letterbox.settings import ROOT

OUT = ROOT / "letterbox" / "intelligence" / "names"
HAN = re.compile(r"[\u4e00-\u9fff]{1,4}")
SURNAMES = frozenset(COMMON + SELDOM)
RAREST_WORD, RAREST_CHARACTER = 10, 150
PEOPLE = {"nr", "nrt", "nrfg"}
NAME = re.compile(rf"[{COMMON}](?:[建治安金立业保美海惠佩振志国][国淑珊本]|[海美金惠仁]淑|发金|卫国|敏业|学文)")
DISGUISES = {"n", "ns", "nz"}
"""Kinds under which the dictionary has people as well: 王治国, 李海淑."""
SURE_WORDS = {"ns", "nt", "n", "l", "j", "v", "z"}
"""Kinds among whose rare words hardly any is a name in disguise."""


def weigh(counts: Mapping[str, int], total: int) -> dict[int, list[str]]:
    """Weight → what has it."""
    found: dict[int, list[str]] = defaultdict(list)
    for word, count in sorted(counts.items()):
        found[round(-10 * math.log(count / total))].append(word)
    return found


def words(path: Path) -> tuple[Counter[str], int]:
    """Common words that are nobody's name, and what all words count together."""
    counts: Counter[str] = Counter()
    total = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, kind = line.split()
        total += int(count)
        if HAN.fullmatch(word) and (len(word) == 1 or _is_kept(word, int(count), kind)):
            counts[word] = max(1, int(count))
    return counts, total


def _is_kept(word: str, count: int, kind: str) -> bool:
    """Rare words only if a name could be read into them: 顾名思义, 蒋坝镇."""
    if kind in PEOPLE or (kind in DISGUISES and NAME.fullmatch(word)):
        return False
    if count >= RAREST_WORD:
        return True
    return word[0] in SURNAMES and (len(word) == 4 or (len(word) == 3 and kind in SURE_WORDS))


def given_characters(path: Path) -> tuple[Counter[str], int]:
    """Characters of given names."""
    with path.open(encoding="utf-8") as lines:
        counts = Counter({row["char"]: int(row["male"]) + int(row["female"]) for row in csv.DictReader(lines)})
    kept = Counter({c: n for c, n in counts.items() if n >= RAREST_CHARACTER and HAN.fullmatch(c)})
    return kept, sum(counts.values())


def write(name: str, table: Mapping[int, list[str]]) -> None:
    lines = [f"{weight} {' '.join(found)}" for weight, found in sorted(table.items())]
    (OUT / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("words.txt", weigh(*words(Path(sys.argv[1]))))
    write("given.txt", weigh(*given_characters(Path(sys.argv[2]))))
