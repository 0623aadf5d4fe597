"""The Chinese words of the field's enumerations, for pages, refusals and notices alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from letterbox.domain.supervision import CAUSE_WORDS, OFFICE_WORDS
from letterbox.domain.vocabulary import (
    Category,
    Channel,
    CoOutcome,
    Criterion,
    EndCause,
    Ground,
    LetterStatus,
    LimitKind,
    MoveCause,
    Role,
    SupervisionCause,
    SupervisionOffice,
    UnitKind,
)

GROUNDS: Mapping[str, str] = {
    "1": "所反映的事情已经进入诉讼、仲裁、行政复议等法定程序",
    "2": "所反映的事情已由有关乡镇或部门受理，正在办理期限内",
    "3": "所反映的事情已经有关乡镇或部门作出信访终结处理",
    "4": "对已有的处理或复查意见不服，但没有在规定期限内提出复查或复核请求",
    "5": "来信内容不够清楚，责任单位也不明确，经请您补充后仍无法核实办理",
    "6": "来信属于推销、邀请或给领导的私人信件",
    "out_of_scope": "所反映的事情不属于本信箱的受理范围",
}
"""A4, as told to the writer."""
ADVICE: Mapping[str, str] = {
    "1": "请向正在审理或办理此事的法院、仲裁机构或复议机关反映；需要法律帮助，可以咨询县司法局的法律援助中心。",
    "2": "请向正在办理的单位了解进展；期限过后仍没有答复，欢迎再次来信并写明原来的编号。",
    "3": "请向作出终结处理的单位了解情况；如有新的事实和材料，欢迎再次来信。",
    "4": "请向县信访局了解还可以走哪些程序。",
    "5": "如果您有了新的材料，例如时间、地点、照片或当事单位，欢迎再次来信。",
    "6": "本信箱不处理这类信件，请谅解。",
    "out_of_scope": "请向有权处理此事的机关反映；不清楚由谁负责的，可以拨打 12345 咨询。",
}
"""Where to turn [ours, A3, A4]."""

LABELS: dict[type[StrEnum], dict[str, str]] = {
    LetterStatus: {
        "received": "待甄别",
        "awaiting_supplement": "待补充",
        "declined": "不予受理",
        "joined": "已并案",
        "screened": "待交办",
        "assigned": "已交办",
        "handling": "办理中",
        "returned": "退回待裁定",
        "in_review": "待审核",
        "in_redo": "退回重办",
        "answered": "已答复",
        "rehandling": "再次办理",
        "closed": "已办结",
        "withdrawn": "已撤回",
    },
    Category: {
        "consultation": "咨询",
        "complaint": "投诉",
        "opinion": "意见",
        "suggestion": "建议",
        "help": "求助",
        "report": "检举控告",
        "other": "其他",
    },
    Channel: {
        "portal": "县门户网站",
        "wenzheng_hunan": "问政湖南",
        "city_portal": "市门户网站",
        "counter": "来电来访",
    },
    Ground: {
        "1": "已进入诉讼、仲裁、复议等法定程序",
        "2": "其他单位已受理且在办理期内",
        "3": "已作信访终结",
        "4": "未在期限内申请复查、复核",
        "5": "事实和责任主体不清，无法核实办理",
        "6": "推销、邀请或者给领导的私人信件",
        "out_of_scope": "不属于本信箱受理范围",
    },
    UnitKind: {
        "township": "乡镇",
        "zone": "园区",
        "department": "县直部门",
        "public_body": "公共企事业单位",
        "office": "办公室",
    },
    Role: {
        "channel": "渠道系统",
        "screener": "甄别员",
        "reviewer": "审核员",
        "unit_handler": "承办专人",
        "unit_deputy": "分管负责人",
        "unit_principal": "主要负责人",
        "supervisor": "督查员",
        "coordinator": "协调员",
        "leader": "领导",
        "process_owner": "流程管理员",
        "operator": "运维员",
        "admin": "系统管理员",
        "security_admin": "安全管理员",
        "auditor": "审计员",
    },
    LimitKind: {
        "screening": "甄别交办",
        "supplement": "补充材料",
        "sign_for": "签收登记",
        "return": "退回期限",
        "return_ruling": "退回裁定",
        "reply": "答复",
        "extension_decision": "延期审批",
        "co_opinion": "协办意见",
        "review": "答复审核",
        "redo": "重办",
        "supervision": "督办反馈",
        "instruction": "批示答复",
        "evaluation": "来信人评价",
        "rehandling_decision": "再次办理决定",
        "promise": "承诺兑现",
    },
    MoveCause: {
        "calendar": "工作日历公布或更正",
        "extension": "批准延期",
        "recategorised": "更改来信类别",
        "lead_moved": "主办单位时限变动",
        "fault": "技术故障期间顺延",
    },
    Criterion: {
        "every_point": "逐点答复",
        "facts_and_basis": "事实和依据",
        "unmet_explained": "未满足诉求的解释",
        "action_and_date": "措施和期限",
        "wording_and_privacy": "用语和隐私",
    },
    CoOutcome: {"given": "已提出意见", "missing": "意见缺失", "released": "已撤销"},
    SupervisionOffice: {str(office): words for office, words in OFFICE_WORDS.items()},
    SupervisionCause: {str(cause): words for cause, words in CAUSE_WORDS.items()},
    EndCause: {
        "released": "甄别人撤销",
        "new_lead": "已改为主办单位",
        "recalled": "来信收回",
        "joined": "来信并入主信",
        "withdrawn": "来信人撤回",
        "accused": "来信检举控告这个单位",
        "undone": "来信结束之后误启动，已撤销",
    },
}


def label(value: StrEnum | str, kind: str | None = None) -> str:
    """The words for an enumeration's member, or for a plain string of the enumeration named ``kind``."""
    if isinstance(value, StrEnum) and kind is None:
        return LABELS[type(value)][value.value]
    for enumeration, words in LABELS.items():
        if enumeration.__name__ == kind:
            return words.get(str(value), str(value))
    raise LookupError(f"no labels for {value!r} of {kind!r}")


def roles(members: Iterable[Role]) -> str:
    """``分管负责人、承办专人``: any number of roles as a person reads them, in a fixed order."""
    return "、".join(LABELS[Role][role] for role in Role if role in set(members))


def coded(members: Iterable[StrEnum]) -> str:
    """``甄别员（screener）、审核员（reviewer）``: for whoever has to write the code, in the enumeration's order."""
    chosen = set(members)
    kinds = {type(each) for each in chosen}
    return with_codes({each.value: label(each) for kind in kinds for each in kind if each in chosen})


def with_codes(known: Mapping[str, str]) -> str:
    """Code → word, as ``coded`` says them."""
    return "、".join(f"{word}（{code}）" for code, word in known.items())
