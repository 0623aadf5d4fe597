"""The access log: whole lines from many writers, and never more than it may grow to."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path

from webapp.shared.http.access_log import NAME, AccessLog


def test_lines_of_many_writers_stay_whole_and_private(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "logs")

    def write(writer: int) -> None:
        for number in range(50):
            log.write({"writer": writer, "number": number, "path": "/字" * 50})

    threads = [threading.Thread(target=write, args=(each,)) for each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    path = tmp_path / "logs" / NAME
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({(line["writer"], line["number"]) for line in lines}) == 200
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_bounded_and_the_oldest_goes(tmp_path: Path) -> None:
    log = AccessLog(tmp_path, largest=300, kept=3)
    for number in range(100):
        log.write({"number": number})
    files = sorted(path for path in tmp_path.iterdir() if path.name.startswith(NAME))
    assert [path.name for path in files] == [NAME, f"{NAME}.1", f"{NAME}.2", f"{NAME}.3"]
    assert all(path.stat().st_size <= 300 for path in files)
    assert json.loads((tmp_path / NAME).read_text(encoding="utf-8").splitlines()[-1]) == {"number": 99}
