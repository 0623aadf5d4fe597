"""What happened to a letter: the shape of an event, and what each is called in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from letterbox.domain.clock import iso
from letterbox.domain.vocabulary import EventName


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a letter's record. ``by``: who did it, as shown; ``data``: the event's own facts, no letter text."""

    name: EventName
    at: dt.datetime
    by: str
    data: Mapping[str, object] = field(default_factory=dict)

    def as_record(self) -> dict[str, object]:
        """The machine interface's form: ``name``, ``at`` (ISO-8601 with offset), ``by``, ``data``."""
        return {"name": str(self.name), "at": iso(self.at), "by": self.by, "data": dict(self.data)}


STAFF_WORDS: Mapping[EventName, str] = {
    EventName.LETTER_RECEIVED: "收到来信",
    EventName.LETTER_CLASSIFIED: "给出分类建议",
    EventName.LETTER_SCREENED: "甄别：予以受理",
    EventName.LETTER_DECLINED: "不予受理",
    EventName.SUPPLEMENT_REQUESTED: "请来信人补充材料",
    EventName.WRITER_SUPPLIED: "来信人补充了材料",
    EventName.SUPPLEMENT_LAPSED: "逾期未补充材料",
    EventName.LETTER_JOINED: "并入另一封来信",
    EventName.LETTER_RELEASED: "从主信分出",
    EventName.LETTER_SPLIT: "分出另一封来信",
    EventName.WRITER_ADDED: "来信人补充说明",
    EventName.WRITER_UNMASKED: "查看来信人身份",
    EventName.LETTER_ASSIGNED: "交办",
    EventName.LETTER_DISPATCHED: "送达承办单位",
    EventName.LETTER_REGISTERED: "接收登记",
    EventName.LETTER_SUBMITTED_TO_DEPUTY: "呈报分管负责人",
    EventName.HANDLER_INSTRUCTED: "分管负责人批示",
    EventName.INSTRUCTION_ASKED: "再次请示分管负责人",
    EventName.TASK_HANDED_ON: "单位内部交办",
    EventName.UNIT_LIMIT_SET: "单位自定办理期限",
    EventName.CO_HANDLER_ADDED: "增加协办单位",
    EventName.CO_HANDLER_RELEASED: "撤销协办单位",
    EventName.OPINION_GIVEN: "协办单位提出意见",
    EventName.OPINION_MISSING: "协办意见缺失",
    EventName.REPLY_DRAFTED: "拟写回复",
    EventName.REPLY_SENT_BACK: "审签退回修改",
    EventName.REPLY_SUBMITTED: "提交回复",
    EventName.LETTER_RETURNED: "退回",
    EventName.RETURN_UPHELD: "同意退回",
    EventName.RETURN_DISMISSED: "不同意退回",
    EventName.EXTENSION_REQUESTED: "申请延期",
    EventName.EXTENSION_GRANTED: "批准延期",
    EventName.EXTENSION_REFUSED: "不批准延期",
    EventName.REVIEW_PASSED: "审核通过",
    EventName.REVIEW_FAILED: "审核未通过，退回重办",
    EventName.REPLY_DELIVERED: "答复送达来信人",
    EventName.LETTER_PUBLISHED: "公开来信和答复",
    EventName.PUBLICATION_CORRECTED: "更正公开的内容",
    EventName.PUBLICATION_WITHDRAWN: "撤下公开的内容",
    EventName.ATTACHMENT_RELEASED: "放行附件",
    EventName.ATTACHMENT_KEPT_BACK: "附件不放行",
    EventName.REPLY_HANDED_BACK: "答复已回传来信渠道",
    EventName.LETTER_EVALUATED: "来信人评价",
    EventName.EVALUATION_LAPSED: "逾期未评价",
    EventName.REHANDLING_DECIDED: "决定是否再办",
    EventName.PROMISE_REPORTED: "报告承诺兑现情况",
    EventName.PROMISE_CONFIRMED: "来信人确认承诺兑现情况",
    EventName.DEADLINE_STEP_TAKEN: "时限提醒",
    EventName.STEP_WITHDRAWN: "撤回时限提醒",
    EventName.LIMIT_MOVED: "时限变动",
    EventName.SUPERVISION_OPENED: "启动督办",
    EventName.SUPERVISION_ANSWERED: "督办反馈",
    EventName.SUPERVISION_PRESSED: "再次督办",
    EventName.SUPERVISION_CLOSED: "督办结束",
    EventName.SUPERVISION_REPORTED: "督办报告",
    EventName.INSTRUCTION_GIVEN: "领导批示",
    EventName.INSTRUCTION_ANSWERED: "批示办理情况",
    EventName.LETTER_RECALLED: "收回来信",
    EventName.LETTER_RECATEGORISED: "更改来信类别",
    EventName.LETTER_MARKED_URGENT: "更改急件标记",
    EventName.LETTER_REMINDED: "催办",
    EventName.LETTER_WITHDRAWN: "来信人撤回",
    EventName.LETTER_CLOSED: "办结",
    EventName.TASK_COMPLETED: "完成任务",
    EventName.COMMAND_SUPERSEDED: "操作已不适用",
    EventName.EFFECT_SKIPPED: "系统步骤已不适用",
    EventName.FAULT_BEGAN: "技术故障，暂停计时和催办",
    EventName.FAULT_ENDED: "技术故障排除，恢复计时",
    EventName.EFFECTS_UNDONE: "撤销来信结束后的误办",
    EventName.NOTICE_SENT: "通知已发出",
    EventName.NOTICE_FAILED: "通知未能送达",
    EventName.QUERY_CODE_RENEWED: "重发查询码",
    EventName.CONTACT_CONFIRMED: "联系方式已由本人确认",
    EventName.CONTACT_DENIED: "联系方式不是来信人的，已停用",
    EventName.CATEGORY_CHANGE_ASKED: "征求改变检举控告类别的意见",
    EventName.CATEGORY_CHANGE_REFUSED: "检举控告类别维持不变",
}
"""Every event as staff read it on the timeline."""

