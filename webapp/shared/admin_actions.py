"""What administration and operations do, in Chinese: for their own records and for the audit trail."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.services.audit.log import AdminAction

ACTIONS: Mapping[str, str] = {
    AdminAction.UNIT_CREATED: "新建单位",
    AdminAction.UNIT_EDITED: "修改单位",
    AdminAction.UNIT_DEACTIVATED: "停用单位",
    AdminAction.UNIT_ACTIVATED: "启用单位",
    AdminAction.PERSON_CREATED: "新建人员",
    AdminAction.PERSON_EDITED: "修改人员",
    AdminAction.PERSON_DEACTIVATED: "停用人员",
    AdminAction.PERSON_ACTIVATED: "启用人员",
    AdminAction.ROLE_PROPOSED: "提出授予角色",
    AdminAction.RESET_PROPOSED: "提出重设密码",
    AdminAction.REQUEST_REFUSED: "退回申请",
    AdminAction.ROLE_GIVEN: "授予角色",
    AdminAction.ROLE_ENDED: "解除角色",
    AdminAction.PASSWORD_RESET: "重设密码",
    AdminAction.SESSIONS_ENDED: "结束登录",
    AdminAction.SECOND_FACTOR_RESET: "重设动态码",
    AdminAction.LEAVE_ENTERED: "登记休假",
    AdminAction.SUBSTITUTE_APPOINTED: "安排代办人",
    AdminAction.LEAVE_ENDED: "结束休假",
    AdminAction.CLAIM_RELEASED: "释放领取",
    AdminAction.TOKEN_CREATED: "新建令牌",
    AdminAction.TOKEN_REVOKED: "撤销令牌",
    AdminAction.CALENDAR_STAGED: "暂存放假安排",
    AdminAction.CALENDAR_DISCARDED: "丢弃暂存的放假安排",
    AdminAction.CALENDAR_PUBLISHED: "公布工作日历",
    AdminAction.BUNDLE_PROPOSED: "提出部署流程",
    AdminAction.BUNDLE_SENT_BACK: "退回提出的流程",
    AdminAction.BUNDLE_DEPLOYED: "部署流程",
    AdminAction.BUNDLE_RESTORED: "退回以前的流程",
    AdminAction.RETRY_ASKED: "要求重试",
    AdminAction.RETRY_ENDED: "重试结果",
    AdminAction.STUCK_DISCARDED: "放弃",
    AdminAction.INSTANCES_MIGRATED: "迁移运行中的流程",
    AdminAction.DIFFERENCE_REPAIRED: "修复差异",
    AdminAction.PROCESS_MOVED: "移动流程",
    AdminAction.PROCESS_RESTARTED: "重启流程",
    AdminAction.PROCESS_ENDED: "结束多余的流程",
    AdminAction.LETTER_CANCELLED: "取消来信",
    AdminAction.LETTER_CLEANED_UP: "了结已结束的来信",
    AdminAction.STALL_REPAIRED: "恢复停滞",
    AdminAction.FAULT_MARKED: "标记技术故障",
    AdminAction.FAULT_ENDED: "结束技术故障",
}
