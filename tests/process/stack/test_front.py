"""The server in front of the web server, as it is shipped: slow senders, limits, what it passes on and what it hides."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from letterbox.stack.programs import free_port
from tests.support.stack.front import CONF, Front, front
from tests.support.stack.stack import data_folder
from tests.support.stack.waiting import until

SLOW = 60
"""More connections than the web server has threads, by far."""
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_A_BODY = b"POST /write HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf"


@pytest.fixture(scope="module")
def served() -> Iterator[Front]:
    with data_folder() as folder, front(folder) as running:
        yield running


@pytest.mark.parametrize("sent", [HALF_A_HEADER, HALF_A_BODY], ids=["half a header", "half a body"])
def test_those_who_send_slowly_take_nobodys_place(served: Front, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(SLOW):
            stack.enter_context(served.connect(sent))
        for _ in range(20):
            assert requests.get(f"{served.url}/healthz", timeout=2).status_code == 200


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_for_monitors_is_not_for_the_public(served: Front, path: str) -> None:
    assert requests.get(served.url + path, timeout=5).status_code == 404


def test_the_true_address_stands_last_and_schemes_and_hosts_are_passed_on(served: Front) -> None:
    forged = {
        "X-Forwarded-For": "198.51.100.1",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=198.51.100.1",
        "Host": "a.example",
    }
    told = requests.get(f"{served.url}/write", headers=forged, timeout=5).json()["headers"]
    assert told["X-Forwarded-For"] == "198.51.100.1, 127.0.0.1"
    assert (told["X-Forwarded-Proto"], told["Host"], told["X-Forwarded-Host"]) == ("http", "a.example", "a.example")
    assert "Forwarded" not in told
    assert len(told["X-Request-Id"]) == 32


def test_no_answer_says_what_answers(served: Front) -> None:
    headers = requests.get(served.url, timeout=5).headers
    assert headers["Server"] == "nginx"


def test_too_large_a_request_is_refused_in_words(served: Front) -> None:
    answer = requests.post(f"{served.url}/write/files", data=b"x" * (65 * 1024 * 1024), timeout=30)
    assert answer.status_code == 413
    answer.encoding = "utf-8"
    assert "60 MB" in answer.text


@pytest.mark.parametrize("characters", [9_000, 20_000], ids=["for the web server", "for nginx"])
def test_too_long_an_address_is_refused_in_words(served: Front, characters: int) -> None:
    answer = requests.get(f"{served.url}/letters?q={'a' * characters}", timeout=10)
    assert answer.status_code == 414
    answer.encoding = "utf-8"
    assert "少写一些再查" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_too_many_cookies_are_refused_in_words(served: Front) -> None:
    answer = requests.get(served.url, headers={"Cookie": f"a={'b' * 9_000}"}, timeout=10)
    assert answer.status_code == 431
    answer.encoding = "utf-8"
    assert "请清除本站的 Cookie" in answer.text


def test_a_whole_request_is_passed_on_whole(served: Front) -> None:
    assert requests.post(f"{served.url}/write/files", data=b"x" * 9_000_000, timeout=30).json()["bytes"] == 9_000_000


def test_the_access_log_names_paths_and_never_what_was_asked(served: Front) -> None:
    requests.get(f"{served.url}/track-me?query_code=1234567890&q=钱守密", timeout=5)
    until(lambda: any("track-me" in line for line in served.lines), within_s=10)
    entry = json.loads(next(line for line in served.lines if "track-me" in line))
    assert (entry["path"], entry["status"], entry["address"]) == ("/track-me", 200, "127.0.0.1")
    assert not any("1234567890" in line for line in served.lines)


def test_while_the_web_server_is_away_people_are_told_what_to_do() -> None:
    with data_folder() as folder, front(folder) as running:
        running.web.stop()
        answer = requests.get(f"{running.url}/write", timeout=10)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "60"
        answer.encoding = "utf-8"
        assert "过几分钟" in answer.text


def test_the_shipped_tls_lines_speak_tls_1_2_and_newer_only() -> None:
    with data_folder() as folder:
        port, tls = free_port(), (CONF.parent / "tls.conf").read_text(encoding="utf-8")
        _certificate(folder)
        lines = tls.replace("listen 8443 ", f"listen 127.0.0.1:{port} ").replace("/run/tls/", f"{folder}/")
        with front(folder, lines):
            told = requests.get(f"https://127.0.0.1:{port}/", verify=str(folder / "fullchain.pem"), timeout=5)
            assert told.json()["headers"]["X-Forwarded-Proto"] == "https"
            assert _speaks(port, "-tls1_2")
            assert not _speaks(port, "-tls1_1")


def _certificate(folder: Path) -> None:
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            folder / "privkey.pem",
            "-out",
            folder / "fullchain.pem",
        ],
        check=True,
        capture_output=True,
    )


def _speaks(port: int, version: str) -> bool:
    openssl = shutil.which("openssl") or "openssl"
    asked = subprocess.run(
        [openssl, "s_client", version, "-cipher", "DEFAULT@SECLEVEL=0", "-connect", f"127.0.0.1:{port}"],
        input=b"",
        capture_output=True,
        check=False,
        timeout=20,
    )
    return b"Cipher is (NONE)" not in asked.stdout and asked.returncode == 0
