"""Finds addresses to the door: a room, a house's number, a group of a village, where somebody is said to live there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from letterbox.intelligence.number_finders import Span
from letterbox.intelligence.plain_text import PlainText

NUMBER = r"(?:[0-9]{1,4}|[一二三四五六七八九十百零〇]{1,4}|[甲乙丙丁东西南北中][0-9]{0,3}|[A-Za-z][0-9]{0,3})"
BUILDING = rf"{NUMBER}(?:栋|幢|座|号楼|#楼|#(?=[0-9]{{1,2}}-[0-9]{{3,4}})|号院|弄|棟)"
DOOR = r"(?:[0-9]{1,4}|[A-Za-z](?=室|座|户)|[一二三四五六七八九零〇十]{1,4})(?:[\-][0-9]{1,4}){0,2}"
COUNTED = (
    "(?:[一二三四五六七八九十](?:[层面楼栋户个]|号楼)|套|面|到|至|号楼|栋|幢|楼|层|部|台|个|年|月|日|元|万|人|次|米|根|条|盏|"
    "户[^,，。;；\\s]|[ ]?单元)"
)
ROOM = re.compile(
    rf"{BUILDING}[ ,]?(?:[0-9]{{1,3}}排)?(?:[\u4e00-\u9fff]{{0,4}}{NUMBER}(?:单元|门|梯)|[东西南北中]单元)?[ ,]?(?:{NUMBER}(?:楼|"
    rf"层))?[ ,]?"
    rf"(?:{DOOR}(?![0-9])(?:室|房|号房?(?:[0-9]{{3,4}}室?)?|户)?|[东西南北中]户)(?!{COUNTED})"
)
ROOM_BY_DASHES = re.compile(r"(?<=[\u4e00-\u9fff])(?<![码号为])[A-Za-z]?[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4}(?![0-9\-])")
BARE_ROOM = re.compile(r"(?<![0-9])[0-9]{3,4}(?:室|房|号房)")
VILLAGE = re.compile(
    r"(?<!个)(?:村|社区|居委会|自然村|寨|湾|屯|村小组)(?:村民小?组|小组)?[ ]?(?:第?[0-9一二三四五六七八九十]{1,3}(?:组|队|社)"
    r"[ ]?(?:[0-9一二三四五六七八九十]{1,4}号)?|[0-9]{1,4}号(?!楼)|[\u4e00-\u9fff]{1,4}(?:组|院子|屋场)(?:[0-9]{1,4}号)?)"
)
STREET = re.compile(
    rf"(?:路|街|巷|道|弄|胡同|里|段|旁|院|苑|村|坪|园|社区|小区)"
    rf"[ ]?(?:[一二三四五六七八九东西南北中]段)?[甲乙]?(?:[0-9]{{1,3}}弄)?[0-9]{{1,4}}(?:-[0-9]{{1,3}})?号(?!楼)"
    rf"(?:附[0-9]{{1,3}}号|"
    rf"[前后东西南北内大]?院(?:[0-9]{{1,3}}排[0-9]{{1,3}}号)?)?(?:[0-9一二三四五六七八九]{{1,2}}[楼层])?(?:[0-9]{{3,4}}室?)?(?:{NUMBER}单元)?(?:[0-9"
    rf"]{{3,4}}室?)?"
)
LANE_ROOM = re.compile(
    r"(?:楼|宿舍|公寓|家属楼|宿舍楼|厂房)(?:[A-Za-z]?[0-9]{1,2}(?:栋|-))?[ ]?[0-9]{3,4}(?:室|房)?(?![0-9\u4e00-\u9fff]?(?:年|元|人|米|万))"
)
PART = r"(?:排|栋|幢|座|号楼|#楼?|单元|楼|层|号院|号房?|室|房(?!屋)|组|队|门|家)"
SIDE = "(?:[东西南北中左右]边?(?:户|手|侧|头|门|间)|对门)"
SAID_HOME = re.compile(
    rf"(?:家住|现住|租住|居住|户籍|暂住|(?:住址|地址|门牌号?)(?:是|为|在)?[:：]?|(?:我家|他家|她家|房子)(?:就?在|住)|"
    rf"住(?!院|户|宿费|建|房|宅))[在于]?[ ]?"
    rf"([\u4e00-\u9fff](?:(?![的了着过有约被把证共现不])[\u4e00-\u9fffA-Za-z0-9]){{1,24}}?(?:{NUMBER}{PART}[ \-]?){{1,5}}"
    rf"(?:{DOOR}(?![0-9]))?{SIDE}?)"
)
HOME_BY_DASH = re.compile(
    r"(?:住在?(?!院|户|宿|建|房|宅)|租在|租住在?|现住|住址[:：]?|家在)((?:(?![的了着过到把被])[\u4e00-\u9fffA-Za-z0-9]){2,20}?[0-9]{1,2}-[0-9]{1,4})(?![0-9\-年月日号])"
)
TO_THE_DOOR = re.compile(
    rf"(?:[0-9一二三四五六七八九十]-?号房?|第[一二三四五六七八九]家|室|房|{SIDE}|[栋幢座#楼单元-]{NUMBER}?[0-9]{{3,4}})[ \-]?$"
)
DEGREES = r"[:： ]?[0-9]{1,3}(?:\.[0-9]{2,8})?[°度]?(?:[0-9]{1,2}[′'分])?(?:[0-9]{1,2}(?:\.[0-9]{1,4})?[″\"秒])?"
COORDINATES = re.compile(
    rf"(?:[东西]经|经度|[EW]){DEGREES}[,， 、]{{0,2}}(?:[南北]纬|纬度|[NS]){DEGREES}|"
    rf"(?:[南北]纬|纬度|[NS]){DEGREES}[,， 、]{{0,2}}(?:[东西]经|经度|[EW]){DEGREES}"
)
OWN_PLACE = re.compile(r"(?:[我他她本](?:们)?家|家里|家的|住|房子|老屋|老宅)")
HOME_AFTER = re.compile("[,，]?(?:就|也|才)?是(?:我|我们|他|她|我的)家")
SAYS_WHO = re.compile(
    r"(?:我|本人|俺|他|她|[^们]是|系|名|叫|(?:^|[,，。;；:：\n])[\u4e00-\u9fff]{2,4}[,，])$|(?:我|本人|系|俺)是?$"
)
VILLAGER = re.compile(r"的?(?:一名|一个|普通)?(?:村民|居民|农民|社员|人(?=[,，。;；、 \n]|$))")
HOME = re.compile(
    r"(?:居住地址?|户籍(?!派出|科|管|室|民警)|家庭住址|家庭地址|通[讯信]地址|邮寄地址|收货地址|联系地址|房屋坐落|住址|住所|地址|坐落|现住|"
    r"现居|租住|居住|常住|暂住|家住|住在|住|"
    r"我家|他家|她家|家在|房子在?|户口在?|门牌号?|寄到|送到|快递|收件|新房|户主|房东家|租的房子|躲在|人在|楼上|楼下|隔壁|邻居)"
)
LEADS_IN = re.compile(
    r"(?:居住地址?|户籍地址|家庭住址|家庭地址|通[讯信]地址|邮寄地址|收货地址|联系地址|房屋坐落|户籍(?:所在)?地?|住址|住所|地址|坐落于?|"
    r"现住址?|系(?![统列])|现居|租住|居住|常住|暂住|家住|住在?|"
    r"家在|房子|户口|门牌|寄到|寄往|送到|送往|放到|新房|我家|他家|她家|是|在|于|为|:|：|\(|（|,|，|、|。|;|；|\s|的|东头|西头|到|和|与|至)"
)
PUBLIC_PLACE = re.compile(r"(?:政务|行政|政府|办事|便民|服务中心|办公|教学|会议|法院|医院)")
PRIVATE_PLACE = re.compile(r"(?:家属|宿舍|公寓|住宅)")
PERSON_NEAR = re.compile(r"(?:收件人|收货人|姓名|身份证|手机|电话)")
MOST_BEFORE = 34


def addresses(read: PlainText) -> Iterator[Span]:
    """From the town, estate or street to the door."""
    for pattern in (ROOM, ROOM_BY_DASHES):
        for match in pattern.finditer(read.text):
            start = _beginning(read, match.start())
            if not _is_public(read.text[start : match.end()]):
                yield start, match.end()
    for pattern in (VILLAGE, STREET, LANE_ROOM, BARE_ROOM):
        for match in pattern.finditer(read.text):
            start = _beginning(read, match.start())
            is_home = pattern is VILLAGE and (
                match.group().endswith("号") or _is_said_to_come(read, start, match.end())
            )
            if (is_home or _is_home(read, start, match.end())) and not _is_public(read.text[start : match.end()]):
                yield start, match.end()
    yield from _said_homes(read)
    yield from _coordinates(read)


def _said_homes(read: PlainText) -> Iterator[Span]:
    for match in SAID_HOME.finditer(read.text):
        if TO_THE_DOOR.search(match.group(1)) and not _is_public(match.group(1)):
            yield match.span(1)
    for match in HOME_BY_DASH.finditer(read.text):
        if not _is_public(match.group(1)):
            yield match.span(1)


def _coordinates(read: PlainText) -> Iterator[Span]:
    """Of a home, not of a place where something happens."""
    for match in COORDINATES.finditer(read.text):
        if OWN_PLACE.search(read.before(match.start(), 14) + "。" + read.text[match.end() : match.end() + 8]):
            yield match.span()


def _is_said_to_come(read: PlainText, start: int, end: int) -> bool:
    """我是青山村五组村民, 系双龙村6组人: one person's group, not that of many."""
    return SAYS_WHO.search(read.sentence_before(start, 12)) is not None and VILLAGER.match(read.text, end) is not None


def _is_home(read: PlainText, start: int, end: int) -> bool:
    if HOME.search(read.clause_before(start, 12) + read.text[start:end][:2]) or HOME_AFTER.match(read.text, end):
        return True
    return bool(
        re.match("[\u4e00-\u9fff]{2,8}[县镇乡]", read.text[start:end]) and PERSON_NEAR.search(read.before(start, 30))
    )


def _is_public(place: str) -> bool:
    return PUBLIC_PLACE.search(place) is not None and not PRIVATE_PLACE.search(place)


def _beginning(read: PlainText, at: int) -> int:
    """Where the address begins to which the door at ``at`` belongs: after the word or sign that leads in."""
    first = max(0, at - MOST_BEFORE)
    start = first
    for lead in LEADS_IN.finditer(read.text, first, at):
        start = lead.end()
    return start
