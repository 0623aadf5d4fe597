"""Finders of what is personal because a word before it says so: accounts, documents, mail addresses, dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from letterbox.intelligence.number_finders import Span, is_identity_number, looks_like_identity_number
from letterbox.intelligence.plain_text import PlainText

DOMAIN = (
    r"[A-Za-z0-9\-]{1,63}(?: ?(?:[.。点]|\[dot\]|\(dot\)| dot ) ?[A-Za-z0-9\-]{1,63}){0,4} ?(?:[.。点]|\[dot\]|\(dot\)| dot )"
    r" ?[A-Za-z]{2,24}"
)
LOCAL_PART = r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}"
EMAIL = re.compile(rf"{LOCAL_PART} ?(?:@|\(at\)|\[at\]|\(@\)|艾特| at ) ?{DOMAIN}(?![A-Za-z0-9])", re.IGNORECASE)
HASHED_EMAIL = re.compile(rf"(?:邮箱|邮件|mail|寄)[:： ]{{0,2}}({LOCAL_PART} ?[#*] ?{DOMAIN})", re.IGNORECASE)
HOUSES_OF_MAIL = "qq|163|126|139|189|sina|sohu|foxmail|gmail|outlook|hotmail|yeah|aliyun|icloud"
OWN_SIGN_EMAIL = re.compile(
    rf"({LOCAL_PART} ?[#*$&@] ?(?:{HOUSES_OF_MAIL}) ?[.。点,，] ?(?:com|cn|net))(?![A-Za-z0-9])", re.IGNORECASE
)
"""Whatever stands for the sign before a well-known house of mail."""
PUBLIC_DOMAIN = re.compile(r"(?:^|\.)gov(?:\.cn)?$")
ACCOUNT = re.compile(
    r"(?:微信|威信|薇信|围信|徽信|wechat|weixin|(?<![a-z])wx|(?<![a-z])vx|[v]信|加我?v(?![a-z])|"
    r"我的?微(?=[:： ]?[a-z])|加微(?=[:： ]?[a-z0-9])|(?<![a-z])qq|(?<![a-z0-9])q(?=号|[:：])|"
    r"扣扣|球球|企鹅|抖音|"
    r"快手|支付宝|钉钉|小红书|微博|陌陌)"
    r"(?:同号|帐号|账号|账户|号码|用户名|昵称|名字|号|名|id)?(?:是|为|叫|就是|加)?[:：,，(（ \"“]{0,3}"
    r"([A-Za-z][A-Za-z0-9_\-]{4,29}|[0-9](?: ?[0-9]){4,13}|@[\u4e00-\u9fffA-Za-z0-9_\-]{2,20})(?![A-Za-z0-9@])",
    re.IGNORECASE,
)
MOBILE_DIGITS = re.compile(r"1[3-9][0-9 ]{9,12}")
ALIPAY = re.compile(r"支付宝(?:[账帐][号户])?[:： ]{0,2}(" + EMAIL.pattern + ")", re.IGNORECASE)
LETTERED_ACCOUNT = re.compile(
    r"(?:[账帐]号|用户名|网名|昵称|b站|贴吧)(?:名|id)?(?:是|为|叫)?[:： ]{0,2}([A-Za-z][A-Za-z0-9_\-]{4,29})(?![A-Za-z0-9@])",
    re.IGNORECASE,
)
ACCOUNT_BEFORE = re.compile(
    r"(?<![A-Za-z0-9_\-@.])([A-Za-z][A-Za-z0-9_\-]{4,29})[\"”’'」』]{0,2}(?:这个|那个|的)?"
    r"(?:微信|抖音|快手|支付宝|淘宝|闲鱼|小红书|微博|qq|QQ)(?:账号|帐号|号|店)"
)
DOCUMENT = re.compile(
    r"(?:护照|社保卡?|社会保障卡?|医保卡?|通行证|台胞证|回乡证|军官证|士兵证|军人证|退伍证|转业证|驾驶证|驾照|残疾人?证|学籍|"
    r"学生证|户口[簿本]|居住证|暂住证|"
    r"不动产权?证?书?|房产证|房权证|土地证|宅基地证|结婚证|离婚证|出生医学证明|出生证明?|准生证|低保证|特困证|优待证|工作证|"
    r"教师资格证|毕业证|准考证|学号|病历|住院|签证|参保|养老保险|老年证)"
    r"(?:个人|电脑|档案|登记)?(?:字号|证号|证件号|证书号|编号|编码|号码|号|字)?(?:码)?(?:是|为)?[:：(（ ]{0,2}"
    r"((?:[\u4e00-\u9fff0-9A-Za-z()（）〔〕\-]{0,16}?第)?[A-Za-z]{0,3}[0-9](?:[0-9\- ]{4,24})[0-9Xx](?:[0-9]{1,2})?(?:号(?![码]))?"
    r"|[\u4e00-\u9fff]{1,4}字第?[0-9]{6,20}(?![0-9])|[A-Z][0-9]{6}-[0-9]{4}-[0-9]{4,8})"
)
NUMBER_OF = (
    "(?:[\u4e00-\u9fff](?:证书?|证明书?)(?:登记|档案)?(?:编号|编码|字号|号码?)|(?:社保|医保|就诊|诊疗|老年|优待|健康|市民|优惠|学生)卡(?:编号|号码?)|"
    "(?:学籍|学|考生?|准考证|报名|考试|病历|病案|住院|医保|社保|参保|工会|党员|档案)(?:编号|编码|号码?)|[\u4e00-\u9fff]证书?(?=[A-Za-z]{0,3}[0-9]{8}))"
)
CERTIFICATE = re.compile(
    rf"{NUMBER_OF}(?:码)?(?:是|为)?[:：(（ \"“]{{0,2}}"
    r"((?:[A-Za-z]{1,4}[ \-]?)?[0-9][0-9A-Za-z\-]{5,24}(?![0-9A-Za-z])"
    r"|[\u4e00-\u9fff]{1,4}[A-Z][0-9]{4,12}(?![0-9A-Za-z])|[\u4e00-\u9fff]{1,8}(?:[(（〔\[]?(?:19|20)[0-9]{2}[)）〕\]]?)?[\u4e00-\u9fff0-9]{0,12}?第?[0-9]{4,20}号?(?![0-9]))"
)
NOT_A_PERSONS = re.compile(
    r"(?:身份|许可|营业|准[许入]|预售|施工|经营(?!权)|组织机构|代码|资质|合格|检验|登记机关|银行|信用|储蓄|借记|一卡通|存|公交)[\u4e00-\u9fff]{0,3}$"
)
HOUSEHOLD = re.compile(
    r"(?:户号|户编号|(?:用户|客户|缴费|用电|用水|用气|宽带|有线电视)(?:编号|号码?|编码|账号))"
    r"(?:是|为)?[:：(（ ]{0,2}([A-Za-z]{0,2}[0-9]{6,14})(?![0-9A-Za-z])"
)
BY_IDENTITY_NUMBER = ("社会保障", "参保", "养老保险")
"""What has no number but that of the identity card."""
BORN_BEFORE = re.compile(
    r"(?:出生(?:日期|年月日?|时间|于)?|生于|生日|生辰|诞生于?|(?i:dob|born|birthday)(?: on)?)(?:是|为|在)?[:： ]{0,2}$"
)
BORN_AFTER = re.compile(r"(?:出生|生人|生的?(?=[,，。;；、\s)）]|$)|生$)")
BORN_DIFFERENTLY = re.compile(
    r"(?:身份证|户口[簿本]?|户籍|档案|证|表)[上里]?[却又才的]?(?:是|为|写的是|(?:[写记改变打]|登记)成了?|登记为)[:： ]?$"
)
BORN = re.compile("出生|生日|生于|诞生")
"""A second date in a sentence that speaks of a birth: 出生日期是…，身份证上却是…."""
IN_A_ROW = re.compile(r"[ ,/|]{1,3}[1-8][0-9]{16}[0-9Xx]")
"""A date beside an identity number in a list of people."""
DIGIT = "[0-9零〇○一二三四五六七八九]"
DAY = re.compile(
    rf"(?<![0-9])(?:[3-9][0-9]年[0-9]{{1,2}}月(?:[0-9]{{1,2}}[日号])?|(?:19|20|一九|"
    rf"二[零〇○]){DIGIT}{{2}}(?:年 ?(?:[0-9一二三四五六七八九十]{{1,3}}|[正冬腊]) ?月(?: ?(?:初?[0-9一二三四五六七八九十廿]{{1,3}} ?[日号]|"
    rf"(?:初|十|廿|二十|三十)[一二三四五六七八九十]?))?"
    r"|[\-./ ][0-9]{1,2}(?:[\-./ ][0-9]{1,2})?|[0-9]{4}|[0-9]{2}))(?![0-9])"
)


def emails(read: PlainText) -> Iterator[Span]:
    """Addresses of people, however the sign is written; not those of authorities (gov.cn)."""
    for match in EMAIL.finditer(read.text):
        domain = re.sub(
            r"\s|[()\[\]]", "", re.split(r"@|\(at\)|\[at\]|艾特| at ", match.group(), flags=re.IGNORECASE)[-1]
        )
        if not PUBLIC_DOMAIN.search(domain.lower().replace("。", ".")):
            yield match.span()
    for pattern in (HASHED_EMAIL, OWN_SIGN_EMAIL):
        yield from (match.span(1) for match in pattern.finditer(read.text))


def accounts(read: PlainText) -> Iterator[Span]:
    """Names and numbers in messengers and shops, after the word that says which; a mobile number stays one."""
    yield from (match.span(1) for match in ALIPAY.finditer(read.text))
    yield from (match.span(1) for match in HOUSEHOLD.finditer(read.text) if not MOBILE_DIGITS.fullmatch(match.group(1)))
    yield from (match.span(1) for match in ACCOUNT_BEFORE.finditer(read.text))
    yield from (match.span(1) for match in LETTERED_ACCOUNT.finditer(read.text))
    yield from (match.span(1) for match in ACCOUNT.finditer(read.text) if not MOBILE_DIGITS.fullmatch(match.group(1)))


def documents(read: PlainText) -> Iterator[Span]:
    """Numbers of passports, social security, licences, certificates, after the word that says which."""
    for match in DOCUMENT.finditer(read.text):
        if not (match.group().startswith(BY_IDENTITY_NUMBER) and is_identity_number(match.group(1))):
            yield match.span(1)
    for match in CERTIFICATE.finditer(read.text):
        called = read.before(match.start() + 1, 6)
        if not NOT_A_PERSONS.search(called) and (
            match.group(1)[0].isalpha() or not looks_like_identity_number(match.group(1))
        ):
            yield match.span(1)


def birth_dates(read: PlainText) -> Iterator[Span]:
    """Dates that are said to be somebody's birth."""
    for match in DAY.finditer(read.text):
        if (
            BORN_BEFORE.search(read.before(match.start(), 10))
            or BORN_AFTER.match(read.text[match.end() : match.end() + 4])
            or IN_A_ROW.match(read.text, match.end())
            or _is_another_birth_date(read, match.start())
        ):
            yield match.span()


def _is_another_birth_date(read: PlainText, start: int) -> bool:
    said = read.sentence_before(start, 40)
    return BORN.search(said) is not None and BORN_DIFFERENTLY.search(said) is not None
