"""``make audit``: the locks against published advisories, by the registries' own clients; and what could not be asked.

Exit code 1: an advisory names something that is locked. 3: nothing is known to be wrong, but something could not be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOUND, NOT_ASKED = 1, 3
ENGINES = ("config/deploy/engine/operaton.lock", "config/deploy/engine/camunda-7.24.lock")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one lock. ``advisories``: a line each. ``unasked``: a line for each reason, with how many."""

    lock: str
    asked: int
    advisories: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()


def python_lock() -> Answer:
    lock = "requirements/dev.lock"
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "-r", lock, "-f", "json"]
    done = _run([*command, "--progress-spinner", "off"])
    return of_pip_audit(lock, done.stdout, done.stderr)


def of_pip_audit(lock: str, printed: str, said: str = "") -> Answer:
    """``printed``: pip-audit's JSON. A package that its service does not know was not asked about."""
    try:
        packages = json.loads(printed)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Answer(lock, 0, unasked=(f"pip-audit gave no answer: {_last(said)}",))
    skipped = [each for each in packages if "skip_reason" in each]
    found = tuple(
        f"{each['name']} {each['version']}: {one['id']} (fixed in {', '.join(one['fix_versions']) or 'nothing yet'})"
        for each in packages
        for one in each.get("vulns", ())
    )
    unasked = (
        (f"{len(skipped)} packages unknown to the advisory service, e.g. {skipped[0]['name']}",) if skipped else ()
    )
    return Answer(lock, len(packages) - len(skipped), found, unasked)


def npm_lock() -> Answer:
    done = _run(
        [
            sys.executable,
            "-c",
            "import sys; from webapp import build; import subprocess; "
            "sys.exit(subprocess.run(build.npm_command('audit', '--json', '--package-lock-only')).returncode)",
        ]
    )
    return of_npm_audit("package-lock.json", done.stdout, done.stderr)


def of_npm_audit(lock: str, printed: str, said: str = "") -> Answer:
    """``printed``: npm's JSON, version 2 of its audit report."""
    try:
        report: dict[str, Any] = json.loads(printed)
        total, found = report["metadata"]["dependencies"]["total"], report["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return Answer(lock, 0, unasked=(f"npm audit gave no answer: {_reason(printed) or _last(said)}",))
    lines = tuple(f"{name} {each['range']}: {each['severity']}" for name, each in sorted(found.items()))
    return Answer(lock, total, lines)


def engine_lock(lock: str) -> Answer:
    """Maven's registry has no client that gives advisories; whoever raises the jars compares by hand."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    jars = [line for line in lines if line and not line.startswith("#")]
    return Answer(lock, 0, unasked=(f"{len(jars)} jars: no client of their registry gives advisories",))


def images() -> Answer:
    """Base images are named by version; their registry is not asked."""
    return Answer("docker-compose.yml, config/deploy/containers/Dockerfile", 0, unasked=("base images: not asked",))


def told(answers: list[Answer]) -> tuple[list[str], int]:
    """The lines to print, and the exit code."""
    lines: list[str] = []
    for answer in answers:
        lines.append(f"{answer.lock}: {answer.asked} asked, {len(answer.advisories)} advisories")
        lines += [f"  ADVISORY {each}" for each in answer.advisories]
        lines += [f"  not asked: {each}" for each in answer.unasked]
    if any(answer.advisories for answer in answers):
        return lines, FOUND
    return lines, NOT_ASKED if any(answer.unasked for answer in answers) else 0


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)


def _last(said: str) -> str:
    return (said.strip().splitlines() or ["no reason given"])[-1]


def _reason(printed: str) -> str:
    """npm's own reason, without the address that it asked."""
    try:
        code = json.loads(printed).get("statusCode")
    except (ValueError, AttributeError):
        return ""
    return f"its registry answered {code}" if code else ""


def main() -> int:
    lines, code = told([python_lock(), npm_lock(), *map(engine_lock, ENGINES), images()])
    print("\n".join(lines))  # noqa: T201  # the command's answer
    return code


if __name__ == "__main__":
    sys.exit(main())
