"""Taking a person out of a text (A5): every spelling of his name, his numbers and his address becomes a mark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from letterbox.domain.folding import DOTS, FoldedText, fold

HIDDEN = "×××"
SHORTEST = 2
"""A single character would take harmless words along."""
MOBILE_LENGTH = 11
Span = tuple[int, int]
Mask = Callable[[str], str]
"""Gives a text as somebody may read it who must not learn who wrote."""
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_COMPOUND = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "夏侯",
    "司徒",
    "端木",
    "南宫",
    "申屠",
)
_BRACKETS = re.compile(r"[（(\[【〔<《]([^）)\]】〕>》]*)[）)\]】〕>》]?")
_BETWEEN_PEOPLE = re.compile(r"[、，,;；/／|｜&＆\n]|和|与|及|暨")
_TITLE = re.compile(r"(?:先生|女士|同志|老师|小姐|师傅|大爷|大妈|大叔|阿姨|本人|等\d*人?|代笔|代写)$")
_OTHER_THAN_A_NAME = re.compile(r"师|工|员|民|本人|属|代|退|休|家|户|长|学生|残|病|岁|男|女|族")
_ADDRESSED = (
    "某某",
    "某",
    "先生",
    "女士",
    "同志",
    "师傅",
    "大爷",
    "大妈",
    "大叔",
    "阿姨",
    "老师",
    "小姐",
    "大哥",
    "大姐",
    "婆婆",
    "嫂",
)
"""What people call somebody by his surname; offices are left, or every 王科长 would go with a writer called 王."""
_REGION = re.compile(r".{1,8}?(?:特别行政区|自治区|自治州|自治县|省|市|县|区|镇|乡|街道办事处|街道|办事处)")


_NUMERAL = "[一二三四五六七八九十百零〇两甲乙丙丁]"
_HOUSE = re.compile(
    r"[A-Za-z]?\d+(?!\d|国道|省道|县道|乡道|号线|路|街|中学?|小学?)|"
    rf"{_NUMERAL}+(?:号(?!线)|栋|幢|棟|座|单元|室|房|户|楼|层|弄|组|社(?!区)|队|排|院)"
)
"""Any number in a place that is no road's, line's or school's; cut off once too often is the smaller harm."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What says who somebody is, folded (``folding.FoldedText``): ``names`` as names, ``numbers`` as numbers and addresses."""

    names: frozenset[str]
    numbers: frozenset[str]


def traces(
    name: str | None,
    phone: str | None,
    email: str | None,
    address: str | None,
    remark: str | None = None,
    *,
    with_titles: bool = True,
) -> Traces:
    """Of what a writer gave; any of it may be missing, or hold more than one person or number. Of a ``remark`` its numbers count.

    ``with_titles``: also what he is called by his surname (老王, 王某).
    """
    named = unicodedata.normalize("NFKC", name or "")
    numbers = {*_phone_forms(phone or ""), *_mail_forms(email or ""), *_address_forms(address or "")}
    for digits in re.findall(r"[0-9][0-9 \-.]{5,}[0-9]", f"{named} {unicodedata.normalize('NFKC', remark or '')}"):
        numbers.update(_phone_forms(digits))
    people = re.sub(r"[0-9][0-9 \-.]{5,}[0-9]", "", named)
    forms = {fold(each, for_names=True) for each in _name_forms(people)}
    if with_titles:
        forms |= {fold(each, for_names=True) for form in forms.copy() for each in _addressed(form)}
    return Traces(_long_enough(forms), _long_enough(numbers))


def without(text: str, found: Traces, also: Iterable[Span] = ()) -> str:
    """``text`` with every trace and the places of ``also`` replaced by ``HIDDEN``, however they are spaced and written."""
    return replaced(text, [*also, *places_of(text, found)])


def as_far_as_the_street(place: str, mask: Mask) -> str:
    """A place without what leads to a door: from the first house number, or from what ``mask`` takes out, all is hidden."""
    head, mark, _ = mask(place).partition(HIDDEN)
    house = _HOUSE.search(head)
    return head[: house.start()] + HIDDEN if house else head + mark


def places_of(text: str, found: Traces) -> list[Span]:
    """Where the traces stand; places may overlap."""
    places: list[Span] = []
    for wanted, for_names in ((found.names, True), (found.numbers, False)):
        if wanted:
            folded = FoldedText(text, for_names=for_names)
            places += [place for each in wanted for place in folded.where(each)]
    places += [
        match.span() for each in found.numbers if len(each) == MOBILE_LENGTH for match in _starred(each).finditer(text)
    ]
    return places


def _starred(number: str) -> re.Pattern[str]:
    """138****0088."""
    return re.compile(rf"{re.escape(number[:3])}[*＊×xX.…]{{2,6}}{re.escape(number[-4:])}")


