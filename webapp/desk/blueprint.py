"""The desk's one blueprint; the modules with views attach themselves to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
