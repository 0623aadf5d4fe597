"""Bundled files by the names in the build's manifest, served compressed and for ever (their names carry a hash)."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory, url_for

from letterbox.domain.errors import ConfigError
from letterbox.settings import ROOT, Profile
from webapp.services import services_of

DIST = ROOT / "webapp/static/dist"
FOREVER = "public, max-age=31536000, immutable"
blueprint = Blueprint("assets", __name__, url_prefix="/static")


class Manifest:
    """Name → hashed file; read again when the build wrote a new one."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "manifest.json"
        self._read_at = 0
        self._files: dict[str, str] = {}

    def file_for(self, name: str) -> str | None:
        changed_at = self.path.stat().st_mtime_ns if self.path.is_file() else 0
        if changed_at and changed_at != self._read_at:
            self._files = dict(json.loads(self.path.read_text(encoding="utf-8"))["files"])
            self._read_at = changed_at
        return self._files.get(name)


def install(app: Flask) -> None:
    """Raises ConfigError if the front end was never bundled (tests without a browser go without)."""
    manifest = Manifest(DIST)
    if not manifest.path.is_file() and services_of(app).settings.profile is not Profile.TEST:
        raise ConfigError("前端文件还没有打包：请运行 python -m webapp.build (run it to bundle the front end)")
    app.extensions["letterbox.manifest"] = manifest
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(blueprint)


def asset(name: str) -> str:
    """Address of a bundle such as ``portal.css``."""
    file = current_app.extensions["letterbox.manifest"].file_for(name)
    return url_for("assets.file", filename=file or name)


@blueprint.get("/<path:filename>")
def file(filename: str) -> Response:
    zipped = f"{filename}.gz"
    if "gzip" in request.headers.get("Accept-Encoding", "") and (DIST / zipped).is_file() and "/" not in filename:
        response = send_from_directory(DIST, zipped)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Type"] = _media_type(filename)
    else:
        response = send_from_directory(DIST, filename)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOREVER
    return response


def _media_type(filename: str) -> str:
    kind = "text/javascript" if filename.endswith(".js") else mimetypes.guess_type(filename)[0]
    return f"{kind}; charset=utf-8"
