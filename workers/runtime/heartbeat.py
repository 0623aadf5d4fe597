"""``/healthz`` (JSON, 503 when unhealthy) and ``/metrics`` (Prometheus) on a loopback port."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from workers.runtime.health import Health
from workers.runtime.metrics import Metrics

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class HeartbeatServer:
    """``port`` 0 takes a free one; the bound port is in ``port`` afterwards."""

    def __init__(self, health: Health, metrics: Metrics, host: str, port: int) -> None:
        self._server = ThreadingHTTPServer((host, port), _answering(health, metrics))
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.2,), name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


def _answering(health: Health, metrics: Metrics) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the base class names it
            if self.path == "/healthz":
                body = json.dumps(health.topics()).encode()
                self._send(200 if health.is_ok() else 503, "application/json", body)
            elif self.path == "/metrics":
                self._send(200, METRICS_TYPE, metrics.text())
            else:
                self._send(404, "text/plain", b"try /healthz or /metrics\n")

        def _send(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # the base class names it
            """Probes are not news."""

    return Answer
