"""What a request leaves in the access log: enough to find it again by the number on an error page, nothing personal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.writers.portal import Portal

pytest_plugins = ["tests.support.writers.portal_fixtures"]


@pytest.fixture
def client(portal: Portal, tmp_path: Path) -> FlaskClient:
    return portal.app_with(data_dir=tmp_path).test_client()


def lines(folder: Path) -> list[dict[str, Any]]:
    path = folder / "logs" / "access.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_request_is_one_line_without_query_values(client: FlaskClient, tmp_path: Path) -> None:
    response = client.get("/?q=钱多多13712345678", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    (line,) = lines(tmp_path)
    assert {key: line[key] for key in ("method", "path", "status", "address", "person")} == {
        "method": "GET",
        "path": "/",
        "status": response.status_code,
        "address": "10.1.2.3",
        "person": None,
    }
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert line["ms"] >= 0
    assert line["at"]
    assert "13712345678" not in json.dumps(line)
    assert "钱多多" not in json.dumps(line, ensure_ascii=False)


def test_the_number_on_an_error_page_stands_in_the_log(client: FlaskClient, tmp_path: Path) -> None:
    response = client.get("/no/such/page-13712345678")
    assert response.status_code == 404
    (line,) = lines(tmp_path)
    assert line["request_id"] in response.get_data(as_text=True)
    assert "13712345678" not in line["path"]
