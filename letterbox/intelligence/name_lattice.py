"""How likely the characters at a place are a full name: words and names compete for every character, the likelier reading wins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from letterbox.intelligence.name_cues import ACTING, AFTER, AND_OTHERS, TITLES, Said
from letterbox.intelligence.number_finders import Span
from letterbox.intelligence.surnames import COMPOUND, DOES, RARE, SELDOM, SURNAMES

TABLES = Path(__file__).parent / "names"
ODDS = -44
"""Ten times the logarithm of how often a word of a letter is a full name [ours, tuned on the sentences]."""
UNKNOWN = 175
GIVEN_UNKNOWN = 130
ONE_CHARACTER, ONE_UNKNOWN, TWO_CHARACTERS = 24, 30, 2
STRONG, ROLE, WEAK, HINT, FOLLOWED, ACTS = 75, 45, 25, 12, 25, 8
"""What a word before or after is worth."""
ALSO_A_WORD = 10
"""What it costs a name to be a word of the dictionary besides."""
LETTER_WORD = 105
"""The weight of a word of ``letters.txt``: words of letters to a county that the dictionary lacks or takes for names."""
NOT_PEOPLE = 75
"""The weight of a name of ``not_people.txt``: dead public figures, figures of stories, brands that sound like somebody."""
TWO_SURNAMES = 75
COMMONEST = frozenset(SURNAMES[:100]) - RARE - set("曾向万于")
USUAL = 78
"""What a character of a given name weighs at most that very many have."""
UNSUPPORTED = 15
"""What it costs that nothing before or after says that somebody is meant."""
OF_A_FIRM = 80
"""What it costs to stand before what a firm or its goods are called by: 金福禧餐饮有限责任公司, 张亮麻辣烫."""
ALONE = 15
"""What it is worth to be all of a clause."""
SAID_THOUGH_A_WORD = 40
"""What it is worth to a word of the dictionary that somebody is meant before it and acts after it: 工友高原从架子上掉下来."""
FAMILIARLY = 40
"""What it costs to stand after 老 or 小."""
TITLED = re.compile("同志|先生|女士|师傅|老师")
UNITS = frozenset("年时元万石言户位成分")
"""Surnames that count something after a number."""
NEVER_GIVEN = frozenset("其等为者所以之至此但因并各同每月日号钱楼发许法定有无内外后前上下里时乱计家")
"""What is nobody's whole given name, though a part of one."""
COUNTED = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?(?:米|公里|元|万|亿|亩|吨|个|处|%|平)")
DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{0,4}[〔\[({﹝〈【][12][09][0-9]{2}[〕\])}﹞〉】]")
PLACE = re.compile(
    r"(?:自然村|村(?![长支])|镇(?!长)|乡(?!长)|县(?!长)|市(?!长)|区(?!长)|路|街|巷|湾|山|桥|洞|庙|寺|祠|坪|冲|坳|岭|河|江|湖|水库|小学|中学|大学|大道|灌区|社区|"
    r"小区|"
    r"广场|公园|花园|超市|公司|医院|酒店|饭店|林场|煤矿|纪念|故居|故里|塘|坝|垌|组(?!长)|屯|寨|码头|渡口|车站|精神(?!分裂|病|障碍|失常|抚慰|状态)|滩|坡|沟|岗|岩|潭|泉|岛|洲|峡|堰|垭|堡|铺|圩|亭|塔|楼(?![上下道])|店(?![主长])|营(?!业)|集镇|垸|畈|墩|(?:建设|建筑|建材|实业|集团|矿业|科技|置业|地产|房产|房地产|物业|商贸|幼儿园|学校|诊所|药店|加油站|驾校|砖厂|养殖场|合作社)|记(?=[\u4e00-\u9fff]{0,4}(?:馆|店|铺|摊|面|粉))|苑|府|"
    r"园(?!长)|城(?!管)|庭(?!长)|大厦|家园|名城|国际|高速|"
    r"线)"
)
NATURE = frozenset("山江林坪泉岩亭岗洲峰潭岛")
"""Ends of places that are ends of names as well."""
CUT_IN_TWO = re.compile("建设|建筑|建材|地产|学校|水厂|水库|路口|大道|大桥|大厦|大街|广场|国际|园区|[东西南北中][路街]")
"""What a name must not take the first half of: 程华建筑公司."""
ALWAYS_PLACES = frozenset("路街巷村镇乡县区湖")
"""Ends of places even after what looks like a post: 石门镇长江路."""
SCHOOLS = frozenset({"小学", "中学", "大学", "小区", "社区", "公司", "医院"})
GOODS = re.compile(
    "(?:面条|水饺|饺子|麻辣烫|黄?焖鸡|烤鸭|凉皮|凉粉|米粉|米线|奶茶|蛋糕|面包|火锅|烧烤店|包子铺|牛肉面|热干面|鸭脖|辣酱|"
    "热水器|油烟机|空调|冰箱|洗衣机|电视机|电动车|眼镜店|珠宝|金店|药房|大药房|画展|书法)"
)
"""What is sold under somebody's name: 张亮麻辣烫."""
OF_A_HOUSE = re.compile(
    r"[^的在是和与跟到去从被把给向对说让叫为了过着有没不也就又都来将该及或同等做办开欠找打骂、,，。]{0,4}?(?:有限|责任公司|公司|集团|业委会|居委会|街办|街道|校区|医院|商场|购物中心|合作社|加油站|"
    r"4S店|饭馆|餐厅|火锅|面条|水饺|麻辣烫|焖鸡|烤鸭|凉皮|米粉|奶茶|蛋糕|面包|热水器|油烟机|空调|冰箱|洗衣机|电器|电池|手机店|大药房|眼镜|家具|家纺|服饰|"
    r"系列|工业园|自来水|轨道|行政村|进修|国家级|牌(?![^,，。]?[位号]))"
)
ENDED = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]")


