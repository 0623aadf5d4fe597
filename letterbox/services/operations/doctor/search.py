"""The doctor's check that letters are found by what they say."""

from __future__ import annotations

from letterbox.services.operations.doctor.run import CheckFinding
from letterbox.services.records.search_index import SearchIndex

REBUILD = "运行 letterbox search rebuild，可以在办公时间运行"


class SearchChecks:
    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def search(self) -> CheckFinding:
        """Whether letters are missing, and whether the newest are found by what they say."""
        missing, drifted = self._index.missing(), self._index.drifted()
        detail = f"{missing} 封来信查不到，最新的来信里 {len(drifted)} 封与内容不一致"
        return CheckFinding(detail, REBUILD if missing or drifted else "")
