"""Uploaded files stay in memory until they are sealed: Werkzeug would put large ones on the disk in clear."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Flask, Request


class MemoryRequest(Request):
    """``MAX_CONTENT_LENGTH`` bounds what one request may hold."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002  # Werkzeug's signature
        content_type: str | None,  # noqa: ARG002  # as above
        filename: str | None = None,  # noqa: ARG002  # as above
        content_length: int | None = None,  # noqa: ARG002  # as above
    ) -> IO[bytes]:
        return BytesIO()


def install(app: Flask) -> None:
    app.request_class = MemoryRequest
