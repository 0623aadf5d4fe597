"""Places in a text that were left to be filled in, as standard texts mark them: ideographic spaces within a line, underscores."""

from __future__ import annotations

import re

BLANK = re.compile(r"(?<=\S)(?:\u3000{2,}(?=[^\s])|\u3000(?=[年月日号条元])|_{2,})", re.MULTILINE)
AROUND = 6


def blanks_in(text: str) -> list[str]:
    """Each blank with the few characters around it, in order; an indent at the start of a line is none."""
    found = []
    for line in text.splitlines():
        for match in BLANK.finditer(line):
            before, after = (
                line[max(0, match.start() - AROUND) : match.start()],
                line[match.end() : match.end() + AROUND],
            )
            found.append(f"{before}{match.group()}{after}".strip())
    return found
