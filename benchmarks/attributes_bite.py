"""Changes every single thing in the shipped diagrams and sees that the check of bundles says it, or that it changes nothing.

    python -m benchmarks.attributes_bite [FILE…]

Exit code 1 if a change that the engine or the services would see went unsaid. About a second a change beside other work.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.one_change import bare, changes


def main(arguments: Sequence[str] | None = None) -> int:
    files = repository_files()
    chosen = list(arguments or ()) or sorted(name for name in files if name.endswith(".bpmn"))
    unsaid = [line for file in chosen for line in _unsaid(file, files)]
    print(*unsaid, sep="\n")
    return 1 if unsaid else 0


def _unsaid(file: str, files: dict[str, bytes]) -> list[str]:
    before, said, same, found = bare(file, files[file]), 0, 0, []
    for change in changes(files[file]):
        if findings_of({**files, file: change.content}):
            said += 1
        elif bare(file, change.content) == before:
            same += 1
        else:
            found.append(f"{file} {change.element} {' '.join(change.kind)} {change.what}")
    print(f"{file}: {said} said, {same} say the same to engine and services, {len(found)} unsaid", file=sys.stderr)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
