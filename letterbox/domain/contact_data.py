"""Telephone numbers and mail addresses as people type, paste and export them: one reading for portal, API and files."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from letterbox.domain.clean_text import DASHES, narrow

MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
HOTLINE = re.compile(r"[48]00[0-9]{7}")
LANDLINE = re.compile(r"(?:0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?")
COUNTRY = re.compile(r"(?:\+|00)86-?0?(?=[1-9])")
BETWEEN_NUMBERS = re.compile(r"[,/、;|\n\r或和及]+")
REMARK = re.compile(r"\([^()0-9@]*\)")
WORDS = re.compile(r"(?:[^\W0-9_a-z]|(?<![a-z])(?:tel|phone|mobile|mob|m|t)(?![a-z])|[\s:.\-,。'\"])*", re.IGNORECASE)
"""What may stand before or behind a number: Chinese words, a usual label, signs."""
COUNTED_MOBILE = re.compile(r"(?:00)?(?:86)?(1[3-9][0-9]{9})")
LOCAL_DIGITS = 7
"""Of a landline those that are the same with and without its area."""
SAME_HOST = {"googlemail.com": "gmail.com"}
LONGEST_REMARK = 30
"""Characters around a number that are taken for its label or a word about it."""
LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE)
HOST = re.compile(r"(?:[^\W_](?:[^\W_]|-(?=[^\W_]|-)){0,62}\.)+(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})", re.IGNORECASE)
LONGEST_LOCAL, LONGEST_ADDRESS = 64, 254
MAIL_LABEL = re.compile(
    r"^(?:(?:我的|联系)?(?:电子)?(?:邮箱|邮件|邮址|电邮)(?:地址)?|e-?mail|mailto|mail):?(?=[^@]+@)", re.IGNORECASE
)
MAIL_END = ".。,、;:!?/#=·…~^`|\\-_"
QUOTES = "\"'“”‘’「」"
PAIRS = ("<>", "《》", "()", "[]", "【】")
LONGEST_READ = 400
"""Characters of a field that are looked at: more are no number and no address."""
PHONE_WANTED = "请填写一个 11 位手机号码，或带区号的固定电话，例如 0738-6821234"
EMAIL_WANTED = "请填写完整的电子邮箱，例如 name@example.com：“@”前后不能有中文、连续的点和多余的标点"


@dataclass(frozen=True, slots=True)
class Reached:
    """One way to reach somebody, and what else was written beside it: a second number, whose it is. Neither is empty by chance."""

    first: str
    remark: str = ""


def plain_phone(text: str) -> str | None:
    """The first usable number: a mobile one as its 11 digits, another with ``-`` before its extension; None if there is none."""
    found = read_phone(text)
    return found.first if found else None


def plain_email(text: str) -> str | None:
    """The first address as a mail server takes it; None if there is none."""
    found = read_email(text)
    return found.first if found else None


def read_phone(text: str) -> Reached | None:
    """``电话：138-0000-0000（家属）`` is 13800000000 with the remark 家属; of two numbers the second is the remark."""
    if len(text) > LONGEST_READ:
        return None
    plain = (
        "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").strip().lstrip("'")
    )
    for parts in ([plain], BETWEEN_NUMBERS.split(plain), re.split(rf"{BETWEEN_NUMBERS.pattern}|\s+", plain)):
        read = [(_one_phone(part), part.strip()) for part in parts if part.strip()]
        usable = next((place for place, (found, _) in enumerate(read) if found), None)
        if usable is None:
            continue
        first, remark = read[usable][0] or ("", "")
        others = [part for place, (_, part) in enumerate(read) if place != usable]
        return Reached(first, "；".join(each for each in (remark, *others) if each))
    return None


def _one_phone(text: str) -> tuple[str, str] | None:
    """The number and the words about it; None if this is not one number."""
    words = [each[1:-1] for each in REMARK.findall(text)]
    bare = REMARK.sub("", text)
    found = re.fullmatch(r"(?P<label>[^0-9+(]*)(?P<number>.*?)(?P<word>[^0-9]*)", bare, re.DOTALL)
    if found is None or not (WORDS.fullmatch(found["label"]) and WORDS.fullmatch(found["word"].replace(")", ""))):
        return None
    words.append(found["word"].strip(" ,.。:;)'\"-"))
    if len(found["label"]) + sum(map(len, words)) > LONGEST_REMARK:
        return None
    number = _number(found["number"])
    return (number, "；".join(each for each in words if each)) if number else None


def _number(text: str) -> str | None:
    plain = re.sub(r"(?<=[0-9])[.·](?=[0-9])", "", DASHES.sub("-", narrow(text)))
    plain = plain.replace("(", "").replace(")", "-").replace("转", "-").replace("分机", "-")
    plain = re.sub(r"-{2,}", "-", plain).strip("-")
    digits = plain.replace("-", "")
    if mobile := MOBILE.fullmatch(digits):
        return mobile[1]
    if HOTLINE.fullmatch(digits):
        return digits
    if COUNTRY.match(plain):
        plain = COUNTRY.sub("0", plain)
        digits = plain.replace("-", "")
    return _landline(plain, digits)


def _landline(plain: str, digits: str) -> str | None:
    extended = LANDLINE.fullmatch(plain)
    if extended and extended[1]:
        return plain
    return digits if LANDLINE.fullmatch(digits) else None


def read_email(text: str) -> Reached | None:
    """``邮箱：name@example.com。`` without label and full stop; of two addresses the second is the remark."""
    if len(text) > LONGEST_READ:
        return None
    if found := _one_email(text):
        return Reached(found)
    parts = [part for part in re.split(r"[,，、;；/\s|]+", text) if part]
    read = [_one_email(part) for part in parts]
    if len(parts) > 1 and all(read):
        return Reached(read[0] or "", "；".join(each or "" for each in read[1:]))
    return None


def _one_email(text: str) -> str | None:
    plain = re.sub(r"\([^()@]*\)$", "", narrow(text))
    while True:
        shorter = MAIL_LABEL.sub("", plain.strip(QUOTES).rstrip(MAIL_END).lstrip("·"))
        if any(shorter[:1] == pair[0] and shorter[-1:] == pair[1] for pair in PAIRS):
            shorter = shorter[1:-1]
        if shorter == plain:
            break
        plain = shorter
    local, _, host = plain.rpartition("@")
    host = host.replace("。", ".")
    fits = LOCAL.fullmatch(local) and len(local) <= LONGEST_LOCAL and HOST.fullmatch(host)
    return f"{local}@{host}" if fits and len(local) + len(host) < LONGEST_ADDRESS else None


def counted_contact(text: str) -> str:
    """One writing for all under which a message reaches the same telephone or mailbox; to count by, never to send to.

    Of a mailbox case, dots and what follows a ``+`` make no difference, of a telephone country, area and extension. Some
    servers and areas do tell them apart: those people share an allowance, which slows down and locks nobody out.
    """
    name, at, host = narrow(text).casefold().rpartition("@")
    if at:
        name = name.partition("+")[0].replace(".", "") or name
        return f"{name}@{_counted_host(host.rstrip('.'))}"
    digits = "".join(c for c in DASHES.sub("-", narrow(text)) if c.isdecimal())
    if mobile := COUNTED_MOBILE.fullmatch(digits):
        return mobile[1]
    plain = plain_phone(text) or digits or text
    number = plain.rpartition("-")[0] or plain
    return number.replace("-", "")[-LOCAL_DIGITS:]


def _counted_host(host: str) -> str:
    if host in SAME_HOST:
        return SAME_HOST[host]
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host
