"""What the audit trail records: acts, their results, what they were about, and which details it may hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
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


class Result(StrEnum):
    """Whether it came about."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


SENSITIVE = frozenset({Act.REPORT_READ, Act.WRITER_UNMASKED, Act.ATTACHMENT_READ, Act.DOWNLOADED, Act.EXPORTED})
"""Nobody gets to see these without a trace: where none can be kept, neither in the database nor in the file, they are refused."""

READINGS = frozenset({Act.LETTER_READ, Act.REPORT_READ})
"""What happens along the way of whatever somebody does to a letter; every other act says what he did."""

ACT_WORDS: dict[Act, str] = {
    Act.SIGN_IN: "登录",
    Act.SIGN_IN_FAILED: "登录失败",
    Act.SIGN_OUT: "退出登录",
    Act.SECOND_FACTOR: "第二因素验证",
    Act.PASSWORD_CHANGED: "修改密码",
    Act.LETTER_READ: "查看来信",
    Act.REPORT_READ: "查看检举控告",
    Act.ATTACHMENT_READ: "查看附件",
    Act.WRITER_UNMASKED: "查看来信人身份",
    Act.DOWNLOADED: "下载",
    Act.EXPORTED: "导出",
    Act.SEARCHED: "查询",
    Act.PAGE_READ: "查看页面",
    Act.CHANGED: "操作",
    Act.REFUSED: "越权访问",
    Act.TRAIL_READ: "查看审计记录",
    Act.TRAIL_ENDED: "清理到期审计记录",
}
RESULT_WORDS: dict[Result, str] = {Result.DONE: "成功", Result.REFUSED: "被拒绝", Result.FAILED: "失败"}

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
