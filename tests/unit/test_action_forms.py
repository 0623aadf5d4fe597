"""Every action has a form that can be drawn and checked, and every form an action; a broken one stops the start."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from letterbox.domain.errors import ConfigError
from letterbox.domain.forms.form import lint
from letterbox.domain.keys import Keys
from letterbox.seeds.values import CONFIG_DIR, load_action_forms, load_notices
from letterbox.services.case.form_inputs import FORM_INPUTS
from letterbox.services.intake.new_letters import NewLetters
from letterbox.services.intake.query_codes import CodeKeeper
from letterbox.services.notices.notices import Notices
from letterbox.services.notices.texts import NoticeTexts
from letterbox.wiring.procedure import Procedure

FORMS = load_action_forms()
NOTICES = Notices(NoticeTexts(load_notices()), "https://letters.example", "书记县长信箱", has_sms=False)
PROCEDURE = Procedure(NOTICES, NewLetters(CodeKeeper(Keys("a secret of the tests")), NOTICES, "T"))


def test_every_action_has_its_form_and_every_form_an_action() -> None:
    assert set(FORMS) == set(PROCEDURE.actions())


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_without_fault_and_says_first_what_will_happen(name: str) -> None:
    assert lint(FORMS[name], FORM_INPUTS) == []
    first = FORMS[name]["components"][0]
    assert first["type"] == "text"
    assert first["text"].startswith("## 会发生什么\n- ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "else"}, "文件名"),
        ({"components": []}, "components"),
        ({"executionPlatform": "Camunda Cloud"}, "executionPlatform"),
        ({"components": [{"type": "filepicker", "id": "x"}]}, "filepicker"),
    ],
)
def test_a_broken_form_is_refused_by_file_and_place(tmp_path: Path, change: dict[str, object], words: str) -> None:
    shutil.copytree(CONFIG_DIR, tmp_path / "config")
    path = tmp_path / "config" / "actions" / "recall.form"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}, ensure_ascii=False), "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_action_forms(tmp_path / "config")
    assert "recall.form" in refused.value.message
    assert words in refused.value.message
