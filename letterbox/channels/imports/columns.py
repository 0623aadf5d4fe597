"""Which column of a foreign file is which: by Chinese or English heading, or by a given mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from letterbox.domain.errors import FieldErrors

REQUIRED = ("title", "body")
CHINESE = {"title": "标题", "body": "正文"}
KNOWN_HEADINGS: Mapping[str, str] = {
    "title": "title subject 标题 主题 题目 信件标题 来信标题 留言标题 留言主题 信件主题 来信主题",
    "body": "body content text 正文 内容 信件内容 来信内容 留言内容 留言详情 诉求内容 来信正文 信件正文 反映内容",
    "written_at": "written_at time date 来信时间 时间 日期 来信日期 写信时间 信件时间 留言时间 提交时间 发表时间 反映时间",
    "writer": "writer name user 来信人 姓名 写信人 来信人姓名 留言用户 留言人 诉求人 联系人 反映人",
    "phone": "phone tel mobile telephone 电话 手机 手机号 手机号码 联系电话 电话号码 联系方式",
    "email": "email e-mail mail 邮箱 电子邮箱 电子邮件 邮箱地址",
    "address": "address 地址 住址 联系地址 通讯地址 家庭住址",
    "reference": "reference channel_reference 编号 信件编号 来信编号 留言编号 受理编号 工单编号 渠道编号 原编号 工单号",
    "category": "category 类别 类型 信件类别 来信类别 信件类型 来信类型 诉求类型 留言类型",
}
HEADINGS = {column: headings.split() for column, headings in KNOWN_HEADINGS.items()}
BY_HEADING = {heading: column for column, headings in HEADINGS.items() for heading in headings}


def columns_of(headings: Sequence[str], mapping: Mapping[str, str] | None = None) -> list[str | None]:
    """For each heading its column, or None. ``mapping`` (column → the file's heading) goes before the known headings.

    Raises one FieldErrors that names every missing required column and every wrong mapping.
    """
    mapping = mapping or {}
    plain = [_plain(heading) for heading in headings]
    wanted = {_plain(heading): column for column, heading in mapping.items()}
    faults = [
        f"没有“{column}”这一列可对应（可用：{'、'.join(HEADINGS)}）" for column in mapping if column not in HEADINGS
    ]
    faults += [f"文件中没有标题为“{heading}”的列" for heading in mapping.values() if _plain(heading) not in plain]
    columns = [_column(heading, wanted, mapping) for heading in plain]
    missing = [column for column in REQUIRED if column not in columns]
    if missing and not faults:
        names = "、".join(f"{column}（{CHINESE[column]}）" for column in missing)
        found = "、".join(heading for heading in headings if heading) or "无"
        faults.append(f"缺少必需的列：{names}；第 1 行应为列标题，现有：{found}")
    if faults:
        raise FieldErrors({"file": "；".join(faults)})
    return columns


def _column(heading: str, wanted: Mapping[str, str], mapping: Mapping[str, str]) -> str | None:
    if heading in wanted:
        return wanted[heading]
    known = BY_HEADING.get(heading)
    return None if known in mapping else known


def _plain(heading: str) -> str:
    """Without blanks, remarks in brackets, asterisks and colons; narrow and in lower case."""
    narrow = unicodedata.normalize("NFKC", heading).lstrip("\ufeff")
    return re.sub(r"\(.*?\)|[\s*:]", "", narrow).casefold()
