"""Hosts and networks, as settings name them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable


def is_loopback(host: str | None) -> bool:
    """Whether what is sent to this host never leaves the machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_within(address: str | None, networks: Iterable[str]) -> bool:
    """Whether the address lies in one of the networks; an address that is none lies nowhere."""
    try:
        given = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    return any(given in ipaddress.ip_network(network) for network in networks)
