"""Finders of what is personal because a word before it says so: accounts, documents, mail addresses, dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from letterbox.intelligence.number_finders import Span
from letterbox.intelligence.plain_text import PlainText

DOMAIN = (
    r"[A-Za-z0-9\-]{1,63}(?: ?(?:[.。]|\[dot\]|\(dot\)| dot ) ?[A-Za-z0-9\-]{1,63}){0,4} ?(?:[.。]|\[dot\]|\(dot\)| dot )"
    r" ?[A-Za-z]{2,24}"
)
LOCAL_PART = r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}"
EMAIL = re.compile(rf"{LOCAL_PART} ?(?:@|\(at\)|\[at\]|\(@\)|艾特| at ) ?{DOMAIN}(?![A-Za-z0-9])", re.IGNORECASE)
HASHED_EMAIL = re.compile(rf"(?:邮箱|邮件|mail|寄)[:： ]{{0,2}}({LOCAL_PART} ?[#*] ?{DOMAIN})", re.IGNORECASE)
PUBLIC_DOMAIN = re.compile(r"(?:^|\.)gov(?:\.cn)?$")
ACCOUNT = re.compile(
    r"(?:微信|威信|薇信|围信|徽信|wechat|weixin|(?<![a-z])wx|(?<![a-z])vx|[v]信|加我?v(?![a-z])|(?<![a-z])qq|扣扣|球球|企鹅|抖音|"
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
DOCUMENT = re.compile(
    r"(?:护照|社保卡?|社会保障卡?|医保卡?|通行证|台胞证|回乡证|军官证|士兵证|军人证|退伍证|转业证|驾驶证|驾照|残疾人?证|学籍|"
    r"学生证|户口[簿本]|居住证|暂住证|"
    r"不动产权?证?书?|房产证|房权证|土地证|宅基地证|结婚证|离婚证|出生医学证明|出生证明?|准生证|低保证|特困证|优待证|工作证|"
    r"教师资格证|毕业证|准考证|学号|病历|住院|签证|参保|养老保险|老年证)"
    r"(?:个人|电脑|档案|登记)?(?:字号|证号|证件号|证书号|编号|编码|号码|号|字)?(?:码)?(?:是|为)?[:：(（ ]{0,2}"
    r"((?:[\u4e00-\u9fff0-9A-Za-z()（）〔〕\-]{0,16}?第)?[A-Za-z]{0,3}[0-9](?:[0-9\- ]{4,24})[0-9Xx]号?"
    r"|[\u4e00-\u9fff]{1,4}字第?[0-9]{6,20}(?![0-9])|[A-Z][0-9]{6}-[0-9]{4}-[0-9]{4,8})"
)
BORN_BEFORE = re.compile(
    r"(?:出生(?:日期|年月日?|时间|于)?|生于|生日|生辰|诞生于?|(?i:dob|born|birthday)(?: on)?)(?:是|为|在)?[:： ]{0,2}$"
)
BORN_AFTER = re.compile(r"(?:出生|生人|生的?(?=[,，。;；、\s]|$)|生$)")
DIGIT = "[0-9零〇○一二三四五六七八九]"
DAY = re.compile(
    rf"(?<![0-9])(?:19|20|一九|"
    rf"二[零〇○]){DIGIT}{{2}}(?:年 ?[0-9一二三四五六七八九十]{{1,3}} ?月(?: ?[0-9一二三四五六七八九十]{{1,3}} ?[日号])?"
    r"|[\-./ ][0-9]{1,2}(?:[\-./ ][0-9]{1,2})?|[0-9]{4}|[0-9]{2})(?![0-9])"
)


def emails(read: PlainText) -> Iterator[Span]:
    """Addresses of people, however the sign is written; not those of authorities (gov.cn)."""
    for match in EMAIL.finditer(read.text):
        domain = re.sub(
            r"\s|[()\[\]]", "", re.split(r"@|\(at\)|\[at\]|艾特| at ", match.group(), flags=re.IGNORECASE)[-1]
        )
        if not PUBLIC_DOMAIN.search(domain.lower().replace("。", ".")):
            yield match.span()
    yield from (match.span(1) for match in HASHED_EMAIL.finditer(read.text))


def accounts(read: PlainText) -> Iterator[Span]:
    """Names and numbers in messengers and shops, after the word that says which; a mobile number stays one."""
    yield from (match.span(1) for match in ALIPAY.finditer(read.text))
    yield from (match.span(1) for match in LETTERED_ACCOUNT.finditer(read.text))
    yield from (match.span(1) for match in ACCOUNT.finditer(read.text) if not MOBILE_DIGITS.fullmatch(match.group(1)))


def documents(read: PlainText) -> Iterator[Span]:
    """Numbers of passports, social security, licences, certificates, after the word that says which."""
    yield from (match.span(1) for match in DOCUMENT.finditer(read.text))


def birth_dates(read: PlainText) -> Iterator[Span]:
    """Dates that are said to be somebody's birth."""
    for match in DAY.finditer(read.text):
        if BORN_BEFORE.search(read.before(match.start(), 10)) or BORN_AFTER.match(
            read.text[match.end() : match.end() + 4]
        ):
            yield match.span()
