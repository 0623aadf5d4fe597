"""The first classifier: weighed words, no training. Every proposal names the words it rests on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from letterbox.domain.vocabulary import Category
from letterbox.intelligence.suggestion import LeadBy, Route, Router, Suggestion, UnitScore, by_department
from letterbox.intelligence.word_scanner import WordScanner
from letterbox.seeds.values import Lexicon, MatterSeed, UnitSeed

TITLE_FACTOR = 2.5
REPEATS = (0.0, 1.0, 1.5, 1.8, 2.0)
"""What a word counts for when it stands there 0, 1, 2 … times; more adds nothing."""
SECOND_CHOICE = 0.4
"""Share of a matter's score for units that deal with it without being in charge of it."""
NAMED_UNIT = 2.5
DOUBT = 2.0
"""Added below the line, so that one weak word does not look like certainty."""
ACCUSATION = 7.5
"""From this score a letter counts as an accusation whatever else it asks: one overlooked shows its writer to the accused (A5)."""
SHARE_OF_MATTER: Mapping[LeadBy, float] = {
    LeadBy.DEPARTMENT: 0.75,
    LeadBy.TERRITORY: 0.3,
    LeadBy.UNIT: 0.6,
}
MOST_UNITS = 5
MOST_WORDS = 5

Weighed = dict[str, float]


class Evidence:
    """Scores that remember the words behind them."""

    def __init__(self) -> None:
        self.scores: Weighed = defaultdict(float)
        self._words: dict[str, Weighed] = defaultdict(lambda: defaultdict(float))

    def add(self, key: str, amount: float, words: Mapping[str, float]) -> None:
        self.scores[key] += amount
        for word, weight in words.items():
            self._words[key][word] += weight

    def words(self, key: str) -> Weighed:
        return self._words[key]

    def best(self) -> str | None:
        return max(self.scores, key=lambda key: self.scores[key]) if self.scores else None

    def shares(self) -> Weighed:
        """Score → 0–1, by the sum of all."""
        total = sum(self.scores.values()) + DOUBT
        return {key: score / total for key, score in self.scores.items()}


class Suggester:
    """Proposes category, matter and units for a letter. Built once, used by many threads: it keeps no state.

    ``route`` is the routing table (P1). Linear in the letter's length; takes any text, also an empty one.
    """

    def __init__(self, units: Sequence[UnitSeed], lexicon: Lexicon, route: Router = by_department) -> None:
        self._route = route
        self._lexicon = lexicon
        self._by_code = {unit.code: unit for unit in units if unit.undertakes}
        self._matters = {matter.code: matter for matter in lexicon.matters}
        self._meanings = _meanings(lexicon.matters)
        self._seconds = _second_units(self._by_code.values(), self._matters)
        self._places = _index((place, unit.code) for unit in self._by_code.values() for place in unit.territory)
        self._names = _index(
            (name, u.code) for u in self._by_code.values() if not u.territory for name in (u.name, u.short_name)
        )
        self._matter_scanner = WordScanner(self._meanings, lexicon.matters_not)
        self._place_scanner = WordScanner(self._places)
        self._name_scanner = WordScanner(self._names)
        every = {word for words in lexicon.categories.values() for word in words}
        self._category_scanner = WordScanner(every, lexicon.categories_not)
        self._urgent = WordScanner(lexicon.urgent, lexicon.urgent_not)
        self._red_flag = WordScanner(lexicon.red_flag, lexicon.red_flag_not)

    def suggest(self, title: str, body: str) -> Suggestion:
        title, body = "".join(title.split()), "".join(body.split())
        category, category_score, category_words = self._category(title, body)
        matters = self._matter_evidence(title, body)
        matter = matters.best()
        territory = _evidence(self._places, _strength(self._place_scanner, title, body))
        route = self._route(category, matter, bool(territory.scores))
        units = self._units(self._departments(matters, title, body), territory, route)
        text = f"{title}\n{body}"
        red, urgent = sorted(self._red_flag.count(text)), sorted(self._urgent.count(text))
        return Suggestion(
            category=category,
            category_score=round(category_score, 3),
            matter=matter,
            units=units,
            urgent=bool(red or urgent),
            red_flag=bool(red),
            red_flag_words=tuple(red[:MOST_WORDS]),
            reasons=_reasons(category_words, red, urgent, route if units else None),
            territory=tuple(sorted(territory.scores, key=lambda code: -territory.scores[code])),
        )

    def _category(self, title: str, body: str) -> tuple[Category, float, list[str]]:
        strength = _strength(self._category_scanner, title, body)
        scores = {
            category: sum(weight * strength[word] for word, weight in words.items() if word in strength)
            for category, words in self._lexicon.categories.items()
        }
        best = max(scores, key=lambda category: scores[category], default=Category.OTHER)
        if scores.get(Category.REPORT, 0.0) >= ACCUSATION:
            best = Category.REPORT
        if scores.get(best, 0.0) <= 0:
            return Category.OTHER, 0.0, []
        total = sum(score for score in scores.values() if score > 0) + DOUBT
        words = self._lexicon.categories[best]
        because = {word: words[word] * strength[word] for word in strength if words.get(word, 0) > 0}
        return best, scores[best] / total, _top(because)

    def _matter_evidence(self, title: str, body: str) -> Evidence:
        evidence = Evidence()
        for word, strength in _strength(self._matter_scanner, title, body).items():
            for code, weight in self._meanings[word]:
                evidence.add(code, weight * strength, {word: weight * strength})
        return evidence

    def _departments(self, matters: Evidence, title: str, body: str) -> Evidence:
        """Matter → unit in charge, and less to the others that deal with it; units named in the letter count too."""
        evidence = _evidence(self._names, _strength(self._name_scanner, title, body), NAMED_UNIT)
        for code, score in matters.scores.items():
            words = matters.words(code)
            evidence.add(self._matters[code].unit, score, words)
            for second in self._seconds.get(code, ()):
                evidence.add(second, score * SECOND_CHOICE, words)
        return evidence

    def _units(self, departments: Evidence, territory: Evidence, route: Route) -> tuple[UnitScore, ...]:
        share = SHARE_OF_MATTER[route.lead_by]
        if not territory.scores or not departments.scores:
            share = 1.0 if departments.scores else 0.0
        scores: Weighed = defaultdict(float)
        for evidence, part in ((departments, share), (territory, 1 - share)):
            for code, score in evidence.shares().items():
                scores[code] += score * part
        if route.lead_by is LeadBy.UNIT and route.unit in self._by_code:
            scores[route.unit] = 1.0
        best = sorted((code for code in scores if scores[code] > 0), key=lambda code: (-scores[code], code))[
            :MOST_UNITS
        ]
        return tuple(
            UnitScore(code, round(scores[code], 3), tuple(_top(departments.words(code) | territory.words(code))))
            for code in best
        )