WRITER_WORDS: Mapping[EventName, str] = {
    EventName.LETTER_RECEIVED: "我们收到了您的来信",
    EventName.LETTER_SCREENED: "来信已受理",
    EventName.LETTER_DECLINED: "来信不予受理",
    EventName.SUPPLEMENT_REQUESTED: "请您补充材料",
    EventName.WRITER_SUPPLIED: "收到您补充的材料",
    EventName.SUPPLEMENT_LAPSED: "补充材料的期限已过",
    EventName.LETTER_JOINED: "来信与同一事项的来信合并办理",
    EventName.LETTER_RELEASED: "来信改为单独办理",
    EventName.WRITER_ADDED: "收到您的补充说明",
    EventName.LETTER_DISPATCHED: "来信已交承办单位办理",
    EventName.LETTER_REGISTERED: "承办单位已接收来信",
    EventName.EXTENSION_GRANTED: "办理期限已延长",
    EventName.REPLY_SUBMITTED: "承办单位已提交答复，正在审核",
    EventName.REPLY_DELIVERED: "已答复",
    EventName.LETTER_PUBLISHED: "来信和答复已公开",
    EventName.LETTER_EVALUATED: "收到您的评价",
    EventName.REHANDLING_DECIDED: "已决定是否再次办理",
    EventName.PROMISE_REPORTED: "承办单位报告了承诺的兑现情况",
    EventName.PROMISE_CONFIRMED: "收到您对承诺兑现情况的确认",
    EventName.CATEGORY_CHANGE_ASKED: "我们征求您对来信类别的意见",
    EventName.CATEGORY_CHANGE_REFUSED: "来信类别维持检举控告",
    EventName.LETTER_WITHDRAWN: "您撤回了来信",
    EventName.LETTER_CLOSED: "来信已办结",
}
"""The events a writer sees on the tracking page, in his words; nothing about who inside a unit handled it."""
