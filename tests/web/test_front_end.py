"""The build's bookkeeping and how its files are served."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from letterbox.domain.errors import ConfigError
from letterbox.settings import Profile
from tests.support.writers.portal import Portal
from webapp import build

pytest_plugins = ["tests.support.writers.portal_fixtures"]


def put(dist: Path, inputs: str, **files: bytes) -> None:
    for name, content in files.items():
        (dist / f"{name}-ABC.css").write_bytes(content)
    manifest = {"inputs": inputs, "files": {f"{name}.css": f"{name}-ABC.css" for name in files}}
    (dist / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_nothing_is_built_when_nothing_changed(dist: Path) -> None:
    put(dist, build.inputs_digest(), portal=b"a{}")
    said: list[str] = []
    assert build.build(said.append) is False
    assert len(said) == 1


def test_a_changed_input_or_a_missing_file_means_building(dist: Path) -> None:
    put(dist, "older", portal=b"a{}")
    assert not build.is_current(build.inputs_digest())
    put(dist, build.inputs_digest(), portal=b"a{}")
    assert build.is_current(build.inputs_digest())
    (dist / "portal-ABC.css").unlink()
    assert not build.is_current(build.inputs_digest())


def test_compressed_files_hold_the_same_text(dist: Path) -> None:
    text = b"a{color:red}" * 200
    put(dist, "x", portal=text, small=b"a{}")
    build.compress(dist)
    assert gzip.decompress((dist / "portal-ABC.css.gz").read_bytes()) == text
    assert not (dist / "small-ABC.css.gz").exists()


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    target.mkdir()
    outputs = {"d/portal-A.css": {"entryPoint": "css/portal.css"}, "d/portal-B.css": {"entryPoint": "portal.css"}}
    (tmp_path / "meta.json").write_text(json.dumps({"outputs": outputs}), encoding="utf-8")
    with pytest.raises(build.BuildError, match=r"portal\.css"):
        build.write_manifest(target, "x")


def test_a_failing_step_tells_what_it_printed() -> None:
    with pytest.raises(build.BuildError, match="no such option"):
        build.run(["sh", "-c", "echo no such option >&2; exit 3"], "a step")


def test_bundles_are_served_compressed_and_for_ever(dist: Path, client: FlaskClient) -> None:
    text = b"a{color:red}" * 200
    put(dist, "x", portal=text)
    build.compress(dist)
    plain = client.get("/static/portal-ABC.css")
    zipped = client.get("/static/portal-ABC.css", headers={"Accept-Encoding": "gzip"})
    assert plain.data == text
    assert gzip.decompress(zipped.data) == text
    assert zipped.headers["Content-Type"].startswith("text/css")
    assert "immutable" in zipped.headers["Cache-Control"]
    plain.close()
    zipped.close()


@pytest.mark.parametrize("path", ["/static/../build.py", "/static/%2e%2e/build.py", "/static/none.css"])
def test_nothing_else_is_served(dist: Path, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_forgotten_build_stops_the_start(dist: Path, portal: Portal) -> None:
    with pytest.raises(ConfigError, match=r"python -m webapp\.build"):
        portal.app_with(profile=Profile.PRODUCTION)
