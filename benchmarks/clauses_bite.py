"""Breaks each clause of the regime in a copy of the project and sees that its tests notice.

    python -m benchmarks.clauses_bite [CLAUSE…] [--json]

Reads ``clause_mutations.yaml``. Needs a running pair (``LETTERBOX_TEST_STACK``, see docs/how-to/develop.md) or starts one a
clause, which takes long. Exit code 1 if a broken clause went unnoticed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from letterbox.settings import ROOT

MUTATIONS = Path(__file__).with_name("clause_mutations.yaml")
FAILED = 1
"""pytest's exit code when tests ran and some failed."""


@dataclass(frozen=True, slots=True)
class Mutation:
    clause: str
    what: str
    file: str
    find: str
    replace: str
    tests: list[str]


@dataclass(frozen=True, slots=True)
class Bite:
    """``noticed``: a test failed; ``by`` names the first."""

    clause: str
    what: str
    noticed: bool
    by: str


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clauses_bite", description=__doc__)
    parser.add_argument("clauses", nargs="*")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    chosen = [each for each in mutations() if not options.clauses or each.clause in options.clauses]
    bites = [_tried(each) for each in chosen]
    if options.json:
        print(json.dumps([asdict(each) for each in bites], ensure_ascii=False))
    unnoticed = [each.clause for each in bites if not each.noticed]
    print(f"{len(bites) - len(unnoticed)} of {len(bites)} noticed", *unnoticed, file=sys.stderr)
    return 1 if unnoticed else 0


def mutations() -> list[Mutation]:
    return [Mutation(**row) for row in yaml.safe_load(MUTATIONS.read_text(encoding="utf-8"))]


def _tried(mutation: Mutation) -> Bite:
    with tempfile.TemporaryDirectory(prefix="letterbox-clause-") as folder:
        copy = Path(folder)
        _copy(copy)
        target = copy / mutation.file
        target.write_text(target.read_text(encoding="utf-8").replace(mutation.find, mutation.replace), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutation.tests]
        run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    by = next((line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
    bite = Bite(clause=mutation.clause, what=mutation.what, noticed=run.returncode == FAILED, by=by[:160])
    print(f"{bite.clause:4} {'noticed' if bite.noticed else 'NOT NOTICED'}  {bite.what}  {bite.by}", file=sys.stderr)
    return bite


def _copy(folder: Path) -> None:
    """What git knows, and the bundled front end."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    shutil.copytree(ROOT / "webapp/static/dist", folder / "webapp/static/dist", dirs_exist_ok=True)


if __name__ == "__main__":
    sys.exit(main())
