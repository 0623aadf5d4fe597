"""The doctor's check of what personal data are sealed with."""

from __future__ import annotations

from letterbox.services.operations.doctor.run import CheckFinding
from letterbox.services.operations.keys.renewal import KeyRenewal

RENEW = "运行 letterbox keys renew，完成后才能从 LETTERBOX_OLD_SECRET_KEYS 去掉旧密钥"


class KeyChecks:
    def __init__(self, renewal: KeyRenewal) -> None:
        self._renewal = renewal

    def keys(self) -> CheckFinding:
        """How much still lies under an older key or in clear."""
        state = self._renewal.state()
        detail = f"现行密钥 {state.current}，{state.rows} 行个人信息、{state.files} 个附件不是用它加密的"
        if state.older:
            detail += f"，还要保留旧密钥 {'、'.join(state.older)}"
        return CheckFinding(detail, "" if state.is_done else RENEW)
