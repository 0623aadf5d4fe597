"""Changes of the shipped bundle as a process owner makes them."""

from __future__ import annotations

import io
import json
from typing import Any

from letterbox.services.design import repository_files

Upload = tuple[io.BytesIO, str]


def edited(file: str, *changes: tuple[str, str]) -> bytes:
    """A shipped file with these pieces of text replaced, each once."""
    text = repository_files()[file].decode()
    for old, new in changes:
        assert old in text, f"{file} no longer holds {old}: this test changes nothing"
        text = text.replace(old, new, 1)
    return text.encode()


def with_field(file: str, **field: Any) -> bytes:
    """A shipped form with one more field."""
    schema = json.loads(repository_files()[file])
    schema["components"].append(field)
    return json.dumps(schema, ensure_ascii=False).encode()


def upload(name: str, content: bytes) -> Upload:
    """As a browser without scripts sends it."""
    return io.BytesIO(content), name
