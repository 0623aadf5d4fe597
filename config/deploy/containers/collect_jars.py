"""``python collect_jars.py FOLDER``: the engine's locked jars, verified, and their class path.

Used while the engine's image is built (see the Dockerfile beside this file); needs the network.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from letterbox.stack.engine import jars, lock

CLASS_PATH_FILE = "classpath.args"
"""A file of Java arguments: ``java @classpath.args …``."""


def collect(folder: Path, cache: Path, final: Path | None = None) -> list[str]:
    """Put all jars into ``folder``/lib and write the class path; ``final`` is where the folder will lie in the image."""
    library = folder / "lib"
    library.mkdir(parents=True, exist_ok=True)
    engine = lock.read(jars.config_dir() / "operaton.lock")
    names = []
    for path in jars.fetch(engine, cache, lambda _jar: None):
        if path.name in names:
            raise SystemExit(f"two jars are called {path.name}: the flat folder cannot hold both")
        shutil.copyfile(path, library / path.name)
        names.append(path.name)
    place = (final or folder) / "lib"
    class_path = ":".join(str(place / name) for name in names)
    (folder / CLASS_PATH_FILE).write_text(f'-cp\n"{class_path}"\n', encoding="utf-8")
    return names


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: collect_jars.py FOLDER\n")
        return 2
    with tempfile.TemporaryDirectory() as cache:
        names = collect(Path(arguments[0]).resolve(), Path(cache))
    sys.stderr.write(f"{len(names)} jars\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
