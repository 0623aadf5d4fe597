"""Finders of numbers that are somebody's: identity, bank card, telephone, plate, document, date of birth.

Every pattern has bounded repetition and is anchored at its first character, so a text is read in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from letterbox.intelligence.plain_text import PlainText

Span = tuple[int, int]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
GAP = r"[ \-./·]?"
IDENTITY = re.compile(rf"(?<![0-9A-Za-z])(?<![0-9]-)[1-8](?:{GAP}[0-9]){{16}}{GAP}[0-9Xx](?![0-9A-Za-z])")
OLD_IDENTITY = re.compile(rf"(?<![0-9A-Za-z])(?<![0-9]-)[1-8](?:{GAP}[0-9]){{14}}(?![0-9A-Za-z])")
IDENTITY_CUE = re.compile(r"(?:身份|证件号|证号|公民|一代证|二代证|证码|(?<![A-Za-z])ID)")
ITS_END = re.compile(
    r"身份证(?:号码?)?(?:的)?(?:后|末|尾)(?:[四五六4-6]位|号)(?:数|是|为|[:： ]){0,3}([0-9]{3,6}[Xx]?)(?![0-9])"
)
"""Its last places, which with a name say as much."""
OTHER_NUMBER = re.compile(
    r"(?:订单|单号|编号|编码|代码|发票|条形码|条码|注册号|许可证|项目|电表|水表|户号|公告|合同|批准文号|判决|门诊|流水号|快递|"
    r"案号|文号|机号)"
)
CARD = re.compile(r"(?<![0-9A-Za-z])(?<![0-9]-)[0-9](?:[ \-]?[0-9]){11,23}(?![0-9A-Za-z])")
CARD_CUE = re.compile(
    r"(?:卡号|折子|银行|一卡通|[账帐][号户]|存折|卡\b|卡[:：]?$|卡 ?[:：（(]?$|[建农工中]行|邮政|信用社|户头|全号)"
)
SEPARATOR = r"[ \-./·_()\n]{0,2}"
MOBILE = re.compile(
    rf"(?<![0-9])(?<![0-9][.\-])(?:\(?(?:\+|00)?86\)?[ \-]{{0,2}})?\(?1(?:{SEPARATOR}[0-9OoIl]){{10}}(?![0-9])(?:转[0-9]{{1,6}})?"
)
WITH_COMMAS = re.compile(r"(?<![0-9,])1[3-9][0-9][,、][0-9]{4}[,、][0-9]{4}(?![0-9,])")
PHONE_CUE = re.compile(r"(?:电话|手机|号码|联系|拨|打|致电|(?i:tel|phone|mobile|call)|短信|热线|回电|来电|机主|本人)")
GROUPS = frozenset({
    (11,), (3, 4, 4), (3, 8), (7, 4), (4, 7), (3, 3, 5), (5, 6), (6, 5), (4, 4, 3), (3, 4, 2, 2), (1,) * 11, (3, 2, 2, 2, 2),
    (4, 3, 4), (3, 5, 3), (2, 3, 3, 3), (3, 2, 3, 3), (1, 10), (2, 9),
})  # fmt: skip
"""How people break up the eleven digits of a mobile number; anything else needs a word that says it is one."""
LANDLINE = re.compile(
    r"(?<![0-9])(?<![0-9]\.)\(?0[1-9][0-9]{1,2}\)?[ \-]{0,2}[2-8][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9])(?:(?:转|-)[0-9]{1,5})?"
)
SHORT_LANDLINE = re.compile(r"(?<![0-9\-])[2-8][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9])")
HOME_CUE = re.compile(
    r"(?:座机|家(?:里|中|庭|)的?(?:座机|电话|固话)|宅电|固话|固定电话|住宅电话|小灵通)(?:号码?)?(?:是|为)?[:： ]{0,2}$"
)
OFFICE = re.compile(
    r"(?:局|办公|政府|中心|医院|卫生院|学校|中学|小学|大学|幼儿园|公司|派出所|热线|咨询|举报|监督|值班|客服|窗口|传真|大厅|银行|"
    r"法院|检察院|单位|服务|总机|"
    r"(?:信访|城管|村委|居委|[镇乡县]委|督查)|水厂|电厂|消防|大队|支队|气站|工作时间|物业|抢修|维修|前台|委员会|仲裁|协会|事务所|"
    r"[股科办所站厅处委](?=$|的?电话|座机|[,，:：(（、 ])|科室|本局|我局|我镇|我乡|我县|我委|我办|我站|我中心)"
)
PRIVATE = re.compile(r"(?:家里|家中|我家|他家|她家|宅|本人|我的|私人|老板的|个人)")
PLATE = re.compile(
    rf"[{PROVINCES}] ?[A-Za-z][ ·.\-]{{0,2}}(?=[A-Za-z0-9]{{0,5}}[0-9])"
    r"(?:[A-Za-z0-9]{6}|[A-Za-z0-9]{5}挂?|[A-Za-z0-9]{4}[学挂警港澳领使试])(?![A-Za-z0-9])"
)
FARM_PLATE = re.compile(rf"[{PROVINCES}] ?[0-9]{{2}}[ ·.\-]{{0,2}}[0-9A-Za-z][0-9]{{4}}(?![0-9A-Za-z])")
"""Of tractors and combines: the province, two digits of the place, five of the machine."""
LOCAL_PLATE = re.compile(
    r"(?:车牌|牌照|牌号)号?码?(?:是|为)?[:： ]{0,2}([\u4e00-\u9fff]{1,3}[A-Za-z]?[ \-·]?[A-Za-z0-9]?[0-9]{4,7})(?![0-9A-Za-z])"
)


def identity_numbers(read: PlainText) -> Iterator[Span]:
    """18 places with a right check digit, or called an identity number; 15 places only if called so."""
    for match in IDENTITY.finditer(read.text):
        digits = re.sub(r"[^0-9Xx]", "", match.group())
        called = IDENTITY_CUE.search(read.before(match.start(), 14))
        if is_identity_number(digits) or (called and _is_plausible(digits[:6], digits[6:14])):
            yield match.span()
    for match in OLD_IDENTITY.finditer(read.text):
        digits = re.sub(r"[^0-9]", "", match.group())
        called = IDENTITY_CUE.search(read.before(match.start(), 14))
        if called and _is_plausible(digits[:6], f"19{digits[6:12]}"):
            yield match.span()
    yield from (match.span(1) for match in ITS_END.finditer(read.text))


def _is_plausible(region: str, born: str) -> bool:
    return region[0] in "12345678" and _day(born) is not None


def looks_like_identity_number(written: str) -> bool:
    """18 or 15 places with a possible date of birth, whatever the check digit."""
    digits = re.sub(r"[^0-9Xx]", "", written)
    born = {18: digits[6:14], 15: f"19{digits[6:12]}"}.get(len(digits))
    return born is not None and _is_plausible(digits[:6], born)


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def is_identity_number(digits: str) -> bool:
    """GB 11643: 18 places, a possible date of birth, a right check digit."""
    if not re.fullmatch(r"[0-9]{17}[0-9Xx]", digits) or _day(digits[6:14]) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False))
    return CHECK_DIGITS[total % 11] == digits[17].upper()


def bank_cards(read: PlainText) -> Iterator[Span]:
    """16 to 19 places with a right check digit, or 12 to 24 that are called an account or card."""
    for match in CARD.finditer(read.text):
        digits = re.sub(r"[^0-9]", "", match.group())
        before = read.clause_before(match.start(), 16)
        looks_so = digits[0] in "34569" and is_card_number(digits) and not OTHER_NUMBER.search(before)
        if looks_so or CARD_CUE.search(before):
            yield match.span()


def is_card_number(digits: str) -> bool:
    """16-19 places with a right Luhn sum, not all the same."""
    if not 16 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def phones(read: PlainText) -> Iterator[Span]:
    """Mobile numbers however they are written; lines of a home, not an office's."""
    yield from _mobiles(read, read.text)
    digits = read.in_digits
    if digits != read.text:
        yield from _mobiles(read, digits)
    yield from (match.span() for match in WITH_COMMAS.finditer(read.text))
    for match in LANDLINE.finditer(read.text):
        said = read.sentence_before(match.start(), 32)
        if PRIVATE.search(read.clause_before(match.start(), 16)) or not OFFICE.search(said):
            yield match.span()
    for match in SHORT_LANDLINE.finditer(read.text):
        if HOME_CUE.search(read.before(match.start(), 12)):
            yield match.span()


