"""Finds full names of people in Chinese text: words and names compete for every character, the likelier reading wins.

A surname alone, with a title or not (王科长, 老王, 张某某), names nobody and is not found (decision 0120).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

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
COMPOUND = frozenset(
    [
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
        "长孙",
        "宇文",
        "司徒",
        "夏侯",
        "端木",
        "独孤",
        "南宫",
        "西门",
        "申屠",
        "轩辕",
        "百里",
        "呼延",
        "太史",
        "淳于",
        "钟离",
        "闻人",
        "公冶",
        "濮阳",
        "单于",
    ]
)
RARE = frozenset("和时明应时单全解代项应连任成常许方白何于安关路文高金")
"""Surnames that are words far more often."""
ODDS = -44
"""Ten times the logarithm of how often a word of a letter is a full name [ours, tuned on the sentences]."""
UNKNOWN = 175
GIVEN_UNKNOWN = 120
ONE_CHARACTER, TWO_CHARACTERS = 24, 2
STRONG, WEAK, FOLLOWED = 70, 25, 25
"""What a word before or after is worth."""
LETTER_WORD = 105
"""The weight of a word of ``letters.txt``: words of letters to a county that the dictionary lacks or takes for names."""
TITLES = re.compile(
    r"(?:科长|书记|主任|局长|镇长|乡长|县长|市长|区长|所长|院长|校长|园长|老师|医生|大夫|大爷|大妈|大叔|大伯|伯|大娘|大婶|大哥|"
    r"大姐|阿姨|师傅|老板|老总|经理|先生|女士|小姐|同志|队长|组长|会计|"
    r"奶奶|爷爷|叔叔|伯伯|婆婆|嫂子?|姨|姐|哥|总|氏(?![\u4e00-\u9fff])|姓|家|法官|警官|律师|教授|部长|处长|股长|站长|支书|村长|"
    r"秘书|干事|干部|干警|护士|主管|董事?|所|局|科|副.?|某.?)"
)
STRONG_BEFORE = re.compile(
    r"(?:我叫|叫做|名叫|叫|本人|姓名|名字|反映人|来信人|写信人|举报人|投诉人|信访人|联系人|申请人|负责人|经手人|收款人|收件人|"
    r"当事人|委托人|受托人|代理人|法人|法定代表人|借款人|担保人|证人|被告|原告|死者|伤者|患者|落款|署名|"
    r"村民代表|村民小组长|村民|居民|业主|租户|户主|住户|邻居|隔壁|房东|车主|司机|老板|包工头|工头|工友|同事|同学|同乡|老乡|朋友|"
    r"战友|组长|队长|支书|书记|秘书|干事|主任|村长|会计|镇长|乡长|县长|局长|科长|所长|院长|校长|老师|医生|护士|民警|警察|"
    r"辅警|队员|保安|经理|中介|网格员|党员|干部|职工|工人|农民|学生|教师|军人|老人|老兵|残疾人|五保户|低保户|特困户|贫困户|"
    r"养猪户|养殖户|商户|店主|摊主|代表|"
    r"父亲|母亲|爸爸|妈妈|丈夫|妻子|爱人|老公|老婆|儿子|女儿|孩子|小孩|孙子|孙女|外孙|外孙女|哥哥|弟弟|姐姐|妹妹|爷爷|奶奶|外公|"
    r"外婆|岳父|岳母|公公|婆婆|叔叔|伯父|舅舅|姑姑|姨妈|表哥|表弟|表姐|表妹|堂哥|堂弟|侄子|侄女|女婿|儿媳|家属|"
    r"联系|转告|转交|户名)(?:叫|名叫|是|为|姓名|的)?[:： ，,“\"（(]{0,2}$"
)
WEAK_BEFORE = re.compile(r"(?:找|跟|向|被|由|给|听|问|请|和|与|、|男|女|的|是|[:：])$")
AFTER = re.compile(
    r"(?:同志|先生|女士|小姐|老师|医生|大夫|律师|书记|主任|局长|科长|所长|校长|院长|经理|老板|"
    r"等[十0-9一二三四五六七八九几多人户]|敬上|敬呈|敬启|上$|家的|家里|反映|举报|投诉|说|称|承诺|签字|欠|拖欠|收|打|骂|偷|强占|"
    r"霸占|住|，男|，女|,男|,女| ?[(（]?(?:身份证|电话|手机|1[3-9][0-9]))"
)
SAID = re.compile(
    r"(?:我(?:的名字)?叫|名叫|姓名|反映人|来信人|写信人|举报人|投诉人|联系人|申请人|落款|署名|户名|收件人|收款人)(?:是|"
    r"为)?[:： ]{0,2}([\u4e00-\u9fff]{2,4})(?=[,，。;；、\s(（]|$)"
)
SPACED = re.compile(
    rf"(?:叫|姓名|联系人?|申请人|来信人|反映人|举报人|户名|落款|：|:)[:： ]{{0,2}}([{SURNAMES}](?: [\u4e00-\u9fff]){{1,2}})"
    rf"(?![\u4e00-\u9fff]| [\u4e00-\u9fff])"
)
LISTED = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,3})(?=[、，。；,;]|$)")
PLACE = re.compile(
    r"(?:自然村|村|镇|乡|县|市|区|路|街|巷|湾|山|桥|洞|庙|寺|祠|坪|冲|坳|岭|河|江|湖|水库|小学|中学|大学|大道|灌区|社区|小区|"
    r"广场|公园|花园|超市|公司|医院|酒店|饭店|林场|煤矿|纪念|故居|故里|塘|坝|垌|组(?!长)|屯|寨|码头|渡口|车站|精神)"
)
NATURE = frozenset("山江林坪")
"""Ends of places that are ends of names as well."""
FOREIGN = (
    "[卜逊甫娅妮莎蒂森德瓦莱克阔朗衮敏图木格高娃珠旦曲顿堆贡嘎嘉泽罕丹荣敦恩拜因塞买阿艾巴白毕布茶达代登迪杜多俄尔法弗盖格古哈海"
    "汗合赫吉加江卡凯肯库拉兰勒里力丽列林鲁罗麻马买曼茂麦美米莫木姆穆娜纳努诺帕培皮普其恰琴热仁如萨塞赛山沙什斯苏孙索塔太泰特提图"
    "吐托瓦万旺维乌西希谢雅亚扬叶伊依衣优尤玉月则扎札哲珍只卓孜祖别克孜江艾提尼牙孜不都热合曼伯克才让措姆次仁吾肉玛桑吉平嘎玛加央金拥]"
)
WITH_DOT = re.compile(rf"{FOREIGN}{{2,8}}(?:[·.]{FOREIGN}{{1,8}}){{1,3}}")
CLAUSE = re.compile(r"[\u4e00-\u9fff]+")


@lru_cache(maxsize=1)
def _words() -> dict[str, int]:
    own = (TABLES / "letters.txt").read_text(encoding="utf-8").split()
    return {**dict.fromkeys(own, LETTER_WORD), **_table("words.txt")}


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
    return {**dict.fromkeys(COMPOUND, 60), **{name: 26 + min(place, 200) // 6 for place, name in enumerate(SURNAMES)}}


def names(read: PlainText) -> Iterator[Span]:
    """Full names, left to right."""
    yield from (match.span() for match in WITH_DOT.finditer(read.text))
    yield from (match.span(1) for match in SAID.finditer(read.text) if _may_be_name(match.group(1)))
    yield from (match.span(1) for match in SPACED.finditer(read.text))
    found = [span for run in CLAUSE.finditer(read.text) for span in _names_of(read.text, *run.span())]
    yield from found
    yield from _listed_beside(read.text, found)


def _listed_beside(text: str, found: list[Span]) -> Iterator[Span]:
    """In a list of people every member is one: 张三元、李四喜、周五生, of which the words alone show the last."""
    ends, starts = {end for _, end in found}, {start for start, _ in found}
    members = [member.span(1) for member in LISTED.finditer(text) if _may_be_listed(member.group(1))]
    for start, end in (*members, *reversed(members)):
        if start not in starts and (end + 1 in starts or start - 1 in ends):
            starts.add(start)
            ends.add(end)
            yield start, end


def _may_be_listed(member: str) -> bool:
    return member[0] in _surnames() and _may_be_name(member) and not PLACE.fullmatch(member[-1])


def _may_be_name(said: str) -> bool:
    """What stands where a name has to: no pronoun, no word of the dictionary."""
    return said[0] not in "我你他她它本是叫为这那不没" and said not in _words() and not TITLES.match(said, 1)


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
    for length in range(2, min(4, end - at) + 1):
        weight = _name_cost(text, at, length)
        if weight is not None:
            yield weight + cost[place + length], (length, True)


def _name_cost(text: str, at: int, length: int) -> int | None:
    """None if it cannot be a name."""
    surnames, given = _surnames(), _given()
    wide = text[at : at + 2] in COMPOUND and length > 2
    surname = text[at : at + 2] if wide else text[at]
    rest = text[at + len(surname) : at + length]
    if surname not in surnames or not 1 <= len(rest) <= 2 or TITLES.match(text, at + len(surname)):
        return None
    is_called = STRONG_BEFORE.search(text[max(0, at - 9) : at])
    if _is_place(text, at + length, rest, is_called=bool(is_called)) or rest == f"一{surname}":
        return None
    cost = surnames[surname] - ODDS + sum(given.get(c, GIVEN_UNKNOWN) for c in rest)
    cost += ONE_CHARACTER if len(rest) == 1 else TWO_CHARACTERS
    cost += 15 if surname in RARE else 0
    cost += 15 if rest[-1] in NATURE and not is_called else 0
    if is_called:
        cost -= STRONG
    elif at == 0 or WEAK_BEFORE.search(text[at - 1 : at]):
        cost -= WEAK
    return cost - (FOLLOWED if AFTER.match(text, at + length) else 0)


def _is_place(text: str, end: int, rest: str, *, is_called: bool) -> bool:
    """It is called after somebody, or only looks like a name: 雷锋路, 周敦颐大道, 阳明山."""
    if PLACE.match(text, end) or (len(rest) == 1 and not is_called and PLACE.match(text, end + 1)):
        return True
    return not is_called and rest[-1] not in NATURE and PLACE.fullmatch(rest[-1]) is not None