def replaced(text: str, places: Iterable[Span], by: str = HIDDEN) -> str:
    """``text`` with each of ``places`` replaced; those that touch or overlap become one mark."""
    parts, at, end = [], 0, -1
    for start, stop in sorted(places):
        if start > end:
            parts += [text[at:start], by]
        at = end = max(end, stop)
    return "".join((*parts, text[max(at, 0) :]))


def masked(value: Any, mask: Mask) -> Any:
    """``value`` with every text in it masked: in lists, tuples, mappings and dataclasses at any depth.

    What a view gets as a new field is masked without anybody's doing.
    """
    if isinstance(value, str):
        return mask(value) if type(value) is str else value
    if isinstance(value, list | tuple | frozenset | set):
        return type(value)(masked(each, mask) for each in value)
    if isinstance(value, dict):
        return {key: masked(each, mask) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{each.name: masked(getattr(value, each.name), mask) for each in fields(value) if each.init}
        )
    return value


def given_name(name: str) -> str | None:
    """The last two characters of a Chinese name of three or four; None if it has no given name that could stand alone."""
    plain = re.sub(r"[\s\-—]", "", name)
    if not _CHINESE_NAME.fullmatch(plain) or len(plain) < 3 or (len(plain) == 3 and plain.startswith(_COMPOUND)):
        return None
    return plain[-2:]


def _long_enough(forms: Iterable[str]) -> frozenset[str]:
    return frozenset(form for form in forms if len(form) >= SHORTEST)


def _name_forms(field: str) -> Iterator[str]:
    """``field``: as people fill it in: one name or several, with a remark in brackets, with dots of any kind or none."""
    remarks = [each for each in _BRACKETS.findall(field) if not _OTHER_THAN_A_NAME.search(each)]
    base = _BRACKETS.sub(" ", field).strip()
    for people in (re.sub(r"\s+", "", base), *_BETWEEN_PEOPLE.split(base), *remarks):
        person = _TITLE.sub("", people.strip())
        yield from _forms_of_one(person)
        for part in person.split():
            if not part.isascii():
                yield from _forms_of_one(_TITLE.sub("", part))


def _forms_of_one(name: str) -> Iterator[str]:
    plain = re.sub(r"\s+", "", name)
    if not plain:
        return
    yield plain
    parts = [part for part in re.split(f"[{''.join(DOTS)}.]", plain) if part]
    yield from parts if len(parts) > 1 else ()
    if plain.isascii():
        words = name.split()
        yield "".join(reversed(words))
        yield from (word for word in words if len(word) > 3)
        return
    if _CHINESE_NAME.fullmatch(plain):
        yield given_name(plain) or plain
    elif len(parts) == 1 and len(plain) > 4:
        yield from (plain[:length] for length in range(3, len(plain)))
        yield from (plain[-length:] for length in range(3, len(plain)))


def _addressed(name: str) -> Iterator[str]:
    """What he is called by his surname, if he has one that is Chinese."""
    if _CHINESE_NAME.fullmatch(name):
        surname = name[:2] if name.startswith(_COMPOUND) else name[0]
        yield from (f"{surname}{called}" for called in _ADDRESSED)
        yield from (f"{before}{surname}" for before in "老小阿" if len(surname) == 1)


def _phone_forms(phone: str) -> Iterator[str]:
    digits = fold(phone, for_names=False)
    digits = re.sub(r"^(?:00)?86(?=1[0-9]{10}$)", "", "".join(c for c in digits if c.isdecimal()))
    if len(digits) < 7:
        return
    yield digits
    yield from (digits[-length:] for length in (7, 8) if digits.startswith("0") and len(digits) - length in {3, 4})
    if len(digits) == MOBILE_LENGTH:
        yield from (
            fold(f"{said}{digits[-4:]}", for_names=False) for said in ("尾号", "尾号是", "尾号为", "后四位", "后四位是")
        )


def _mail_forms(email: str) -> Iterator[str]:
    yield fold(email, for_names=False)
    local = fold(email.partition("@")[0], for_names=False)
    yield local if len(local) > 4 else ""


def _address_forms(address: str) -> Iterator[str]:
    """Whole, and without what leads to it, as long as a number is left; with and without the last word."""
    rest, forms = address.strip(), []
    while rest:
        forms.append(rest)
        region = _REGION.match(rest)
        rest = rest[region.end() :] if region else ""
    first = re.search(r"[0-9０-９一二三四五六七八九十]", forms[-1]) if forms else None
    if first and len(re.findall(r"[0-9０-９]+", forms[-1])) > 1:
        forms.append(forms[-1][first.start() :])
    for form in forms:
        plain = fold(form, for_names=False)
        if form is forms[0] or (len(plain) >= 4 and any(c.isdecimal() for c in plain)):
            yield plain
            yield re.sub(r"(?<=[0-9])[室号户房]$", "", plain)
