"""``make audit``: what an advisory names fails, and what was not asked is never called clean."""

from __future__ import annotations

import json
import runpy
from typing import Any

import pytest

from tests.house.project import ROOT

AUDIT: dict[str, Any] = runpy.run_path(str(ROOT / "requirements/audit.py"))
KNOWN = {"name": "flask", "version": "3.1.0", "vulns": []}
FAULTY = {"name": "flask", "version": "0.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["0.2"]}]}
UNKNOWN = {"name": "flask", "skip_reason": "not found"}


def pip(*packages: dict[str, Any]) -> Any:
    return AUDIT["of_pip_audit"]("dev.lock", json.dumps({"dependencies": packages}))


def npm(total: int, **found: dict[str, str]) -> Any:
    report = {"metadata": {"dependencies": {"total": total}}, "vulnerabilities": found}
    return AUDIT["of_npm_audit"]("package-lock.json", json.dumps(report))


def test_an_advisory_fails_and_is_named() -> None:
    lines, code = AUDIT["told"]([pip(FAULTY, KNOWN), npm(3)])
    assert code == 1
    assert "  ADVISORY flask 0.1: PYSEC-1 (fixed in 0.2)" in lines
    lines, code = AUDIT["told"]([pip(KNOWN), npm(3, esbuild={"range": "<1", "severity": "high"})])
    assert (code, "  ADVISORY esbuild <1: high" in lines) == (1, True)


def test_all_asked_and_nothing_found_is_clean() -> None:
    assert AUDIT["told"]([pip(KNOWN), npm(3)]) == (
        ["dev.lock: 1 asked, 0 advisories", "package-lock.json: 3 asked, 0 advisories"],
        0,
    )


@pytest.mark.parametrize("printed", ["", "null", "[]", "{}", '{"statusCode": 405, "uri": "https://registry.example"}'])
def test_no_answer_is_said_and_is_not_clean(printed: str) -> None:
    answers = [AUDIT["of_npm_audit"]("package-lock.json", printed), AUDIT["of_pip_audit"]("dev.lock", printed)]
    for answer in answers:
        lines, code = AUDIT["told"]([answer])
        assert code == 3
        assert answer.asked == 0
        assert "gave no answer" in lines[1]
        assert "registry.example" not in "".join(lines)


def test_a_package_that_the_service_does_not_know_was_not_asked_about() -> None:
    lines, code = AUDIT["told"]([pip(KNOWN, UNKNOWN)])
    assert (code, lines[0]) == (3, "dev.lock: 1 asked, 0 advisories")
    assert "1 packages unknown" in lines[1]


def test_jars_and_images_are_never_called_clean() -> None:
    assert AUDIT["told"]([AUDIT["engine_lock"]("config/deploy/engine/operaton.lock"), AUDIT["images"]()])[1] == 3
