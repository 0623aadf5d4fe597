"""Long-lived processes do not look through what they keep again and again."""

from __future__ import annotations

import gc
import weakref

from letterbox import memory


class Ring:
    def __init__(self) -> None:
        self.itself = self


def test_what_is_kept_is_left_out_and_what_is_dropped_is_still_found() -> None:
    before = gc.get_threshold()
    try:
        memory.freeze_garbage_collector()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() > before
        ring = Ring()
        garbage = weakref.ref(ring)
        del ring
        gc.collect()
        assert garbage() is None
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
