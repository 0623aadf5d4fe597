"""SIGTERM and SIGINT ask for an orderly end; a second one ends at once."""

from __future__ import annotations

import os
import signal
from threading import Event
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_on_signals(requested: Event) -> None:
    """Set ``requested`` at the first signal. Call from the main thread."""

    def asked(number: int, _frame: FrameType | None) -> None:
        if requested.is_set():
            os._exit(128 + number)
        requested.set()

    for number in SIGNALS:
        signal.signal(number, asked)
