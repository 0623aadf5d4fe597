"""What is kept only for a while is deleted after it: ended sessions, old attempts."""

from __future__ import annotations

from collections.abc import Callable, Sequence


class Housekeeping:
    """``purges``: each deletes what is too old and answers how many rows."""

    def __init__(self, purges: Sequence[Callable[[], int]]) -> None:
        self._purges = purges

    def clear_away(self) -> bool:
        """Purge everything once; False: the next round may wait."""
        for purge in self._purges:
            purge()
        return False
