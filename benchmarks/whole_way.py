"""Letters from a file, worked through ``/api/v1`` by the county's staff until all are answered or declined.

    python -m benchmarks.whole_way LETTERS.csv [--letters 300] [--threads 4] [--json]

Prints letters per second end to end and two limits of the engine alone, measured in the same run: a bare loop of start,
fetch and complete on one process with as many external tasks as a letter passes wait states (``ratio``), and as many
instances with wait states of the same kinds (``ratio_same_wait_states``). Checks that every letter has exactly the
events its way requires. Starts a stack of its own, or uses a running one (``--data-dir``). Exit code 1 if a letter was
lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import cpu, running_stack, wait_states
from benchmarks.bare_loop import BareLoop
from benchmarks.checks import check
from benchmarks.engine_alone import EngineAlone
from benchmarks.mirror import mirrors
from benchmarks.running_stack import Site
from benchmarks.staff import Clerk, Office
from benchmarks.wait_states import Passed
from letterbox import wiring
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Channel, Role
from letterbox.services.intake.previews import Verdict
from letterbox.wiring import Services
from letterbox.wiring.machine import MachineServices

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
        if self._options.warm:
            say(f"warming up with {self._options.warm} letters …")
            self._work(self._bring_in(self._options.warm))
            self._until_quiet()
        before = wait_states.passed(self._services.engine)
        spent = self._spent()
        begun = time.perf_counter()
        codes = self._bring_in(self._options.letters)
        imported = time.perf_counter() - begun
        office = self._work(codes)
        seconds = time.perf_counter() - begun
        self._until_quiet()
        parts = self._since(spent)
        ways = wait_states.since(before, wait_states.passed(self._services.engine))
        say("checking every letter …")
        token = self._services.tokens.create("supervisor", "benchmark: checks")
        found = check(self._site.url, token, codes, self._options.seed, self._services.engine)
        return {
            "letters": len(codes),
            "warm": self._options.warm,
            "finished": len(office.done),
            "threads": self._options.threads,
            "seconds": round(seconds, 1),
            "import_seconds": round(imported, 1),
            **self._rates(ways, len(office.done) / seconds),
            "checks": found.document(),
            "calls": dict(office.calls),
            "mean_ms": {kind: round(1000 * office.seconds[kind] / count, 1) for kind, count in office.calls.items()},
            "cpu_seconds": parts,
            "cpu_ms_per_letter": cpu_ms(parts, len(codes)),
            "trouble": office.trouble[:5],
        }

    def _rates(self, ways: dict[str, Passed], rate: float) -> dict[str, Any]:
        """Ours beside the two limits."""
        passed = wait_states.by_kind(ways)
        per_letter = sum(passed.values()) / max(1, self._options.letters)
        bare = self._bare(round(per_letter))
        spent = self._spent()
        alone = self._alone(ways)
        alone_ms = cpu_ms(self._since(spent), min(self._options.letters, self._options.bare))
        return {
            "letters_per_second": round(rate, 2),
            "wait_states_per_letter": round(per_letter, 1),
            "wait_states": passed,
            "instances": {key: way.instances for key, way in ways.items()},
            "bare_letters_per_second": round(bare, 2),
            "bare_tasks_per_second": round(bare * round(per_letter), 1),
            "ratio": round(rate / bare, 2),
            "same_wait_states_letters_per_second": round(alone, 2),
            "same_wait_states_cpu_ms_per_letter": alone_ms,
            "ratio_same_wait_states": round(rate / alone, 2),
            "goal": GOAL,
        }

    def _bring_in(self, count: int) -> dict[str, str]:
        """The first ``count`` rows of the file that are new, through the import; letter → query code."""
        codes: dict[str, str] = {}
        path: Path = self._options.file
        with MachineServices(self._services).importing() as importing:
            preview = importing.preview(path, path.name, Channel.CITY_PORTAL)
            new = [row for row in preview.rows if row.verdict is Verdict.NEW]
            result = importing.import_rows(
                replace(preview, rows=new[:count]),
                seen=lambda _row, receipt: codes.update(
                    {receipt.number: receipt.query_code} if receipt and receipt.query_code else {}
                ),
            )
        say(f"imported {result.accepted}, of {len(preview.rows)} rows {len(new)} were new")
        return codes

    def _work(self, codes: dict[str, str]) -> Office:
        def token(role: str, unit: str | None) -> str:
            return self._services.tokens.create(role, f"benchmark: {role}", unit)

        ended = self._ended()
        office = Office(
            url=self._site.url, seed=self._options.seed, codes=codes, token=token, opens_each=self._options.open_each
        )
        clerks = [Clerk(office) for _ in range(self._options.threads)]
        for clerk in clerks:
            clerk.start()
        told = time.monotonic()
        while any(clerk.is_alive() for clerk in clerks):
            time.sleep(0.05)
            if time.monotonic() - told > 10:
                told = time.monotonic()
                say(f"{len(office.done)} of {len(codes)} finished, {sum(office.calls.values())} calls")
        self._wait_for_delivery(ended + len(codes), office)
        return office

    def _wait_for_delivery(self, count: int, office: Office) -> None:
        """A letter is answered when its reply is delivered, not when its review is typed in."""
        deadline = time.monotonic() + QUIET_S
        while time.monotonic() < deadline and not office.trouble and self._ended() < count:
            time.sleep(0.1)

    def _ended(self) -> int:
        """How many letters are answered or declined."""
        actor = Actor(kind=ActorKind.SYSTEM, id=None, name="benchmark", grants=frozenset({Grant(Role.SUPERVISOR)}))
        return sum(self._services.records.search(actor, status=status, per_page=1).total for status in ENDS)

    def _until_quiet(self) -> None:
        """Until the engine has no job to run: continuations and watches have caught up."""
        deadline = time.monotonic() + QUIET_S
        while self._services.engine.jobs.count_executable() and time.monotonic() < deadline:
            time.sleep(0.2)

    def _bare(self, tasks: int) -> float:
        instances = min(self._options.letters, self._options.bare)
        say(f"bare loop: {instances} instances of {tasks} external tasks, {self._options.threads} threads …")
        loop = BareLoop(self._site.settings.engine_url, self._auth(), tasks, self._site.settings.worker_slots)
        return loop.run(instances, self._options.threads)

    def _alone(self, ways: dict[str, Passed]) -> float:
        instances = min(self._options.letters, self._options.bare)
        shapes = mirrors(ways, self._options.letters, instances)
        shown = ", ".join(f"{each.instances} × {len(each.steps)}" for each in shapes)
        say(f"same wait states: {shown} (instances × wait states), {self._options.threads} threads …")
        alone = EngineAlone(self._site.settings.engine_url, self._auth(), shapes, self._site.settings.worker_slots)
        return alone.run(instances, self._options.threads)

    def _spent(self) -> Counter[str]:
        return cpu.seconds(self._site.pid) if self._site.pid else Counter()

    def _since(self, spent: Counter[str]) -> dict[str, float]:
        return cpu.spent_since(self._site.pid, spent) if self._site.pid else {}

    def _auth(self) -> tuple[str, str]:
        return self._site.settings.engine_user, self._site.settings.engine_password


ENDS = ("answered", "declined")


def cpu_ms(parts: dict[str, float], letters: int) -> int:
    """Processor milliseconds of all parts of the stack per letter."""
    return round(1000 * sum(parts.values()) / max(1, letters))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole_way", description=__doc__)
    parser.add_argument("file", type=Path, help="letters as CSV or XLSX; read, never copied")
    parser.add_argument("--letters", type=int, default=300)
    parser.add_argument(
        "--warm",
        type=int,
        default=0,
        help="letters played before and not counted, as on an engine that has run for a while",
    )
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bare", type=int, default=100, help="letters of each limit")
    parser.add_argument("--open-each", action="store_true", help="open every task before answering it, as people do")
    parser.add_argument("--data-dir", type=Path, help="use the stack that runs in this folder")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
