"""The composition root: every service of a process, built once when first asked for."""

from letterbox.wiring.services import Services, build

__all__ = ["Services", "build"]