@lru_cache(maxsize=1)
def words() -> dict[str, int]:
    own = (TABLES / "letters.txt").read_text(encoding="utf-8").split()
    nobody = (TABLES / "not_people.txt").read_text(encoding="utf-8").split()
    return {**dict.fromkeys(own, LETTER_WORD), **_table("words.txt"), **dict.fromkeys(nobody, NOT_PEOPLE)}


@lru_cache(maxsize=1)
def also_names() -> frozenset[str]:
    return frozenset((TABLES / "also_names.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def given() -> dict[str, int]:
    return _table("given.txt")


def _table(name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in (TABLES / name).read_text(encoding="utf-8").splitlines():
        weight, *words = line.split()
        found.update(dict.fromkeys(words, int(weight)))
    return found


@lru_cache(maxsize=1)
def surnames() -> dict[str, int]:
    """Surname → ten times minus the logarithm of its share; the order of ``SURNAMES`` is that of frequency."""
    common = {name: 26 + min(place, 200) // 6 for place, name in enumerate(SURNAMES)}
    return {**dict.fromkeys(SELDOM, 85), **{name: 95 if name in words() else 60 for name in COMPOUND}, **common}


def likeliest_names(text: str, start: int, end: int) -> Iterator[Span]:
    """The likeliest way to cut ``text[start:end]`` into words and names, from the right so that what follows is known."""
    size = end - start
    cost = [0] * (size + 1)
    step = [(1, False)] * (size + 1)
    for at in range(size - 1, -1, -1):
        cost[at], step[at] = min(_steps(text, start + at, end, at, cost))
    at = 0
    while at < size:
        length, is_name = step[at]
        if is_name:
            yield start + at, start + at + length
        at += length


def _steps(text: str, at: int, end: int, place: int, cost: list[int]) -> Iterator[tuple[int, tuple[int, bool]]]:
    known = words()
    yield known.get(text[at], UNKNOWN) + cost[place + 1], (1, False)
    for length in range(2, min(4, end - at) + 1):
        weight = known.get(text[at : at + length])
        if weight is not None:
            yield weight + cost[place + length], (length, False)
    if text[at] in surnames() or text[at : at + 2] in COMPOUND:
        said = Said.before(text, at)
        for length in range(2, min(4, end - at) + 1):
            weight = _name_cost(text, at, length, said)
            if weight is not None:
                yield weight + cost[place + length], (length, True)


def _name_cost(text: str, at: int, length: int, said: Said) -> int | None:
    """None if it cannot be a name."""
    if length == 2 and text[at : at + 2] in COMPOUND:
        return None
    wide = length > 2 and (text[at : at + 2] in COMPOUND or (said.called and _has_two_surnames(text[at : at + length])))
    surname = text[at : at + 2] if wide else text[at]
    rest = text[at + len(surname) : at + length]
    if not (wide or surname in surnames()) or not 1 <= len(rest) <= 2 or TITLES.match(text, at + len(surname)):
        return None
    if is_place(text, at + length, rest, is_called=said.called) or _is_something_else(
        text, at + length, surname, rest, said
    ):
        return None
    cost = surnames().get(surname, TWO_SURNAMES) - ODDS + sum(given().get(c, GIVEN_UNKNOWN) for c in rest)
    cost += TWO_CHARACTERS if len(rest) == 2 else ONE_CHARACTER + (0 if rest in given() else ONE_UNKNOWN)
    cost += 15 if surname in RARE else 0
    cost += UNSUPPORTED if not said.is_support and not acts(text, at + length) else 0
    cost += OF_A_FIRM if not said.called and OF_A_HOUSE.match(text, at + length) else 0
    cost += 15 if rest[-1] in NATURE and not said.called else 0
    cost += FAMILIARLY if said.familiar else 0
    if text[at : at + length] in words():
        is_meant = said.of_one and text[at : at + length] in also_names() and acts(text, at + length)
        cost += -SAID_THOUGH_A_WORD if is_meant else ALSO_A_WORD
    return cost - _worth_of(said, text, at + length, length)


def _has_two_surnames(name: str) -> bool:
    """Of father and mother, and a usual given name of two characters: 李王子涵."""
    if len(name) != 4 or not COMMONEST.issuperset(name[:2]) or name[:2] in words() or name[-1] in "和向与有":
        return False
    return all(given().get(each, GIVEN_UNKNOWN) <= USUAL for each in name[2:])


def acts(text: str, end: int) -> bool:
    """What follows goes on as after a person."""
    return end == len(text) or bool(ENDED.match(text, end) or AFTER.match(text, end) or ACTING.match(text, end))


def _worth_of(said: Said, text: str, end: int, length: int) -> int:
    """What the words before and after a name that ends at ``end`` are worth."""
    if said.called or (said.presents and text.startswith(",", end)):
        before = STRONG
    elif said.role:
        before = ROLE
    else:
        before = WEAK if said.weak else HINT if said.hinted else 0
        if said.begins and length > 2 and (end == len(text) or ENDED.match(text, end)):
            before += ALONE
    if AND_OTHERS.match(text, end):
        return before + STRONG
    if AFTER.match(text, end):
        return before + FOLLOWED
    return before + (ACTS if ACTING.match(text, end) else 0)


def _is_hardly_a_word(surname: str) -> bool:
    """阚 and 奚 say by themselves that somebody is meant, 花 and 海 do not."""
    return words().get(surname, UNKNOWN) >= LETTER_WORD


def _is_something_else(text: str, end: int, surname: str, rest: str, said: Said) -> bool:
    """The beginning of a document's number, a measure, a word with a surname that hardly anybody has."""
    if (said.asks and surname in DOES and not TITLED.match(text, end)) or (said.counts and surname in UNITS):
        return True
    if rest in NEVER_GIVEN and not said.called:
        return True
    if DOCUMENT_NUMBER.match(text, end) or rest == f"一{surname}":
        return True
    if said.called:
        return False
    if len(rest) == 1 and COUNTED.match(text, end):
        return True
    if said.presents or AFTER.match(text, end):
        return False
    if surname not in SELDOM or said.role:
        return False
    return len(rest) == 1 or not (
        said.singled_out or _is_hardly_a_word(surname) or ((said.weak or said.begins) and acts(text, end))
    )


def is_place(text: str, end: int, rest: str, *, is_called: bool) -> bool:
    """It is called after somebody, or only looks like a name: 雷锋路, 周敦颐大道, 阳明山."""
    if PLACE.match(text, end) or (
        len(rest) == 1 and not is_called and not ACTING.match(text, end) and PLACE.match(text, end + 1)
    ):
        return True
    if CUT_IN_TWO.match(text, end - 1):
        return True
    may_be_given = rest[-1] == "镇" and len(rest) > 1 and is_called and acts(text, end)
    if rest[-1] in ALWAYS_PLACES and not may_be_given:
        return True
    if (
        rest in SCHOOLS
        or GOODS.match(text, end)
        or GOODS.match(text, end + (len(rest) == 1))
        or (rest[0] == "家" and PLACE.fullmatch(rest[-1]))
    ):
        return True
    return not is_called and rest[-1] not in NATURE and PLACE.fullmatch(rest[-1]) is not None