def _mobiles(read: PlainText, text: str) -> Iterator[Span]:
    for match in MOBILE.finditer(text):
        number = re.sub(r"^\(?(?:\+|00)?86\)?[ \-]{0,2}(?=\(?1)", "", match.group().partition("转")[0])
        digits = re.sub(r"[^0-9A-Za-z]", "", number)
        lengths = tuple(len(each) for each in re.findall(r"[0-9A-Za-z]+", number))
        called = bool(PHONE_CUE.search(read.before(match.start(), 12)))
        if digits[1] not in "3456789" or (not called and lengths not in GROUPS):
            continue
        letters = sum(character.isalpha() for character in digits)
        if letters > 2 or (letters and not called) or _follows_letters(text, match.start()):
            continue
        yield match.span()


def _follows_letters(text: str, start: int) -> bool:
    """A number that letters run into is a code, unless they say telephone."""
    letters = re.search(r"[A-Za-z]{1,12}$", text[max(0, start - 12) : start])
    return letters is not None and letters.group().lower() not in {"tel", "phone", "mobile", "call", "mob", "sj", "dh"}


def plates(read: PlainText) -> Iterator[Span]:
    """Plates of motor vehicles; of others where they are called so."""
    for pattern in (PLATE, FARM_PLATE):
        yield from (match.span() for match in pattern.finditer(read.text))
    yield from (match.span(1) for match in LOCAL_PLATE.finditer(read.text))
