"""The doctor's checks of who may come in: tokens of machines."""

from __future__ import annotations

from letterbox.services.access.token_rules import ENDS_SOON, LONG_UNUSED, TokenInfo
from letterbox.services.access.tokens import Tokens
from letterbox.services.operations.doctor.run import CheckFinding


class AccessChecks:
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def tokens(self) -> CheckFinding:
        """Those that end within a month need a successor; those that nobody uses are keys lying about."""
        now = self._tokens.now()
        valid = [each for each in self._tokens.all() if each.is_valid(now)]
        soon = [each for each in valid if each.ends_soon(now)]
        unused = [each for each in valid if each.is_long_unused(now)]
        detail = [f"{len(valid)} 个有效"]
        if soon:
            detail.append(f"{ENDS_SOON.days} 天内到期：{_names(soon)}")
        if unused:
            detail.append(f"{LONG_UNUSED.days} 天没有用过：{_names(unused)}")
        remedies = []
        if soon:
            remedies.append("新建令牌换上，再撤销快到期的")
        if unused:
            remedies.append("核对没有用过的令牌，不需要的用 letterbox token revoke 撤销")
        return CheckFinding("，".join(detail), "；".join(remedies))


def _names(tokens: list[TokenInfo]) -> str:
    return "、".join(f"{each.name}（编号 {each.id}）" for each in tokens)