def _meanings(matters: Iterable[MatterSeed]) -> dict[str, list[tuple[str, float]]]:
    meanings: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for matter in matters:
        for word, weight in matter.words.items():
            meanings[word].append((matter.code, weight))
    return dict(meanings)


def _second_units(units: Iterable[UnitSeed], matters: Mapping[str, MatterSeed]) -> dict[str, list[str]]:
    """Units that list a matter without being in charge of it; townships and zones come by territory instead."""
    seconds: dict[str, list[str]] = defaultdict(list)
    for unit in units:
        for code in unit.matters:
            if not unit.territory and code in matters and matters[code].unit != unit.code:
                seconds[code].append(unit.code)
    return dict(seconds)


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    index: dict[str, set[str]] = defaultdict(set)
    for name, code in pairs:
        index[name].add(code)
    return dict(index)


def _strength(scanner: WordScanner, title: str, body: str) -> Weighed:
    """Word → how strongly it stands in the letter; the title counts more."""
    in_title, in_body = scanner.count(title), scanner.count(body)
    return {word: _repeated(in_title, word) * TITLE_FACTOR + _repeated(in_body, word) for word in in_title | in_body}


def _repeated(counts: Counter[str], word: str) -> float:
    return REPEATS[min(counts[word], len(REPEATS) - 1)]


def _evidence(index: Mapping[str, set[str]], strengths: Weighed, factor: float = 1.0) -> Evidence:
    evidence = Evidence()
    for word, strength in strengths.items():
        for code in sorted(index[word]):
            evidence.add(code, factor * strength, {word: factor * strength})
    return evidence


def _top(words: Mapping[str, float]) -> list[str]:
    return sorted(words, key=lambda word: (-words[word], word))[:MOST_WORDS]


def _reasons(category_words: list[str], red: list[str], urgent: list[str], route: Route | None) -> tuple[str, ...]:
    """In plain words, for the screener."""
    principles = {
        LeadBy.DEPARTMENT: "按职责归口推荐（谁主管、谁负责）",
        LeadBy.TERRITORY: "按所在地推荐（属地管理）",
        LeadBy.UNIT: "按规则指定单位",
    }
    said = [
        ("类别依据：", category_words),
        ("红色预警词：", red[:MOST_WORDS]),
        ("紧急词：", urgent[:MOST_WORDS]),
    ]
    principle = (principles[route.lead_by],) if route else ()
    return (*(f"{label}{'、'.join(words)}" for label, words in said if words), *principle)
