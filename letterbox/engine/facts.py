"""When a fact of a letter changes midway, the engine's copies of it follow: what an owner's conditions ask stays true."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineNotFound
from letterbox.engine.values import Scalar


def tell_facts(engine: EngineClient, number: str, facts: Mapping[str, Scalar]) -> None:
    """Every running instance of the letter that holds one of these variables holds the new value. Repeatable."""
    for instance in engine.processes.of(number):
        try:
            held = engine.processes.variables(instance.id)
            changed = {name: value for name, value in facts.items() if name in held and held[name] != value}
            if changed:
                engine.processes.set_variables(instance.id, changed)
        except EngineNotFound:  # it ended meanwhile
            continue
