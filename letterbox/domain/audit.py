"""What the audit trail records: acts, their results, what they were about, and which details it may hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AuditAct(StrEnum):
    """What somebody did or tried to do (GB/T 22239-2019 8.1.4.3: every user, important acts)."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    SECOND_FACTOR = "second_factor"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # the name of an act
    LETTER_READ = "letter_read"
    REPORT_READ = "report_read"
    ATTACHMENT_READ = "attachment_read"
    WRITER_UNMASKED = "writer_unmasked"
    DOWNLOADED = "downloaded"
    EXPORTED = "exported"
    SEARCHED = "searched"
    PAGE_READ = "page_read"
    CHANGED = "changed"
    REFUSED = "refused"
    TRAIL_READ = "trail_read"
    TRAIL_ENDED = "trail_ended"


class AuditResult(StrEnum):
    """Whether it came about."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


SENSITIVE = frozenset(
    {AuditAct.REPORT_READ, AuditAct.WRITER_UNMASKED, AuditAct.ATTACHMENT_READ, AuditAct.DOWNLOADED, AuditAct.EXPORTED}
)
"""Nobody gets to see these without a trace: where none can be kept, neither in the database nor in the file, they are refused."""

READINGS = frozenset({AuditAct.LETTER_READ, AuditAct.REPORT_READ})
"""What happens along the way of whatever somebody does to a letter; every other act says what he did."""

ACT_WORDS: dict[AuditAct, str] = {
    AuditAct.SIGN_IN: "登录",
    AuditAct.SIGN_IN_FAILED: "登录失败",
    AuditAct.SIGN_OUT: "退出登录",
    AuditAct.SECOND_FACTOR: "第二因素验证",
    AuditAct.PASSWORD_CHANGED: "修改密码",
    AuditAct.LETTER_READ: "查看来信",
    AuditAct.REPORT_READ: "查看检举控告",
    AuditAct.ATTACHMENT_READ: "查看附件",
    AuditAct.WRITER_UNMASKED: "查看来信人身份",
    AuditAct.DOWNLOADED: "下载",
    AuditAct.EXPORTED: "导出",
    AuditAct.SEARCHED: "查询",
    AuditAct.PAGE_READ: "查看页面",
    AuditAct.CHANGED: "操作",
    AuditAct.REFUSED: "越权访问",
    AuditAct.TRAIL_READ: "查看审计记录",
    AuditAct.TRAIL_ENDED: "清理到期审计记录",
}
RESULT_WORDS: dict[AuditResult, str] = {
    AuditResult.DONE: "成功",
    AuditResult.REFUSED: "被拒绝",
    AuditResult.FAILED: "失败",
}

DETAILS: dict[str, str] = {
    "action": "事项",
    "page": "页面",
    "status": "状态码",
    "why": "原因",
    "filters": "条件",
    "hits": "条数",
    "words": "查询词字数",
    "print": "查询词指纹",
    "format": "格式",
    "file": "文件编号",
    "letter": "来信",
    "factor": "方式",
    "role": "角色",
    "unit": "单位",
    "until": "截至",
    "rows": "行数",
    "late": "补记",
}
"""What may stand beside an act, and how the auditor reads it; anything else is left out."""
LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Thing:
    """What an act was about: ``kind`` letter, person, file, page, …; ``id`` its number, never words of a letter."""

    kind: str
    id: str


NOTHING = Thing("", "")
