"""A site of one task form with its scripts, whose server can be told to fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, render_template_string, request, send_from_directory

from tests.support.stack.serving import served
from tests.support.writers.form_pages import form_app
from tests.support.writers.forms import shipped
from webapp import build
from webapp.shared.forms import is_row_action, read_posted, render_form

UNITS = [{"label": f"单位{index:02}", "value": f"unit-{index}"} for index in range(30)]
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>任务</title>
<script type="module" src="/assets/{{ script }}"></script><link rel="stylesheet" href="/assets/{{ style }}"></head><body><main>
{% from "forms/shell.html" import form_shell %}
{% call form_shell(request.path, draft_url=draft_url, draft_key=key) %}{{ drawn }}{% endcall %}</main></body></html>"""
DONE = """<!doctype html><html lang="zh-CN"><head><title>已提交</title>
<script type="module" src="/assets/{{ script }}"></script></head><body data-lb-draft-done="{{ key }}">已提交</body></html>"""


@dataclass
class FormSite:
    """``status`` is what a submit is answered with while it is not 200, ``draft_status`` the same for drafts."""

    url: str = ""
    status: int = 200
    draft_status: int = 200
    drafts: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)


def bundle(folder: Path) -> dict[str, str]:
    """Entry name → file name of the scripts as they are shipped."""
    build.bundle(folder / "dist")
    outputs = json.loads((folder / "meta.json").read_text("utf-8"))["outputs"]
    [(name, facts)] = [(n, f) for n, f in outputs.items() if str(f.get("entryPoint", "")).endswith("src/forms.js")]
    return {"script": Path(name).name, "style": Path(facts["cssBundle"]).name}


@contextmanager
def serving(folder: Path, files: dict[str, str]) -> Iterator[FormSite]:
    site = FormSite()
    with served(_app(site, folder / "dist", files)) as site.url:
        yield site


def _app(site: FormSite, assets: Path, files: dict[str, str]) -> Flask:
    app = form_app()
    data = {"units": UNITS, "failed_reviews": 1}

    def task(name: str) -> Response:
        form, values, errors = shipped(name), None, None
        if request.method == "POST":
            if site.status != 200:
                return make_response("engine away", site.status)
            values = read_posted(form, request.form)
            if not is_row_action(request.form):
                errors = form.validate(values, data).errors
                if not errors:
                    site.sent.append(values)
                    return make_response(render_template_string(DONE, key=name, **files))
        drawn = render_form(form, values, errors, data)
        draft_url = f"/draft/{name}" if request.args.get("drafts") != "no" else ""
        return make_response(render_template_string(PAGE, drawn=drawn, key=name, draft_url=draft_url, **files))

    def draft(name: str) -> Response:
        if site.draft_status == 200:
            site.drafts.append(read_posted(shipped(name), request.form))
        return make_response("", site.draft_status)

    app.add_url_rule("/task/<name>", view_func=task, methods=["GET", "POST"])
    app.add_url_rule("/draft/<name>", view_func=draft, methods=["POST"])
    app.add_url_rule("/assets/<path:name>", "assets", lambda name: send_from_directory(assets, name))
    return app
