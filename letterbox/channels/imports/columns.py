"""Which heading of a foreign file means which column: Chinese, simplified or traditional, or English; or a given mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from letterbox.domain.errors import FieldErrors
from letterbox.domain.folding import fold

REQUIRED = ("title", "body")
CHINESE = {"title": "标题", "body": "正文"}
KNOWN_HEADINGS: Mapping[str, str] = {
    "title": "title subject 标题 主题 题目 主旨 信件标题 来信标题 留言标题 留言主题 信件主题 来信主题 诉求标题 工单标题 问题标题",
    "body": "body content text 正文 内容 内文 信件内容 来信内容 留言内容 留言详情 诉求内容 来信正文 信件正文 反映内容 工单内容 "
    "问题描述 诉求描述 反映问题 来电内容",
    "written_at": "written_at time date 来信时间 时间 日期 来信日期 写信时间 信件时间 留言时间 提交时间 发表时间 反映时间 登记时间 "
    "来电时间 诉求时间 受理时间 登记日期 提交日期 留言日期 投诉时间",
    "writer": "writer name user 来信人 姓名 写信人 来信人姓名 留言用户 留言人 诉求人 联系人 反映人 来电人 市民姓名 诉求人姓名 "
    "来电人姓名 联系人姓名 投诉人 群众姓名 反映人姓名 写信人姓名 留言人姓名",
    "phone": "phone tel mobile telephone 电话 手机 手机号 手机号码 联系电话 电话号码 联系方式 联络电话 来电号码 联系号码 来信人电话 "
    "联系手机 来电电话 市民电话 诉求人电话 联系人电话 反映人电话 座机 固定电话",
    "email": "email e-mail mail 邮箱 电子邮箱 电子邮件 邮箱地址 电邮 联系邮箱",
    "address": "address 地址 住址 联系地址 通讯地址 家庭住址 来信人地址",
    "place": "place 地点 事发地址 事发地点 发生地点 问题地点 反映地点 诉求地点",
    "reference": "reference channel_reference 编号 信件编号 来信编号 留言编号 受理编号 工单编号 渠道编号 原编号 工单号 诉求编号",
    "category": "category 类别 类型 信件类别 来信类别 信件类型 来信类型 诉求类型 留言类型 诉求类别",
}


def _plain(heading: str) -> str:
    """Without remarks in brackets; narrow, lower, simplified, letters and digits alone."""
    narrow = unicodedata.normalize("NFKC", heading)
    return fold(re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", narrow), for_names=False)


BY_HEADING = {_plain(heading): column for column, headings in KNOWN_HEADINGS.items() for heading in headings.split()}
RANKS = {heading: rank for rank, heading in enumerate(BY_HEADING)}


def columns_of(headings: Sequence[str], mapping: Mapping[str, str] | None = None) -> list[str | None]:
    """For each heading its column, or None. ``mapping`` (column → the file's heading) goes before the known headings."""
    mapping = mapping or {}
    wanted = {_plain(heading): column for column, heading in mapping.items()}
    return [_column(_plain(heading), wanted, mapping) for heading in headings]


def places_of(headings: Sequence[str], columns: Sequence[str | None]) -> dict[str, list[int]]:
    """For each column where it stands: where several headings mean it, the plainest first, a mapped one before all."""
    found: dict[str, list[int]] = {}
    for place in sorted(range(len(columns)), key=lambda each: RANKS.get(_plain(headings[each]), -1)):
        if column := columns[place]:
            found.setdefault(column, []).append(place)
    return found


def is_complete(columns: Sequence[str | None]) -> bool:
    return all(column in columns for column in REQUIRED)


def refuse_mapping(mapping: Mapping[str, str], headings: Sequence[str]) -> None:
    """Raises one FieldErrors that names every column that is none and every heading that the file does not have."""
    plain = {_plain(heading) for heading in headings}
    faults = [
        f"没有“{column}”这一列可对应（可用：{'、'.join(KNOWN_HEADINGS)}）"
        for column in mapping
        if column not in KNOWN_HEADINGS
    ]
    faults += [f"文件中没有标题为“{heading}”的列" for heading in mapping.values() if _plain(heading) not in plain]
    if faults:
        raise FieldErrors({"file": "；".join(faults)})


def missing_columns(headings: Sequence[str], mapping: Mapping[str, str] | None = None) -> FieldErrors:
    """What to say of a file in which no row can be its headings; ``headings``: its first row."""
    columns = columns_of(headings, mapping)
    names = "、".join(f"{column}（{CHINESE[column]}）" for column in REQUIRED if column not in columns)
    found = "、".join(heading.strip() for heading in headings if heading.strip()) or "无"
    return FieldErrors({"file": f"缺少必需的列：{names}；第 1 行应为列标题，现有：{found[:300]}"})


def _column(heading: str, wanted: Mapping[str, str], mapping: Mapping[str, str]) -> str | None:
    if heading in wanted:
        return wanted[heading]
    known = BY_HEADING.get(heading)
    return None if known in mapping else known
