"""The texts of a form as plain lines: Markdown-like text as headings, items and paragraphs, an HTML display as its
words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from letterbox.domain.clean_text import clean_text

_BLOCK_TAG = re.compile(r"<\s{0,5}(?:/?(?:p|div|h[1-6]|ul|ol|table|tr)|br)\b", re.IGNORECASE)
_INVISIBLE = re.compile(r"<(script|style)\b", re.IGNORECASE)


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
    """The words of an HTML display; every tag goes, block ends become blank lines. Each sign is looked at once."""
    return html.unescape("".join(_words_of(content)))


def _words_of(content: str) -> Iterator[str]:
    lower, at = content.lower(), 0
    while (start := content.find("<", at)) >= 0:
        yield content[at:start]
        comment, invisible = content.startswith("<!--", start), _INVISIBLE.match(content, start)
        ends = "-->" if comment else f"</{invisible[1].lower()}" if invisible else ">"
        end = lower.find(ends, start + 1)
        if end >= 0 and invisible:
            end = content.find(">", end)
        if end < 0:
            return
        if not comment and not invisible and _BLOCK_TAG.match(content, start):
            yield "\n\n"
        at = end + (len(ends) if comment else 1)
    yield content[at:]
