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
    if isinstance(given, ipaddress.IPv6Address) and given.ipv4_mapped is not None:
        given = given.ipv4_mapped
    return any(given in ipaddress.ip_network(network) for network in networks)


def as_network(given: str) -> str:
    """The network or single address in its canonical writing. Raises ValueError saying what to write instead."""
    try:
        network = ipaddress.ip_network(given, strict=False)
    except ValueError:
        raise ValueError(f"{given} 不是网络地址，应写成 10.1.2.3 或者 10.1.2.0/24 这样") from None
    if network.prefixlen == 0:
        raise ValueError(f"{given} 是所有地址：不限制地址就留空")
    if "/" in given and str(network.network_address) != given.partition("/")[0].lower():
        raise ValueError(f"{given} 不是一个网段的开头，应写成 {network}")
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)
