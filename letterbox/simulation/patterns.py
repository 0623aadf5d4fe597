"""When letters come and how long they are: figures fitted to some six thousand real letters to mayors' mailboxes.

Only these figures are kept, none of the letters.
"""

from __future__ import annotations

import datetime as dt
import random

from letterbox.domain.clock import OFFICE_ZONE

WEEKDAYS = (0.154, 0.189, 0.189, 0.161, 0.145, 0.075, 0.086)
"""Share of the letters of a week that come on Monday … Sunday."""
WORKDAY_HOURS = (
    0.023, 0.010, 0.002, 0.003, 0.001, 0.004, 0.007, 0.015, 0.045, 0.066, 0.112, 0.087,
    0.053, 0.049, 0.067, 0.092, 0.074, 0.068, 0.050, 0.036, 0.032, 0.039, 0.039, 0.028,
)  # fmt: skip
WEEKEND_HOURS = (
    0.025, 0.018, 0.006, 0.005, 0.002, 0.007, 0.009, 0.018, 0.029, 0.045, 0.088, 0.080,
    0.067, 0.057, 0.065, 0.063, 0.050, 0.052, 0.061, 0.056, 0.051, 0.044, 0.068, 0.033,
)  # fmt: skip
BODY_LOG_MEAN, BODY_LOG_SPREAD = 5.37, 0.95
"""Characters of a body are log-normal: half below 215, one in ten above 780."""
SHORTEST, LONGEST = 20, 5000


def arrivals(rng: random.Random, first: dt.date, last: dt.date, count: int) -> list[dt.datetime]:
    """``count`` instants from ``first`` to ``last``, both days included, in order."""
    days = [first + dt.timedelta(days=index) for index in range((last - first).days + 1)]
    chosen = rng.choices(days, [WEEKDAYS[day.weekday()] for day in days], k=count)
    return sorted(_on(rng, day) for day in chosen)


def _on(rng: random.Random, day: dt.date) -> dt.datetime:
    hours = WORKDAY_HOURS if day.weekday() < 5 else WEEKEND_HOURS
    time = dt.time(rng.choices(range(24), hours)[0], rng.randrange(60), rng.randrange(60))
    return dt.datetime.combine(day, time, OFFICE_ZONE)


def body_length(rng: random.Random) -> int:
    return min(LONGEST, max(SHORTEST, round(rng.lognormvariate(BODY_LOG_MEAN, BODY_LOG_SPREAD))))
