"""One composition root: a service is built in ``letterbox/wiring`` and nowhere else, so there is one of each, with one cache."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.project import files, text

WIRING, SERVICES = "letterbox/wiring/", "letterbox/services/"
ROOMS = "letterbox.services."


def module_of(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def built_in(name: str) -> Iterator[tuple[str, int]]:
    """Whole names of what a file constructs of the services' rooms, its own classes included, with the line."""
    tree = ast.parse(text(name))
    known = {node.name: f"{module_of(name)}.{node.name}" for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            known |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            whole = known[node.func.id]
            if whole.startswith(ROOMS):
                yield whole, node.lineno


def is_value(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(each) for each in node.decorator_list)


def keeps_something(node: ast.ClassDef) -> bool:
    """Not a refusal: it is given what it works with once, and keeps it."""
    return not node.bases and any(getattr(each, "name", "") == "__init__" for each in node.body)


def classes() -> dict[str, ast.ClassDef]:
    """Every class of the services' rooms that is no value."""
    return {
        f"{module_of(name)}.{node.name}": node
        for name in files(rf"^{SERVICES}.*\.py$")
        for node in ast.parse(text(name)).body
        if isinstance(node, ast.ClassDef) and not is_value(node)
    }


def services() -> set[str]:
    return {name for name, node in classes().items() if keeps_something(node)}


def wired() -> set[str]:
    return {whole for name in files(rf"^{WIRING}.*\.py$") for whole, _ in built_in(name)} & classes().keys()


def test_what_the_wiring_builds_is_built_nowhere_else() -> None:
    known = wired()
    assert len(known) > 80
    product = [name for name in files(r"^(letterbox|webapp|workers)/.*\.py$") if not name.startswith(WIRING)]
    assert [(name, line, whole) for name in product for whole, line in built_in(name) if whole in known] == []


def test_nobody_above_the_services_builds_one() -> None:
    known = services()
    assert len(known) > 80
    above = [name for name in files(r"^(letterbox|webapp|workers)/.*\.py$") if not name.startswith((WIRING, SERVICES))]
    assert [(name, line, whole) for name in above for whole, line in built_in(name) if whole in known] == []
