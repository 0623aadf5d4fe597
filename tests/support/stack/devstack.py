"""``python -m tests.support.stack.devstack FILE [LANE]``: the pair that tests run against, kept up until Ctrl-C.

Writes where it listens to FILE; point LETTERBOX_TEST_STACK at it and test runs start in no time.
"""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

from letterbox.stack.engine import lanes
from tests.support.stack import stack


def main(arguments: list[str]) -> int:
    if len(arguments) not in {1, 2} or not set(arguments[1:]) <= set(lanes.BY_NAME):
        sys.stderr.write(f"usage: python -m tests.support.stack.devstack FILE [{'|'.join(lanes.BY_NAME)}]\n")
        return 2
    target = Path(arguments[0]).resolve()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with stack.data_folder() as folder, stack.whole_stack(folder, *arguments[1:]) as (postgres, engine):
        stack.write(target, postgres, engine)
        sys.stdout.write(f"engine   {engine.engine_url}\nexport {stack.REUSE}={target}\n")
        sys.stdout.flush()
        stop.wait()
    target.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
