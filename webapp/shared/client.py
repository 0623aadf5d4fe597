"""From where a request comes: for allowances (never kept as an address), and for what opens from some networks only."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from flask import request

from letterbox.domain.keys import Purpose
from webapp.shared.context import services

DIGEST_CHARS = 32
HOUSEHOLD_BITS = 64
"""Of an IPv6 address: the rest changes at the client's will."""
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


def known_address() -> str | None:
    """The client's address; None for what came through a proxy that is not among the trusted ones: it has the proxy's."""
    is_forwarded = not services().settings.trusted_proxies and any(name in request.headers for name in FORWARDED)
    return None if is_forwarded else request.remote_addr


def client_digest() -> str:
    """A keyed digest of the client's address: the same for the same network neighbour, of no use to anybody else."""
    key = services().settings.keys.of(Purpose.CLIENT)
    return hmac.new(key.encode(), network_of(request.remote_addr).encode(), hashlib.sha256).hexdigest()[:DIGEST_CHARS]


def network_of(address: str | None) -> str:
    """The IPv4 address, or the network of an IPv6 one; an address that is none counts as itself."""
    try:
        given = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(given, ipaddress.IPv6Address):
        if given.ipv4_mapped is not None:
            return str(given.ipv4_mapped)
        return str(ipaddress.ip_network((given, HOUSEHOLD_BITS), strict=False))
    return str(given)
