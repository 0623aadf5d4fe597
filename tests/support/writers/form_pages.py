"""Task forms drawn in the smallest possible application, and read like a browser without scripts would."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import Babel
from lxml import html
from markupsafe import Markup
from werkzeug.datastructures import MultiDict


def form_app() -> Flask:
    app = Flask("webapp", static_folder=None)
    Babel(app, default_locale="zh_Hans_CN")
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    return app


class Page:
    """``tree`` is the parsed markup; templates' contents are left out of everything but ``tree``."""

    def __init__(self, markup: Markup) -> None:
        self.markup = markup
        self.tree: Any = html.fragment_fromstring(str(markup), create_parent=True)

    def __str__(self) -> str:
        return str(self.markup)

    def controls(self) -> list[Any]:
        return list(self.tree.xpath("//*[self::input or self::select or self::textarea][not(ancestor::template)]"))

    def control(self, name: str) -> Any:
        [found] = [one for one in self.controls() if one.get("name") == name]
        return found

    def fields(self, key: str) -> list[Any]:
        return [one for one in self.tree.xpath("//*[@data-lb-field]") if one.get("data-lb-field") == key]

    def field(self, key: str) -> Any:
        [found] = self.fields(key)
        return found

    def text(self, key: str) -> str:
        return str(self.field(key).text_content())

    def label_of(self, control: Any) -> str:
        [label] = [one for one in self.tree.xpath("//label") if one.get("for") == control.get("id")]
        return str(label.text_content())

    def posted(self) -> MultiDict[str, str]:
        """What a browser would send: no unticked boxes, no disabled controls, no button."""
        sent: MultiDict[str, str] = MultiDict()
        for control in self.controls():
            if control.get("disabled") is None:
                for value in _values(control):
                    sent.add(control.get("name"), value)
        return sent


def _values(control: Any) -> list[str]:
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if control.tag == "select":
        chosen = [option.get("value") for option in control if option.get("selected") is not None]
        return chosen or [control[0].get("value")]
    if control.get("type") in ("checkbox", "radio"):
        return [control.get("value")] if control.get("checked") is not None else []
    return [control.get("value", "")]
