"""A client that reads pages as a person does and fills forms as a browser without scripts does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from lxml import html as lxml_html
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart


@dataclass
class Page:
    """An answer, read as a person would."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def source(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def tree(self) -> Any:
        return lxml_html.fromstring(self.source)

    @property
    def text(self) -> str:
        main = self.tree.get_element_by_id("main")
        return re.sub(r"\s+", " ", str(main.text_content())).strip()

    @property
    def heading(self) -> str:
        return re.sub(r"\s+", " ", str(self.tree.xpath("string(//h1)"))).strip()

    @property
    def errors(self) -> list[str]:
        """What the error summary lists."""
        return [each.text_content().strip() for each in self.tree.xpath("//*[contains(@class, 'lb-errors')]//li")]


class Browser:
    """A browser without scripts: it follows redirects and sends a form with everything in it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = Page(client.get("/"))

    def open(self, path: str) -> Page:
        self.page = Page(self.client.get(path, follow_redirects=True))
        return self.page

    def open_all(self, path: str) -> list[Page]:
        """A list's every page: letters of other tests may have pushed one's own off the first."""
        pages = [self.open(path)]
        while following := self.page.tree.xpath("//a[@rel='next']/@href"):
            pages.append(self.open(following[0]))
        return pages

    def read_all(self, path: str) -> str:
        """The text of a list's every page."""
        return "\n".join(page.text for page in self.open_all(path))

    def submit(self, action: str | None = None, button: str | None = None, **fields: Any) -> Page:
        """Send the page's form (the one whose address ends with ``action``) with ``fields`` filled in."""
        form = self._form(action)
        data: dict[str, Any] = {}
        for name, value in [*form.form_values(), *([("go", button)] if button else [])]:
            data.setdefault(name, []).append(value)
        data.update({name: value if isinstance(value, list) else [value] for name, value in fields.items()})
        address = form.get("action") or self.page.response.request.path
        if form.get("enctype") == "multipart/form-data":
            boundary, body = encode_multipart(
                {name: [_part(value) for value in values] for name, values in data.items()}
            )
            kind = f"multipart/form-data; boundary={boundary}"
            sent = self.client.post(address, data=body, content_type=kind, follow_redirects=True)
        else:
            sent = self.client.post(address, data=data, follow_redirects=True)
        self.page = Page(sent)
        return self.page

    def _form(self, action: str | None) -> Any:
        forms = [form for form in self.page.tree.forms if (form.get("method") or "").lower() == "post"]
        fitting = [form for form in forms if (form.get("action") or "").endswith(action or "")]
        pages_own = [form for form in fitting if "lb-theme" not in (form.get("class") or "")]
        assert fitting, f"no form for {action} on the page {self.page.heading!r}"
        return (pages_own or fitting)[0]


def _part(value: Any) -> Any:
    """A chosen file is given as (stream, name)."""
    return FileStorage(value[0], filename=value[1]) if isinstance(value, tuple) else value
