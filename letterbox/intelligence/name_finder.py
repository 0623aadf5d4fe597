"""Finds full names of people in Chinese text: words and names compete for every character, the likelier reading wins.

A surname alone, with a title or not (王科长, 老王, 张某某), names nobody and is not found (decision 0120).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from letterbox.intelligence.foreign_names import foreign_names
from letterbox.intelligence.name_cues import ACTING, AFTER, AND_OTHERS, CALLED, STRONG_BEFORE, TITLES, Said
from letterbox.intelligence.number_finders import Span
from letterbox.intelligence.plain_text import PlainText

TABLES = Path(__file__).parent / "names"
SURNAMES = (
    "王李张刘陈杨黄吴赵周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金"
    "石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺"
    "顾毛郝龚邵万钱严覃武戚莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌"
    "毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华"
    "喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戈岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁"
    "沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝肖盘奉义"
    "卿付闫代伏禹匡粟龚欧佀晋楚乐战鞠鹿谌揭亢幸蔺郁厉鄢濮邰"
)
SELDOM = (
    "水云奚昌凤花酆廉皮元平湛狄贝计谈茅强危支昝裘干宣贲杭洪诸钮嵇滑荀羊於惠封芮羿储汲邴糜松井富乌巴弓牧隗山宓蓬郗班仰秋伊暴钭戎祖束韶郜蓟薄印宿怀"
    "鄂索咸籍赖屠阴鬱胥苍双闻莘贡劳逄扶堵宰郦雍郤璩寿扈燕冀郏浦别充慕茹习宦鱼容慎庾终暨居衡步满弘国广禄阙东殳沃利蔚夔隆厍晁勾融訾阚那毋乜养须丰巢"
    "蒯荆红竺逯盖益桓公展原门占冼漆海回禤植仝亓初宾树谯岐佴斯虎税冶淡剧银才尧忻哈楼戢勇钦矫邸旷咎眭辜訚镡库苌冒庹候衣郄揣拓仉督帅缑况郈琴归晨粘麹"
    "汝年腾凡昂撒逮仓铁茶伦伯格吾普革旦鄞蒿菅隽翦芶厐缴从都由"
)
"""Surnames of one in ten thousand and fewer; who has one is found where his given name or the words before him say so."""
COMPOUND = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐长孙宇文司徒夏侯端木独孤南宫西门申屠轩辕百里呼延太史淳于钟离闻人公冶濮阳单于"
        "鲜于乐正万俟赫连澹台宗政拓跋纳兰完颜司空司寇闾丘仲孙亓官东郭南门羊舌梁丘左丘尔朱那拉爱新叶赫",
    )
)
RARE = frozenset("和时明应时单全解代项应连任成常许方白何于安关路文高金钱车查")
"""Surnames that are words far more often."""
DOES = frozenset("查于向从由任全和代解应连")
"""Surnames that say after 请 or 彻 what is to be done: 请查云水居小区."""
ODDS = -44
"""Ten times the logarithm of how often a word of a letter is a full name [ours, tuned on the sentences]."""
UNKNOWN = 175
GIVEN_UNKNOWN = 130
ONE_CHARACTER, ONE_UNKNOWN, TWO_CHARACTERS = 24, 30, 2
STRONG, ROLE, WEAK, FOLLOWED, ACTS = 75, 45, 25, 25, 8
"""What a word before or after is worth."""
ALSO_A_WORD = 10
"""What it costs a name to be a word of the dictionary besides."""
LETTER_WORD = 105
"""The weight of a word of ``letters.txt``: words of letters to a county that the dictionary lacks or takes for names."""
NOT_PEOPLE = 75
"""The weight of a name of ``not_people.txt``: dead public figures, figures of stories, brands that sound like somebody."""
SAID = re.compile(
    r"(?:我(?:的名字)?叫|名叫|姓名|反映人|来信人|写信人|举报人|投诉人|联系人|申请人|落款|署名|户名|收件人|收款人)(?:是|"
    r"为)?[:： 】]{0,2}([\u4e00-\u9fff]{2,4})(?=[,，。;；、\s(（【】)）]|$)"
)
BESIDE_A_NUMBER = re.compile(
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
FAMILIARLY = 40
"""What it costs to stand after 老 or 小."""
COUNTED = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?(?:米|公里|元|万|亿|亩|吨|个|处|%|平)")
DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{0,4}[〔\[({﹝〈【][12][09][0-9]{2}[〕\])}﹞〉】]")
LISTED = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,3})(?=[、，。；,;]|$)")
PLACE = re.compile(
    r"(?:自然村|村(?![长支])|镇(?!长)|乡(?!长)|县(?!长)|市(?!长)|区(?!长)|路|街|巷|湾|山|桥|洞|庙|寺|祠|坪|冲|坳|岭|河|江|湖|水库|小学|中学|大学|大道|灌区|社区|"
    r"小区|"
    r"广场|公园|花园|超市|公司|医院|酒店|饭店|林场|煤矿|纪念|故居|故里|塘|坝|垌|组(?!长)|屯|寨|码头|渡口|车站|精神(?!分裂|病|障碍|失常|抚慰|状态)|滩|坡|沟|岗|岩|潭|泉|岛|洲|峡|堰|垭|堡|铺|圩|亭|塔|楼(?![上下道])|店(?![主长])|营(?!业)|集镇|垸|畈|墩|(?:建设|建筑|建材|实业|集团|矿业|科技|置业|地产|房产|房地产|物业|商贸|幼儿园|学校|诊所|药店|加油站|驾校|砖厂|养殖场|合作社)|记(?=[\u4e00-\u9fff]{0,4}(?:馆|店|铺|摊|面|粉))|苑|府|"
    r"园(?!长)|城(?!管)|庭(?!长)|大厦|家园|名城|国际|高速|"
    r"线)"
)
NATURE = frozenset("山江林坪泉岩亭岗洲峰潭岛")
"""Ends of places that are ends of names as well."""
CUT_IN_TWO = re.compile("建设|建筑|建材|地产|学校|水厂|水库|路口")
"""What a name must not take the first half of: 程华建筑公司."""
ALWAYS_PLACES = frozenset("路街巷村镇乡县区")
"""Ends of places even after what looks like a post: 石门镇长江路."""
CLAUSE = re.compile(r"[\u4e00-\u9fff]+")


@lru_cache(maxsize=1)
def _words() -> dict[str, int]:
    own = (TABLES / "letters.txt").read_text(encoding="utf-8").split()
    nobody = (TABLES / "not_people.txt").read_text(encoding="utf-8").split()
    return {**dict.fromkeys(own, LETTER_WORD), **_table("words.txt"), **dict.fromkeys(nobody, NOT_PEOPLE)}


@lru_cache(maxsize=1)
def _given() -> dict[str, int]:
    return _table("given.txt")


def _table(name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in (TABLES / name).read_text(encoding="utf-8").splitlines():
        weight, *words = line.split()
        found.update(dict.fromkeys(words, int(weight)))
    return found


@lru_cache(maxsize=1)
def _surnames() -> dict[str, int]:
    """Surname → ten times minus the logarithm of its share; the order of ``SURNAMES`` is that of frequency."""
    common = {name: 26 + min(place, 200) // 6 for place, name in enumerate(SURNAMES)}
    return {**dict.fromkeys(SELDOM, 85), **dict.fromkeys(COMPOUND, 60), **common}


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
        for match in BESIDE_A_NUMBER.finditer(read.text)
        if match.group(1)[0] in _surnames() and len(match.group(1)) < 4 and _may_be_name(match.group(1))
    )
    yield from (match.span(1) for match in SPACED.finditer(read.text))
    yield from (match.span(1) for match in APART.finditer(read.text) if _may_stand_apart(match.group(1)))
    yield from (
        match.span(1)
        for match in SPACED_OUT.finditer(read.text)
        if _may_stand_apart(match.group(1)) and STRONG_BEFORE.search(read.before(match.start(), 12).rstrip(" "))
    )
    found = [span for run in CLAUSE.finditer(read.text) for span in _names_of(read.text, *run.span())]
    yield from found
    yield from _listed_beside(read.text, found)


def _listed_beside(text: str, found: list[Span]) -> Iterator[Span]:
    """In a list of people every member is one: 张三元、李四喜、周五生, of which the words alone show the last."""
    ends, starts = {end for _, end in found}, {start for start, _ in found}
    members = [member.span(1) for member in LISTED.finditer(text) if member.group(1)[0] in _surnames()]
    for start, end in (*members, *reversed(members)):
        beside = (end + 1 in starts) + (start - 1 in ends)
        if start not in starts and beside and _may_be_listed(text[start:end], between=beside == 2):
            starts.add(start)
            ends.add(end)
            yield start, end


def _may_be_listed(member: str, *, between: bool) -> bool:
    """Between two names a word of the dictionary is one as well: 陆凤英、白玉兰、康淑珍."""
    if PLACE.fullmatch(member[-1]) and member[-1] not in NATURE:
        return False
    return _may_be_name(member) or (between and not TITLES.match(member, 1))


def _may_be_name(said: str) -> bool:
    """What stands where a name has to: no pronoun, no word of the dictionary."""
    return said[0] not in "我你他她它本是叫为这那不没" and said not in _words() and not TITLES.match(said, 1)


def _may_stand_apart(spaced: str) -> bool:
    """王 芳 is somebody, 方 便 a word that was torn apart."""
    name = spaced.replace(" ", "")
    return name not in _words() and all(character in _given() for character in name[1:]) and not TITLES.match(name, 1)


def _is_said_to_be_name(text: str, start: int, said: str) -> bool:
    """What is called a name is one, though the dictionary has it as a word: 我叫高峰."""
    if _may_be_name(said):
        return (
            said[0] in _surnames()
            or text[start - 1] in ": 】"
            or CALLED.search(text[max(0, start - 8) : start]) is not None
        )
    may_be_full = said[0] in SURNAMES and len(said) < 4 and not TITLES.match(said, 1)
    return may_be_full and CALLED.search(text[max(0, start - 8) : start]) is not None


def _names_of(text: str, start: int, end: int) -> Iterator[Span]:
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
    words = _words()
    yield words.get(text[at], UNKNOWN) + cost[place + 1], (1, False)
    for length in range(2, min(4, end - at) + 1):
        weight = words.get(text[at : at + length])
        if weight is not None:
            yield weight + cost[place + length], (length, False)
    if text[at] in _surnames() or text[at : at + 2] in COMPOUND:
        said = Said.before(text, at)
        for length in range(2, min(4, end - at) + 1):
            weight = _name_cost(text, at, length, said)
            if weight is not None:
                yield weight + cost[place + length], (length, True)


def _name_cost(text: str, at: int, length: int, said: Said) -> int | None:
    """None if it cannot be a name."""
    wide = text[at : at + 2] in COMPOUND and length > 2
    surname = text[at : at + 2] if wide else text[at]
    rest = text[at + len(surname) : at + length]
    if surname not in _surnames() or not 1 <= len(rest) <= 2 or TITLES.match(text, at + len(surname)):
        return None
    if _is_place(text, at + length, rest, is_called=said.called) or _is_something_else(
        text, at + length, surname, rest, said
    ):
        return None
    cost = _surnames()[surname] - ODDS + sum(_given().get(c, GIVEN_UNKNOWN) for c in rest)
    cost += TWO_CHARACTERS if len(rest) == 2 else ONE_CHARACTER + (0 if rest in _given() else ONE_UNKNOWN)
    cost += 15 if surname in RARE else 0
    cost += 15 if rest[-1] in NATURE and not said.called else 0
    cost += FAMILIARLY if said.familiar else 0
    cost += ALSO_A_WORD if text[at : at + length] in _words() else 0
    return cost - _worth_of(said, text, at + length)


def _worth_of(said: Said, text: str, end: int) -> int:
    """What the words before and after a name that ends at ``end`` are worth."""
    if said.called or (said.presents and text.startswith(",", end)):
        before = STRONG
    elif said.role:
        before = ROLE
    else:
        before = WEAK if said.weak else 0
    if AND_OTHERS.match(text, end):
        return before + STRONG
    if AFTER.match(text, end):
        return before + FOLLOWED
    return before + (ACTS if ACTING.match(text, end) else 0)


def _is_hardly_a_word(surname: str) -> bool:
    """阚 and 奚 say by themselves that somebody is meant, 花 and 海 do not."""
    return _words().get(surname, UNKNOWN) >= LETTER_WORD


def _is_something_else(text: str, end: int, surname: str, rest: str, said: Said) -> bool:
    """The beginning of a document's number, a measure, a word with a surname that hardly anybody has."""
    if said.asks and surname in DOES:
        return True
    if DOCUMENT_NUMBER.match(text, end) or rest == f"一{surname}":
        return True
    if said.called:
        return False
    if len(rest) == 1 and COUNTED.match(text, end):
        return True
    if said.presents or AFTER.match(text, end):
        return False
    return surname in SELDOM and not (len(rest) == 2 and (said.singled_out or _is_hardly_a_word(surname)))


def _is_place(text: str, end: int, rest: str, *, is_called: bool) -> bool:
    """It is called after somebody, or only looks like a name: 雷锋路, 周敦颐大道, 阳明山."""
    if PLACE.match(text, end) or (len(rest) == 1 and not is_called and PLACE.match(text, end + 1)):
        return True
    if CUT_IN_TWO.match(text, end - 1):
        return True
    if (len(rest) == 1 and rest in ALWAYS_PLACES) or (rest[0] == "家" and PLACE.fullmatch(rest[-1])):
        return True
    return not is_called and rest[-1] not in NATURE and PLACE.fullmatch(rest[-1]) is not None
