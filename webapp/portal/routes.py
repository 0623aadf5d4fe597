"""Pages for everyone."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
def home() -> str:
    return render_template("portal/home.html")


@blueprint.get("/write")
def write() -> str:
    return render_template("portal/home.html")


@blueprint.get("/track")
def track() -> str:
    return render_template("portal/home.html")


@blueprint.get("/recover")
def recover() -> str:
    return render_template("portal/home.html")


@blueprint.get("/letters")
def letters() -> str:
    return render_template("portal/home.html")
