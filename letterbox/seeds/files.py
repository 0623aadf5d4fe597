"""Reads one YAML seed file and holds it to its JSON schema; a fault names file, line and place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from letterbox.domain.errors import ConfigError

Place = Iterable[str | int]


class SeedFile:
    """The checked content of a YAML file; ``data`` is plain lists, dicts and scalars.

    Raises ConfigError when the file is missing, is no YAML, repeats a key or breaks the schema ``kind``.
    """

    data: Any

    def __init__(self, path: Path, kind: str, schemas: Path) -> None:
        self._check(path, _text_of(path), kind, schemas)

    @classmethod
    def of_text(cls, text: str, name: str, kind: str, schemas: Path) -> SeedFile:
        """The same for a text that was handed in under a file name."""
        file = cls.__new__(cls)
        file._check(Path(name), text, kind, schemas)
        return file

    def _check(self, path: Path, text: str, kind: str, schemas: Path) -> None:
        self.path = path
        self._root, self.data = _parsed(path, text)
        self._check_repeated_keys(self._root)
        schema = json.loads((schemas / f"{kind}.schema.json").read_text(encoding="utf-8"))
        error = best_match(Draft202012Validator(schema).iter_errors(self.data))
        if error is not None:
            raise self.fault(error.absolute_path, _words(error))

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


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"读不到 {path}：{error.strerror} (cannot read the seed file)") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} 不是正确的 YAML：不是 UTF-8 编码") from error


def _parsed(path: Path, text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes, which know their lines, and the plain data; by the parser in C, ten times as fast."""
    try:
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
        return root, loader.construct_document(root) if root is not None else None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} 不是正确的 YAML：{error}") from error


def _words(error: ValidationError) -> str:
    """What a schema found, in the words of the product."""
    wrong, wanted = f"{error.instance!r}"[:80], error.validator_value
    words = {
        "required": f"缺少必填项（{error.message}）",
        "additionalProperties": f"有不认识的项（{error.message}）",
        "enum": f"{wrong} 不是允许的值，可用：{'、'.join(map(str, wanted)) if isinstance(wanted, list) else wanted}",
        "type": f"{wrong} 的类型不对，应为 {wanted}",
        "pattern": f"{wrong} 的写法不对，应符合 {wanted}",
        "minLength": f"{wrong} 太短，至少 {wanted} 个字",
        "maxLength": f"{wrong} 太长，最多 {wanted} 个字",
        "uniqueItems": f"{wrong} 里有重复",
    }
    return words.get(str(error.validator), error.message)


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
