"""Figures for Prometheus, in a registry of their own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """Names start with ``worker_``. ``outcome``: complete, bpmn_error, retry, incident, gone, unanswered, unlocked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.tasks = Counter(
            "worker_tasks_total", "External tasks by what became of them", ["topic", "outcome"], registry=self.registry
        )
        self.seconds = Histogram(
            "worker_handler_seconds", "Time spent in handlers", ["topic"], buckets=SECONDS, registry=self.registry
        )
        self.polls = Counter("worker_polls_total", "Fetches by result", ["result"], registry=self.registry)
        self.redelivered = Counter(
            "worker_redelivered_total", "Tasks fetched while still running here", ["topic"], registry=self.registry
        )
        self.locks_lost = Counter("worker_locks_lost_total", "Locks that were lost", ["topic"], registry=self.registry)
        self.overdue = Counter(
            "worker_overdue_total", "Handlers that ran over their time", ["topic"], registry=self.registry
        )
        self.slots = Gauge("worker_slots", "Slots of this worker", registry=self.registry)
        self.busy = Gauge("worker_slots_busy", "Slots in use", registry=self.registry)
        self.poll_age = Gauge("worker_poll_age_seconds", "Since the engine last answered", registry=self.registry)
        self.engine_up = Gauge("worker_engine_up", "1 while the engine answers", registry=self.registry)

    def text(self) -> bytes:
        return generate_latest(self.registry)
