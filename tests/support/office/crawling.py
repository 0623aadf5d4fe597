"""Everything that somebody who signed in can read with a browser, found by following links from his menus."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from lxml import html as lxml_html

from tests.support.writers.script_free_browser import Browser

OF_A_KIND = 3
"""Addresses looked at that differ in numbers and parameters only."""
MOST = 120
NOT_FOLLOWED = ("/desk/sign-out", "/static/", "/write", "/desk/sso", "/letters", "/track", "/recover")
_NUMBER = re.compile(r"[A-Z]+\d{6,}|[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


def crawled(browser: Browser, starts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Address and text of each answer, errors too; of each kind of page a few."""
    waiting, known, kinds = list(starts), set(starts), Counter[str]()
    looked = 0
    while waiting and looked < MOST:
        address = waiting.pop(0)
        looked += 1
        response = browser.client.get(address, follow_redirects=True)
        text = response.get_data().decode("utf-8", "replace")  # files too
        yield address, text
        if response.mimetype != "text/html":
            continue
        for each in _links(response.request.path, text):
            kind = _NUMBER.sub("*", urlsplit(each).path) + "?" + ",".join(sorted(_names(each)))
            if each not in known and kinds[kind] < OF_A_KIND:
                kinds[kind] += 1
                known.add(each)
                waiting.append(each)


def _links(base: str, text: str) -> list[str]:
    anchors = lxml_html.fromstring(text).iter("a") if text.strip() else ()
    own = (urljoin(base, each.get("href", "")).split("#", 1)[0] for each in anchors if "href" in each.attrib)
    return [each for each in own if each.startswith("/") and not each.startswith(NOT_FOLLOWED)]


def _names(address: str) -> set[str]:
    return {part.partition("=")[0] for part in urlsplit(address).query.split("&")}
