"""External tasks of one letter, however many others wait: a worker's own fetch takes the oldest of all letters."""

from __future__ import annotations

from collections.abc import Sequence

import pycamunda.externaltask
from pycamunda.base import RequestMethod

from letterbox.engine.external_tasks import ExternalTaskCalls, _task
from letterbox.engine.records import ExternalTask, TopicRequest

MOST = 50


def lock_tasks_of(
    external: ExternalTaskCalls, worker: str, topics: Sequence[TopicRequest], number: str
) -> list[ExternalTask]:
    """Locked for ``worker``, the highest priority first."""
    call = pycamunda.externaltask.FetchAndLock(
        external._session.url, worker_id=worker, max_tasks=MOST, use_priority=True
    )
    for topic in topics:
        call.add_topic(topic.name, topic.lock_ms, variables=topic.variables)
        call.topics[-1]["businessKey"] = number
    return [_task(raw) for raw in external._session.read(RequestMethod.POST, call)]
