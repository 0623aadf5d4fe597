"""Messages: telling a waiting process that something happened."""

from __future__ import annotations

from collections.abc import Mapping

import pycamunda.message
from pycamunda.base import RequestMethod

from letterbox.engine.session import EngineSession
from letterbox.engine.values import Sendable, encode_all


class MessageCalls:
    """``EngineClient.messages``."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    def correlate(
        self,
        message: str,
        business_key: str | None,
        variables: Mapping[str, Sendable],
        *,
        process_instance_id: str | None = None,
        keys: Mapping[str, Sendable] | None = None,
        command_id: str | None = None,
    ) -> None:
        """Hand ``message`` to exactly one waiting execution of the letter (or of one instance), with ``variables``.

        ``keys``: values that the waiting instance's variables must have.

        Raises MismatchingCorrelation if nobody waits for it or several do. Correlating twice moves two tokens, unless both
        carry one ``command_id``: then the second raises AlreadyApplied.
        """
        call = pycamunda.message.CorrelateSingle(
            self._session.url,
            message_name=message,
            business_key=business_key,
            process_instance_id=process_instance_id,
        )
        call.process_variables = encode_all(variables)
        call.correlation_keys = encode_all(keys or {})
        self._session.read(RequestMethod.POST, call, command_id=command_id)
