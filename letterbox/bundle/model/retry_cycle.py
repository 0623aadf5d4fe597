"""How often the engine tries a failed step again by itself, and when it gives up and tells the operator."""

from __future__ import annotations

import re
from datetime import timedelta

MOST_TIMES = 20
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(days=1)
"""Between two tries a worker or a server gets time to come back; whoever has a working day to act must hear of a fault on
that day."""
_CYCLE = re.compile(r"R(?P<times>\d{1,4})/(?P<wait>P.*)", re.ASCII)
_WAIT = re.compile(
    r"P(?:(?P<days>\d{1,4})D)?(?:T(?=\d)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?",
    re.ASCII,
)


def retries_problem(text: str) -> str:
    """What is wrong with a ``failedJobRetryTimeCycle``, "" if nothing: ``R5/PT5M``, or one wait for each further try."""
    cycle = _CYCLE.fullmatch(text)
    waits = [_wait(cycle["wait"])] * int(cycle["times"]) if cycle else [_wait(each) for each in text.split(",")]
    if None in waits or not waits:
        return "不是重试的写法：应为次数和间隔，间隔只用天、小时、分、秒"
    if len(waits) > MOST_TIMES:
        return f"要重试 {len(waits)} 次，最多 {MOST_TIMES} 次：出了错会一直没有人知道"
    found = [wait for wait in waits if wait is not None]
    if min(found) < SHORTEST:
        return f"的间隔太短，至少 {SHORTEST.seconds} 秒：对方来不及恢复，次数就用完了"
    if sum(found, timedelta()) > LONGEST:
        return "加起来超过一天：那以后才有人知道出了错，时限已经过了"
    return ""


def _wait(text: str) -> timedelta | None:
    match = _WAIT.fullmatch(text.strip())
    if match is None or text.strip() == "P":
        return None
    return timedelta(**{unit: int(count) for unit, count in match.groupdict(default="0").items()})
