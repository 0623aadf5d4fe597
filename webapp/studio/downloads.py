"""Files as they were deployed or uploaded: one by one, or a bundle as ZIP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import NotFound
from webapp.shared.http import access
from webapp.studio.blueprint import blueprint, owner_only, studio

MEDIA_TYPES = {"bpmn": "application/xml", "dmn": "application/xml", "form": "application/json"}
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a ZIP, so that the same bundle always is the same archive."""


@blueprint.get("/bundles/<int:bundle_id>/bundle.zip")
@owner_only
def bundle_zip(bundle_id: int) -> ResponseReturnValue:
    content = zipped(studio().files(access.actor(), bundle_id))
    return _download(content, f"letterbox-bundle-{bundle_id}.zip", "application/zip")


@blueprint.get("/bundles/<int:bundle_id>/files/<name>/raw")
@owner_only
def file_raw(bundle_id: int, name: str) -> ResponseReturnValue:
    files = studio().files(access.actor(), bundle_id)
    return _file(files, name)


@blueprint.get("/change/files/<name>/raw")
@owner_only
def change_raw(name: str) -> ResponseReturnValue:
    """The file as it would be deployed."""
    return _file(studio().proposal(access.actor()).files, name)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Forms below ``forms/``, as they lie in the repository."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            path = f"forms/{name}" if name.endswith(".form") else name
            archive.writestr(zipfile.ZipInfo(path, FIRST_DAY), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _file(files: Mapping[str, bytes], name: str) -> ResponseReturnValue:
    if name not in files:
        raise NotFound(gettext("这一套里没有这个文件"))
    return _download(files[name], name, MEDIA_TYPES[name.rpartition(".")[2]])


def _download(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
