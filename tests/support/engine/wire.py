"""A wire to the engine that a test can cut: a forwarder of TCP connections with faults on demand."""

from __future__ import annotations

import contextlib
import socket
from enum import Enum
from threading import Thread
from types import TracebackType
from typing import Self


class Fault(Enum):
    """NONE: as if it were not there. CUT: connections are refused or broken. LOSE_ANSWERS: requests arrive, then the
    connection breaks. LOSE_ONE_ANSWER: the same for the next answer only. SILENT: nothing arrives and nothing comes back (half-open).
    """

    NONE = "none"
    CUT = "cut"
    LOSE_ANSWERS = "lose answers"
    LOSE_ONE_ANSWER = "lose one answer"
    SILENT = "silent"


class Wire:
    """Forwards ``127.0.0.1:port`` to ``target``; set ``fault`` at any time, also for open connections."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._fault = Fault.NONE
        Thread(target=self._accept, daemon=True).start()

    @property
    def fault(self) -> Fault:
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._fault = fault
        if fault is Fault.CUT:
            self._break_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._break_all()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._fault is Fault.CUT:
                _close(near)
                continue
            far = socket.create_connection(self._target)
            self._open += [near, far]
            Thread(target=self._pump, args=(near, far, False), daemon=True).start()
            Thread(target=self._pump, args=(far, near, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_answer and self._fault in {Fault.LOSE_ANSWERS, Fault.LOSE_ONE_ANSWER}:
                    if self._fault is Fault.LOSE_ONE_ANSWER:
                        self._fault = Fault.NONE
                    break
                if self._fault is not Fault.SILENT:
                    sink.sendall(data)
        _close(source)
        _close(sink)

    def _break_all(self) -> None:
        while self._open:
            _close(self._open.pop())


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
