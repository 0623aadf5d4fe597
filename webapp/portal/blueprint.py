"""The portal's one blueprint; the modules with views attach themselves to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("portal", __name__)
