"""What pieces of personal data are called on pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from letterbox.intelligence.personal_data import PersonalDataKind
from letterbox.services.publication.public_text import LEFT_BY_WRITER

KINDS: dict[str, str] = {
    PersonalDataKind.NAME: "姓名",
    PersonalDataKind.IDENTITY_NUMBER: "身份证号",
    PersonalDataKind.BANK_CARD: "银行卡号或账号",
    PersonalDataKind.PHONE: "电话号码",
    PersonalDataKind.EMAIL: "电子邮箱",
    PersonalDataKind.PLATE: "车牌号",
    PersonalDataKind.ACCOUNT: "微信、QQ 等账号",
    PersonalDataKind.DOCUMENT: "证件号码",
    PersonalDataKind.BIRTH_DATE: "出生日期",
    PersonalDataKind.ADDRESS: "到户的住址",
    LEFT_BY_WRITER: "来信人留下的信息",
}
FIELDS = {"title": "标题", "body": "来信", "reply": "答复"}


def fields(names: Iterable[str]) -> str:
    """来信、答复."""
    return "、".join(FIELDS[name] for name in names)


def kind(name: str) -> str:
    return KINDS.get(name, name)


def summed(kinds: Iterable[str]) -> str:
    """身份证号 1 处、电话号码 2 处."""
    return summed_counts(Counter(str(each) for each in kinds))


def summed_counts(counted: Mapping[str, int]) -> str:
    """The same of kinds that are counted already."""
    return "、".join(f"{kind(name)} {counted[name]} 处" for name in KINDS if counted.get(name))
