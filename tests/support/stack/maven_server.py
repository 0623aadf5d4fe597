"""A small Maven repository over HTTP: real bytes, counted requests, damage on demand."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from jgo.maven import MavenContext

from letterbox.stack.engine.lock import Jar, Lock


class Repository:
    """``damaged`` maps a file name to how many downloads of it still come out wrong."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.damaged: Counter[str] = Counter()
        self.downloads: Counter[str] = Counter()
        self.url = ""

    def add(self, artifact: str, content: bytes) -> Jar:
        jar = Jar("org.example", artifact, "1.0", "", hashlib.sha256(content).hexdigest(), len(content))
        self.files[f"/{jar.path}"] = content
        return jar

    def context(self) -> MavenContext:
        return MavenContext(remote_repos={"test": self.url}, local_repos=[], timeout=5)

    def answer(self, path: str) -> bytes | None:
        name = path.rpartition("/")[2]
        content = self.files.get(path)
        if content is not None:
            self.downloads[name] += 1
            if self.damaged[name] > 0:
                self.damaged[name] -= 1
                return b"!" * len(content)
        return content


@contextmanager
def serving() -> Iterator[Repository]:
    repository = Repository()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = repository.answer(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    repository.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield repository
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def lock_of(*jars: Jar) -> Lock:
    return Lock("test", (), jars)
