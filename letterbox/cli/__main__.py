"""``python -m letterbox.cli``: the same as the ``letterbox`` command."""

from __future__ import annotations

from letterbox.cli import main

if __name__ == "__main__":
    main()
