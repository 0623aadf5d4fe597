"""The mail channel against servers that take less than others."""

from __future__ import annotations

import pytest

from letterbox.channels.mail import ChannelRefused, ChannelUnavailable, MailChannel, Message
from tests.support.stack.mail_server import mail_server

MESSAGE = Message("张三@例子.中国", "已收到您的来信", "查询码在此。", "<one@letterbox>")


def test_an_address_that_the_server_does_not_know_how_to_take_is_refused_and_not_tried_for_ever() -> None:
    with mail_server(takes_utf8=False) as box, pytest.raises(ChannelRefused):
        MailChannel(box.url, "letterbox@example.org").send(MESSAGE)


def test_a_server_that_takes_it_gets_it() -> None:
    with mail_server() as box:
        MailChannel(box.url, "letterbox@example.org").send(MESSAGE)
    assert len(box.mails) == 1


def test_where_encryption_is_a_must_a_server_without_it_gets_neither_password_nor_message() -> None:
    with mail_server() as box:
        url = box.url.replace("smtp://", "smtp://user:secret@")
        with pytest.raises(ChannelUnavailable, match="STARTTLS"):
            MailChannel(url, "letterbox@example.org", must_encrypt=True).send(MESSAGE)
        assert (box.mails, box.passwords) == ([], [])


def test_a_server_that_is_said_to_have_no_encryption_gets_it_without() -> None:
    with mail_server() as box:
        url = box.url.replace("smtp://", "smtp+plain://")
        MailChannel(url, "letterbox@example.org", must_encrypt=True).send(MESSAGE)
    assert len(box.mails) == 1
