"""Landmarks that a page has more than once have names of their own: a reader of screens lists them by name."""

from __future__ import annotations

import re

from tests.house.project import ROOT


def test_every_search_form_has_a_name() -> None:
    forms = [
        (file.name, form)
        for file in sorted((ROOT / "webapp" / "templates").rglob("*.html"))
        for form in re.findall(r'<form[^\n]*role="search"[^\n]*', file.read_text(encoding="utf-8"))
    ]
    assert forms
    assert [name for name, form in forms if "aria-label=" not in form] == []
