"""A dataclass is built by keyword where it takes more than a few values: two swapped strings please every type checker."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.project import files, text

MOST_BY_POSITION = 4
MODULES = {
    name.removesuffix(".py").replace("/", "."): name
    for name in files(r"^(letterbox|webapp|workers|benchmarks)/.*\.py$")
}


def dataclasses_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(each) for each in node.decorator_list):
            yield node.name


def known_in(tree: ast.Module, everywhere: set[tuple[str, str]]) -> set[str]:
    """Names by which a module calls dataclasses: its own and those it imports."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    taken = {
        each.asname or each.name for node in imports for each in node.names if (node.module, each.name) in everywhere
    }
    return taken | set(dataclasses_of(tree))


def test_no_dataclass_is_built_of_many_values_by_position() -> None:
    trees = {module: ast.parse(text(name)) for module, name in MODULES.items()}
    everywhere = {(module, name) for module, tree in trees.items() for name in dataclasses_of(tree)}
    assert len(everywhere) > 100
    found = [
        f"{MODULES[module]}:{node.lineno} {ast.unparse(node.func)}"
        for module, tree in trees.items()
        for known in [known_in(tree, everywhere)]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known
        if len(node.args) > MOST_BY_POSITION
    ]
    assert found == []
