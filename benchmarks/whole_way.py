"""Letters from a file, worked through ``/api/v1`` by the county's staff until all are answered or declined.

    python -m benchmarks.whole_way LETTERS.csv [--letters 300] [--threads 4] [--json]

Prints letters per second end to end, the engine's own limit measured in the same run (a bare loop of start, fetch and
complete on a process with as many wait states as a letter passes, its watch and messages included), their ratio, and
whether every letter has exactly the events its way requires. Starts a stack of its own, or uses a running one
(``--data-dir``). Exit code 1 if a letter was lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from typing import Any

from benchmarks import cpu, running_stack
from benchmarks.bare_loop import BareLoop
from benchmarks.checks import check, wait_states
from benchmarks.running_stack import Site
from benchmarks.staff import Clerk, Office
from letterbox import wiring
from letterbox.channels.imports import letters_in
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Channel, Role
from letterbox.wiring import Services
from letterbox.wiring_machine import MachineServices

GOAL = 0.5
QUIET_S = 120


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    stack = running_stack.running(options.data_dir) if options.data_dir else running_stack.started()
    with stack as site, closing(wiring.build(site.settings)) as services:
        report = Run(site, services, options).report()
    print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 2))
    checks = report["checks"]
    return 1 if checks["lost"] or checks["doubled"] or checks["wrong_letters"] or report["trouble"] else 0


class Run:
    def __init__(self, site: Site, services: Services, options: argparse.Namespace) -> None:
        self._site = site
        self._services = services
        self._options = options

    def report(self) -> dict[str, Any]:
        before = wait_states(self._services.engine)
        spent = cpu.seconds(self._site.pid) if self._site.pid else Counter[str]()
        begun = time.perf_counter()
        codes = self._bring_in()
        imported = time.perf_counter() - begun
        office = self._work(codes)
        seconds = time.perf_counter() - begun
        self._until_quiet()
        parts = cpu.spent_since(self._site.pid, spent) if self._site.pid else {}
        passed = {name: count - before[name] for name, count in wait_states(self._services.engine).items()}
        say("checking every letter …")
        token = self._services.tokens.create("supervisor", "benchmark: checks")
        found = check(self._site.url, token, codes, self._options.seed, self._services.engine)
        per_letter = sum(passed.values()) / max(1, len(codes))
        limit = self._bare(round(per_letter))
        rate = len(office.done) / seconds
        return {
            "letters": len(codes), "finished": len(office.done), "threads": self._options.threads,
            "seconds": round(seconds, 1), "import_seconds": round(imported, 1), "letters_per_second": round(rate, 2),
            "wait_states_per_letter": round(per_letter, 1), "wait_states": passed,
            "bare_letters_per_second": round(limit, 2), "bare_tasks_per_second": round(limit * round(per_letter), 1),
            "ratio": round(rate / limit, 2), "goal": GOAL, "checks": found.document(), "calls": dict(office.calls),
            "mean_ms": {kind: round(1000 * office.seconds[kind] / count, 1) for kind, count in office.calls.items()},
            "cpu_seconds": parts, "trouble": office.trouble[:5],
        }  # fmt: skip

    def _bring_in(self) -> dict[str, str]:
        """The first rows of the file that are new, through the import; letter → query code."""
        codes: dict[str, str] = {}
        path: Path = self._options.file
        rows = takewhile(
            lambda _row: len(codes) < self._options.letters, letters_in(path, path.name, Channel.CITY_PORTAL)
        )
        with MachineServices(self._services).importing() as importing:
            result = importing.take_in(
                rows,
                lambda _row, receipt: codes.update(
                    {receipt.number: receipt.query_code} if receipt and receipt.query_code else {}
                ),
            )
        say(f"imported {result.accepted}, already there {result.already_there}, refused {len(result.refused)}")
        return codes

    def _work(self, codes: dict[str, str]) -> Office:
        def token(role: str, unit: str | None) -> str:
            return self._services.tokens.create(role, f"benchmark: {role}", unit)

        office = Office(self._site.url, self._options.seed, codes, token, self._options.open_each)
        clerks = [Clerk(office) for _ in range(self._options.threads)]
        for clerk in clerks:
            clerk.start()
        told = time.monotonic()
        while any(clerk.is_alive() for clerk in clerks):
            time.sleep(0.05)
            if time.monotonic() - told > 10:
                told = time.monotonic()
                say(f"{len(office.done)} of {len(codes)} finished, {sum(office.calls.values())} calls")
        self._wait_for_delivery(codes, office)
        return office

    def _wait_for_delivery(self, codes: dict[str, str], office: Office) -> None:
        """A letter is answered when its reply is delivered, not when its review is typed in."""
        deadline = time.monotonic() + QUIET_S
        actor = Actor(ActorKind.SYSTEM, None, "benchmark", frozenset({Grant(Role.SUPERVISOR)}))
        while time.monotonic() < deadline and not office.trouble:
            found = [self._services.records.search(actor, status=status, per_page=1).total for status in ENDS]
            if sum(found) >= len(codes):
                return
            time.sleep(0.1)

    def _until_quiet(self) -> None:
        """Until the engine has no job to run: continuations and watches have caught up."""
        deadline = time.monotonic() + QUIET_S
        while self._services.engine.jobs.count_executable() and time.monotonic() < deadline:
            time.sleep(0.2)

    def _bare(self, tasks: int) -> float:
        settings, instances = self._site.settings, min(self._options.letters, self._options.bare)
        say(f"bare loop: {instances} instances of {tasks} external tasks, {self._options.threads} threads …")
        loop = BareLoop(
            settings.engine_url, (settings.engine_user, settings.engine_password), tasks, settings.worker_slots
        )
        return loop.run(instances, self._options.threads)


ENDS = ("answered", "declined")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole_way", description=__doc__)
    parser.add_argument("file", type=Path, help="letters as CSV or XLSX; read, never copied")
    parser.add_argument("--letters", type=int, default=300)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bare", type=int, default=100, help="instances of the bare loop")
    parser.add_argument("--open-each", action="store_true", help="open every task before answering it, as people do")
    parser.add_argument("--data-dir", type=Path, help="use the stack that runs in this folder")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
