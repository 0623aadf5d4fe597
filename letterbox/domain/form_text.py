"""Takes typed text as it is meant: without control characters, with one kind of line end."""

from __future__ import annotations

import html
import re

from letterbox.domain.typed import clean_text

_BLOCK_TAG = re.compile(r"(?i)<\s*(?:/?(?:p|div|h[1-6]|ul|ol|table|tr)|br)\b[^>]*>")
_DROPPED = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)")


def paragraphs(text: str) -> tuple[tuple[str, str], ...]:
    """Plain text with Markdown headings and bullets as lines (``heading``|``item``|``paragraph``, words)."""
    lines = (_line(line.strip()) for line in clean_text(text, lines=True).split("\n"))
    return tuple((kind, words) for kind, words in lines if words)


def _line(line: str) -> tuple[str, str]:
    if heading := re.match(r"#{1,6}\s+(.*)", line):
        return "heading", heading[1]
    if bullet := re.match(r"[-*]\s+(.*)", line):
        return "item", bullet[1]
    return "paragraph", line


def html_as_text(content: str) -> str:
    """The words of an HTML display; every tag goes, block ends become blank lines."""
    words = re.sub(r"<[^>]*>?", "", _BLOCK_TAG.sub("\n\n", _DROPPED.sub("", content)))
    return html.unescape(words)
