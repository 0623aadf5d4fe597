"""A real OpenID Connect provider in tests: the npm package ``oidc-provider`` run by Node."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from letterbox.settings import ROOT
from webapp import build

SECRET = "a secret of the tests between two programs"
SCRIPT = Path(__file__).with_suffix(".mjs")


@contextmanager
def running(port: int, site: str) -> Iterator[str]:
    """The issuer's address while it runs, for the client ``letterbox`` at ``site``."""
    if not (ROOT / "node_modules" / "oidc-provider").is_dir():
        build.install_packages()
    command = [*build.node_command(), str(SCRIPT), str(port), f"{site}/desk/sso/back", f"{site}/desk/sign-in"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.strip() == "ready", line + (process.stderr.read() if process.stderr else "")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
