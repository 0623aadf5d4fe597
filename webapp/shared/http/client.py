"""From where a request comes: for allowances (never kept as an address), and for what opens from some networks only."""

from __future__ import annotations

import hashlib
import hmac

from flask import request

from letterbox.domain.keys import Purpose
from letterbox.services.access.rate_limit import client_of
from webapp.services import services

DIGEST_CHARS = 32
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


def known_address() -> str | None:
    """The client's address; None for what came through a proxy that is not among the trusted ones: it has the proxy's."""
    is_forwarded = not services().settings.trusted_proxies and any(name in request.headers for name in FORWARDED)
    return None if is_forwarded else request.remote_addr


def client_key() -> str:
    """Whom wrong query codes are counted against, beside the letter itself."""
    return request.remote_addr or "-"


def client_digest() -> str:
    """A keyed digest of the client's address: the same for the same network neighbour, of no use to anybody else."""
    key = services().settings.keys.of(Purpose.CLIENT)
    return hmac.new(key.encode(), client_of(request.remote_addr).encode(), hashlib.sha256).hexdigest()[:DIGEST_CHARS]
