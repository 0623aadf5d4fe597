"""The public's pages on a real port, for tests with a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.stack.serving import served
from tests.support.writers.portal import Portal


@dataclass(frozen=True)
class Site:
    url: str
    portal: Portal


@contextmanager
def live_site(portal: Portal) -> Iterator[Site]:
    with served(portal.app) as url:
        yield Site(url, portal)
