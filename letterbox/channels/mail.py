"""Mail by SMTP: one message a call, with a stable Message-ID, and errors that say whether to retry."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import localtime
from urllib.parse import unquote, urlsplit

from letterbox.domain.errors import LetterboxError, Unavailable

TIMEOUT_S, GREETING_TIMEOUT_S = 20, 3
SMTPS_PORT, SUBMISSION_PORT = 465, 25
CLOSING = 421
"""The server's word that it takes nothing for now (RFC 5321, 3.8)."""
THIS_ONE = smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError
"""What a server says of one recipient or one text."""


class ChannelUnavailable(Unavailable):
    """The mail or SMS server cannot be reached or asks to come later (SMTP 4xx)."""


class MessageDeferred(ChannelUnavailable):
    """The server is there and asks to come later with this message; another recipient's it may take."""


class ChannelRefused(LetterboxError):
    """The server refused this message for good (SMTP 5xx, an address that does not exist)."""


@dataclass(frozen=True, slots=True)
class Message:
    """``message_id`` stays the same however often the message is sent."""

    to: str
    subject: str
    body: str
    message_id: str


class MailChannel:
    """``url``: ``smtp://user:password@host:port`` (STARTTLS), ``smtps://…`` (TLS from the start) or ``smtp+plain://…``.

    ``must_encrypt``: a server behind ``smtp://`` that offers no STARTTLS gets nothing, neither password nor message.
    ``smtp+plain`` says that it is known to have none.
    """

    def __init__(self, url: str, sender: str, *, must_encrypt: bool = False) -> None:
        parts = urlsplit(url)
        self._is_tls = parts.scheme == "smtps"
        self._must_encrypt = must_encrypt
        self._is_plain = parts.scheme == "smtp+plain"
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (SMTPS_PORT if self._is_tls else SUBMISSION_PORT)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "")
        self._sender = sender

    def send(self, message: Message) -> None:
        """Raises ChannelUnavailable (try later; MessageDeferred if only this one) or ChannelRefused (never)."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, message.to, message.subject.replace("\n", " ")
        mail["Message-ID"], mail["Date"] = message.message_id, localtime()
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body)
        try:
            with self._connected() as server:
                _hand_over(server, mail)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            code = _code(error)
            if 500 <= code < 600:
                raise ChannelRefused(f"邮件服务器拒收（{code}）") from error
            is_for_all = code == CLOSING or not isinstance(error, THIS_ONE)
            later = ChannelUnavailable if is_for_all else MessageDeferred
            raise later(f"邮件服务器暂不接收（{code}）") from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelUnavailable(f"连不上邮件服务器 {self._host}:{self._port}") from error

    def greet(self) -> None:
        """Say hello to the server and leave. Raises ChannelUnavailable."""
        try:
            with self._connected(GREETING_TIMEOUT_S) as server:
                server.noop()
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelUnavailable(f"连不上邮件服务器 {self._host}:{self._port}") from error

    def _connected(self, timeout_s: float = TIMEOUT_S) -> smtplib.SMTP:
        if self._is_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=timeout_s, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=timeout_s)
            self._encrypt(server)
        if self._user:
            server.login(self._user, self._password)
        return server

    def _encrypt(self, server: smtplib.SMTP) -> None:
        """Raises ChannelUnavailable where encryption is a must and the server has none."""
        if self._is_plain:
            return
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif self._must_encrypt:
            server.close()
            raise ChannelUnavailable(
                f"邮件服务器 {self._host}:{self._port} 不支持加密（STARTTLS），没有发送：请改用 smtps:// 地址"
            )


def _hand_over(server: smtplib.SMTP, mail: EmailMessage) -> None:
    try:
        server.send_message(mail)
    except smtplib.SMTPNotSupportedError as error:
        raise ChannelRefused("邮件服务器不收这样的地址") from error


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((int(code) for code, _text in error.recipients.values()), default=450)
    return int(getattr(error, "smtp_code", 450))
