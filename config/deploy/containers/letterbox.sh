#!/bin/sh
# The `letterbox` command inside the image, where the project is not installed but lies on PYTHONPATH.
exec python -m letterbox.cli "$@"
