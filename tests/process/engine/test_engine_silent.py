"""An engine that never answers, or is not there: whoever waits for a page waits once, not thrice."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Thread

import pytest

from letterbox.engine import session
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.patience import page


@pytest.fixture
def asked() -> Iterator[list[socket.socket]]:
    """The connections that were made to a silent server; its port is that of the first one's own end."""
    with ExitStack() as closing:
        server = closing.enter_context(socket.create_server(("127.0.0.1", 0)))
        connections: list[socket.socket] = [server]

        def accept() -> None:
            while True:
                try:
                    connections.append(closing.enter_context(server.accept()[0]))
                except OSError:
                    return

        Thread(target=accept, daemon=True).start()
        yield connections
        server.shutdown(socket.SHUT_RDWR)


def test_a_reading_that_got_no_answer_in_time_is_not_repeated(asked: list[socket.socket]) -> None:
    port = asked[0].getsockname()[1]
    with EngineClient(f"http://127.0.0.1:{port}/engine-rest", "u", "p", read_timeout_s=0.3) as client:
        with pytest.raises(EngineUnavailable):
            client.version()
        assert not client.is_up()
    assert len(asked) - 1 == 2


def test_a_page_waits_once_however_much_it_asks(asked: list[socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr(session.time, "sleep", paused.append)
    port = asked[0].getsockname()[1]
    with EngineClient(f"http://127.0.0.1:{port}/engine-rest", "u", "p", read_timeout_s=30) as client, page(0.3):
        for _each in range(5):
            with pytest.raises(EngineUnavailable):
                client.version()
    assert (len(asked) - 1, paused) == (1, [])


def test_a_page_asks_again_once_however_much_it_asks_an_engine_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr(session.time, "sleep", paused.append)
    with EngineClient("http://127.0.0.1:1/engine-rest", "u", "p") as client:
        for _each in range(2):
            with page():
                for _question in range(5):
                    with pytest.raises(EngineUnavailable):
                        client.version()
        assert paused == [*session.PAUSES_BEFORE_REREADING_S] * 2
        for _each in range(2):
            with pytest.raises(EngineUnavailable):
                client.version()
        assert paused == [*session.PAUSES_BEFORE_REREADING_S] * 4, "elsewhere each reading is patient"
