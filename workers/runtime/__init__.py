"""A runtime for external tasks: bounded, patient, observable. Knows an engine only through ``port.Engine``."""

from workers.runtime.backoff import Backoff
from workers.runtime.config import WorkerConfig
from workers.runtime.duty import Duty
from workers.runtime.outcome import BpmnError, Complete, Fail, Outcome, RetryLater
from workers.runtime.port import DeliveryLog, Engine, ExternalTask, Handler, Subscription
from workers.runtime.repeating import Repeating
from workers.runtime.worker import Worker

__all__ = [
    "Backoff",
    "BpmnError",
    "Complete",
    "DeliveryLog",
    "Duty",
    "Engine",
    "ExternalTask",
    "Fail",
    "Handler",
    "Outcome",
    "Repeating",
    "RetryLater",
    "Subscription",
    "Worker",
    "WorkerConfig",
]
