"""What a worker process says of its topics at its own ``/healthz``."""

from __future__ import annotations

from typing import Any

import requests

TIMEOUT_S = 3


def topics(url: str | None) -> list[dict[str, Any]]:
    """``topic``, ``ok``, ``last_poll_s`` of each; empty without an address or an answer."""
    if not url:
        return []
    try:
        found = requests.get(f"{url}/healthz", timeout=TIMEOUT_S).json()
    except (requests.RequestException, ValueError):
        return []
    return [{key: one.get(key) for key in ("topic", "ok", "last_poll_s")} for one in found]
