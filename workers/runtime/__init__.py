"""A runtime for external tasks: bounded, patient, observable. Knows an engine only through ``port.Engine``."""

from workers.runtime.backoff import Backoff
from workers.runtime.config import WorkerConfig
from workers.runtime.outcome import BpmnError, Complete, Fail, Outcome, RetryLater
from workers.runtime.port import DeliveryLog, Engine, ExternalTask, Handler, Subscription
from workers.runtime.repeating import Repeating
from workers.runtime.topic_handler import TopicHandler
from workers.runtime.worker import Worker

__all__ = [
    "Backoff",
    "BpmnError",
    "Complete",
    "DeliveryLog",
    "Engine",
    "ExternalTask",
    "Fail",
    "Handler",
    "Outcome",
    "Repeating",
    "RetryLater",
    "Subscription",
    "TopicHandler",
    "Worker",
    "WorkerConfig",
]
