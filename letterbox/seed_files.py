"""Reads one YAML seed file and holds it to its JSON schema; a fault names file, line and place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from letterbox.domain.errors import ConfigError

Place = Iterable[str | int]


class SeedFile:
    """The checked content of a YAML file; ``data`` is plain lists, dicts and scalars.

    Raises ConfigError when the file is missing, is no YAML, repeats a key or breaks the schema ``kind``.
    """

    def __init__(self, path: Path, kind: str, schemas: Path) -> None:
        self.path = path
        self._root = _composed(path)
        self.data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._check_repeated_keys(self._root)
        schema = json.loads((schemas / f"{kind}.schema.json").read_text(encoding="utf-8"))
        error = best_match(Draft202012Validator(schema).iter_errors(self.data))
        if error is not None:
            raise self.fault(error.absolute_path, error.message)

    def fault(self, place: Place, message: str) -> ConfigError:
        """The error to raise for a wrong value at ``place``, e.g. ``("units", 3, "kind")``."""
        steps = list(place)
        dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
        return ConfigError(f"{self.path}，第 {_line(self._root, steps)} 行，{dotted or '全文'}：{message}")

    def _check_repeated_keys(self, node: yaml.Node | None) -> None:
        """YAML would silently keep the last one."""
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    raise ConfigError(f"{self.path}，第 {key.start_mark.line + 1} 行：“{key.value}”重复")
                seen.add(key.value)
                self._check_repeated_keys(value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._check_repeated_keys(item)


def _composed(path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise ConfigError(f"读不到 {path}：{error.strerror} (cannot read the seed file)") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} 不是正确的 YAML：{error}") from error


def _line(node: yaml.Node | None, steps: list[str | int]) -> int:
    """The 1-based line of the deepest node that ``steps`` reach."""
    while node is not None and steps:
        inner = _child(node, steps[0])
        if inner is None:
            break
        node, steps = inner, steps[1:]
    return node.start_mark.line + 1 if node is not None else 1


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
