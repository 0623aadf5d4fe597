"""The command line says everything in Chinese, what Click says included."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from letterbox.cli import chinese, main

ENGLISH = re.compile(r"\b(?:Error|Usage|Try|Missing|Invalid|Got|Did|Choose|No|is|not|for|the|of)\b")
FOR_PROGRAMMERS = re.compile(
    r"DeprecationWarning|^Could not determine name|^No options defined|^Arguments take exactly|defined twice|"
    r"^Boolean option|^Unknown color|valid UUID"
)
"""What is only said of a command that was written wrongly, or by parts that no command here has."""


def _sentences(path: Path) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = {"_": 1, "ngettext": 2}
    return {
        str(given.value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in names
        for given in call.args[: names[call.func.id]]
        if isinstance(given, ast.Constant)
    }


def test_every_sentence_of_the_library_has_its_chinese() -> None:
    asked = {each for module in chinese.SPOKEN for each in _sentences(Path(str(module.__file__)))}
    assert len(asked) > 50
    missing = {each for each in asked if each not in chinese.SENTENCES and not FOR_PROGRAMMERS.search(each)}
    assert missing == set()


def test_every_translation_takes_the_same_names() -> None:
    names = re.compile(r"\{(\w+)")
    assert [
        english
        for english, ours in chinese.SENTENCES.items()
        if not {*names.findall(ours)} <= {*names.findall(english)}
    ] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "用法: letterbox"),
        (["duee"], "错误：没有命令 'duee'。"),
        (["due"], "错误：缺少选项 '--from'"),
        (["due", "--form", "x"], "错误：没有选项 '--form'。 是不是要写 '--from'？"),
        (["due", "--from"], "错误：选项 '--from' 后面要写一个值。"),
        (["due", "--from", "gestern", "--working-days", "1"], "错误：'--from' 的值不对："),
        (["due", "--from", "2026-09-28", "--working-days", "x"], "错误：'--working-days' 的值不对："),
        (["due", "--from", "2026-09-28", "--working-days", "1", "extra"], "错误：多出了参数（extra）"),
        (["calendar", "import", "no-such-file.csv"], "没有这个文件（夹）：'no-such-file.csv'"),
        (["calendar", "publish", "1"], "错误："),
        (["token", "revoke", "t2"], "'t2' 不是数字。"),
        (["import", "pyproject.toml", "--channel", "fax"], "错误：'--channel' 的值不对：'fax' 不在可选之列：'"),
        (["token", "create"], "错误：缺少选项 '--"),
    ],
)
def test_wrong_use_is_explained_in_chinese(arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(main, arguments, prog_name="letterbox")
    assert result.exit_code == 2
    assert told in result.output
    assert ENGLISH.findall(result.output) == []


def test_help_is_in_chinese() -> None:
    for arguments in (["--help"], ["due", "--help"]):
        shown = CliRunner().invoke(main, arguments, prog_name="letterbox").output
        assert "用法: " in shown
        assert re.findall(r"Usage|Options|Show|required", shown) == []
