"""The standard's own schema of BPMN, out of the locked jar that the engine validates with."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

from lxml import etree

from letterbox.stack.engine import lock
from letterbox.stack.engine.jars import cache_dir, config_dir, fetch

SCHEMA = "BPMN20.xsd"


def bpmn_schema(lane: str, folder: Path) -> etree.XMLSchema:
    """``folder``: an empty one for the schema's files."""
    locked = lock.read(config_dir() / f"{lane}.lock")
    model = replace(locked, jars=tuple(jar for jar in locked.jars if jar.artifact.endswith("-bpmn-model")))
    (path,) = fetch(model, cache_dir(), lambda _jar: None)
    with zipfile.ZipFile(path) as jar:
        names = [name for name in jar.namelist() if name.endswith(".xsd")]
        (main,) = (name for name in names if name.endswith(f"bpmn/schema/{SCHEMA}"))
        for name in names:
            if name.rpartition("/")[0] == main.rpartition("/")[0]:
                (folder / name.rpartition("/")[2]).write_bytes(jar.read(name))
    return etree.XMLSchema(etree.parse(folder / SCHEMA))
