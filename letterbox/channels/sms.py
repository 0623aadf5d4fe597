"""SMS by the county's gateway: one HTTP POST of ``{to, text, id}`` a message."""

from __future__ import annotations

import requests

from letterbox.channels.mail import ChannelRefused, ChannelUnavailable, Message

TIMEOUT_S = (3.05, 20)
TOO_MANY, SERVER_ERROR = 429, 500


class SmsChannel:
    """``url`` is the gateway's address; ``id`` lets it drop a message that it already has."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, message: Message) -> None:
        """Raises ChannelUnavailable (try later) or ChannelRefused (never)."""
        body = {"to": message.to, "text": message.body, "id": message.message_id}
        try:
            answer = requests.post(self._url, json=body, timeout=TIMEOUT_S)
        except requests.RequestException as error:
            raise ChannelUnavailable("连不上短信网关") from error
        if answer.status_code == TOO_MANY or answer.status_code >= SERVER_ERROR:
            raise ChannelUnavailable(f"短信网关暂不接收（{answer.status_code}）")
        if not answer.ok:
            raise ChannelRefused(f"短信网关拒收（{answer.status_code}）")
