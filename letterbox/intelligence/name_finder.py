"""Finds full names of people in Chinese text.

A surname alone, with a title or not (王科长, 老王, 张某某), names nobody and is not found (decision 0120).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from letterbox.intelligence.foreign_names import foreign_names
from letterbox.intelligence.name_cues import AFTER, CALLED, STRONG_BEFORE, TITLES, Said
from letterbox.intelligence.name_lattice import (
    NATURE,
    PLACE,
    UNITS,
    acts,
    also_names,
    given,
    is_place,
    likeliest_names,
    surnames,
    words,
)
from letterbox.intelligence.number_finders import Span
from letterbox.intelligence.plain_text import PlainText
from letterbox.intelligence.surnames import SURNAMES

SAID = re.compile(
    r"(?:我(?:的名字)?叫|名叫|姓名|反映人|来信人|写信人|举报人|投诉人|联系人|申请人|落款|署名|户名|收件人|收款人)(?:是|"
    r"为)?[:： 】]{0,2}([\u4e00-\u9fff]{2,4})(?=[,，。;；、\s(（【】)）]|$)"
)
NEXT_TO_A_NUMBER = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,4})(?=[ ,(:/|]{1,3}(?:[男女][, |]{0,2})?(?:(?:19|20)[0-9\-.年月日/]{6,9} ?)?"
    r"(?:身份证号?码?:?|电话:?|手机:?)?(?:[1-8][0-9]{16}[0-9Xx]|1[3-9][0-9]{9})(?![0-9]))"
)
"""Who stands beside an identity number or a mobile number in a list."""
SPACED_OUT = re.compile(rf"(?<![\u4e00-\u9fff])([{SURNAMES}](?: (?![男女])[\u4e00-\u9fff]){{1,2}})(?![\u4e00-\u9fff])")
APART = re.compile(
    rf"(?:^|(?<=[\n,，。;；:：(（、]))([{SURNAMES}](?: [\u4e00-\u9fff]){{1,2}})"
    rf"(?=$|[\n,，。;；、)）]|[两三四][位人名]| {{1,4}}(?:[0-9\n]|$))"
)
SPACED = re.compile(
    rf"(?:叫|姓名|联系人?|申请人|来信人|反映人|举报人|户名|落款|：|:)[:： ]{{0,2}}([{SURNAMES}](?: [\u4e00-\u9fff]){{1,2}})"
    rf"(?![\u4e00-\u9fff]| [\u4e00-\u9fff])"
)
LISTED = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,3}?)(?=[、，。；,;]|$|[都均等]|[两三四五六七]人|签字)")
USUAL = 90
"""What a character of a given name weighs at most that many have."""
CLAUSE = re.compile(r"[\u4e00-\u9fff]+")


def names(read: PlainText) -> Iterator[Span]:
    """Full names, left to right."""
    yield from foreign_names(read)
    yield from (
        match.span(1)
        for match in SAID.finditer(read.text)
        if _is_said_to_be_name(read.text, match.start(1), match.group(1))
    )
    yield from (
        match.span(1)
        for match in NEXT_TO_A_NUMBER.finditer(read.text)
        if match.group(1)[0] in surnames() and len(match.group(1)) < 4 and _may_be_name(match.group(1))
    )
    yield from (match.span(1) for match in SPACED.finditer(read.text))
    yield from (match.span(1) for match in APART.finditer(read.text) if _may_stand_apart(match.group(1)))
    yield from (
        match.span(1)
        for match in SPACED_OUT.finditer(read.text)
        if _may_stand_apart(match.group(1)) and STRONG_BEFORE.search(read.before(match.start(), 12).rstrip(" "))
    )
    found = [span for run in CLAUSE.finditer(read.text) for span in likeliest_names(read.text, *run.span())]
    yield from found
    yield from _listed_neighbours(read.text, found)


def _listed_neighbours(text: str, found: list[Span]) -> Iterator[Span]:
    """In a list of people every member is one: 张三元、李四喜、周五生, of which the words alone show the last."""
    ends, starts = {end for _, end in found}, {start for start, _ in found}
    members = [member.span(1) for member in LISTED.finditer(text) if member.group(1)[0] in surnames()]
    for start, end in (*members, *reversed(members)):
        neighbours = (end + 1 in starts) + (start - 1 in ends)
        is_counted = text[start] in UNITS and text[start - 1 : start].isdigit()
        if (
            start not in starts
            and neighbours
            and not is_counted
            and _may_be_listed(text[start:end], between=neighbours == 2)
        ):
            starts.add(start)
            ends.add(end)
            yield start, end


def _may_be_listed(member: str, *, between: bool) -> bool:
    """Between two names a word of the dictionary is one as well: 陆凤英、白玉兰、康淑珍."""
    if PLACE.fullmatch(member[-1]) and member[-1] not in NATURE:
        return False
    return _may_be_name(member) or member in also_names() or (between and not TITLES.match(member, 1))


def _may_be_name(said: str) -> bool:
    """What stands where a name has to: no pronoun, no word of the dictionary."""
    return said[0] not in "我你他她它本是叫为这那不没" and said not in words() and not TITLES.match(said, 1)


def _may_stand_apart(spaced: str) -> bool:
    """王 芳 is somebody, 方 便 a word that was torn apart."""
    name = spaced.replace(" ", "")
    return name not in words() and all(character in given() for character in name[1:]) and not TITLES.match(name, 1)


def _is_said_to_be_name(text: str, start: int, said: str) -> bool:
    """What is called a name is one, though the dictionary has it as a word: 我叫高峰."""
    if _may_be_name(said):
        return (
            said[0] in surnames()
            or text[start - 1] in ": 】"
            or (text[start - 1] in "叫是为" and CALLED.search(text[max(0, start - 8) : start]) is not None)
        )
    may_be_full = said[0] in SURNAMES and len(said) < 4 and not TITLES.match(said, 1)
    return may_be_full and CALLED.search(text[max(0, start - 8) : start]) is not None


def named_again(read: PlainText, named: Collection[str]) -> Iterator[Span]:
    """Wherever the text says the names in ``named`` again; a word only where what stands beside it lets somebody be meant."""
    if not named:
        return
    lengths = sorted({len(name) for name in named}, reverse=True)
    text, at = read.text, 0
    while at < len(text):
        name = next((text[at : at + length] for length in lengths if text[at : at + length] in named), None)
        if name is not None and _is_again(text, at, name):
            yield at, at + len(name)
            at += len(name)
        else:
            at += 1


def surely_named(read: PlainText, spans: Iterable[Span]) -> Iterator[str]:
    """Names that are nobody's by mistake: the words around say so, or they are of three characters that names have."""
    for start, end in spans:
        said, name = Said.before(read.text, start), read.text[start:end]
        is_supported = said.called or said.presents or AFTER.match(read.text, end)
        if name in words() and name not in also_names():
            continue
        if is_supported or _looks_like_nothing_else(name):
            yield name


def _looks_like_nothing_else(name: str) -> bool:
    return (
        len(name) > 2 and not PLACE.fullmatch(name[-1]) and all(given().get(each, 999) <= USUAL for each in name[-2:])
    )


def _is_again(text: str, at: int, name: str) -> bool:
    end = at + len(name)
    if is_place(text, end, name[1:], is_called=True):
        return False
    if name not in words():
        return True
    said = Said.before(text, at)
    return said.weak or said.called or acts(text, end)
