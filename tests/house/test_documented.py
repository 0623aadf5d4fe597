"""What a person can set, type or rely on stands in the documents, and the documents name nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from letterbox.bundle.vocabulary import ProcessKey, Topic
from letterbox.cli import main
from letterbox.domain.vocabulary import EventName, Role
from letterbox.services.deployment.design import repository_files
from letterbox.setting_names import VARIABLES
from tests.house.project import ROOT, files, named, text

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|<img[^>]*src=\"([^\"]+)\"")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def commands(group: click.Group, path: str = "letterbox") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{path} {name} holds no command"
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_every_setting_is_documented() -> None:
    assert named("docs/reference/settings.md", "Settings") == set(VARIABLES.values())


def test_every_command_is_documented() -> None:
    assert named("docs/reference/cli.md", "Commands") == {path for path, _ in commands(main)}


def test_every_option_is_documented() -> None:
    page = text("docs/reference/cli.md")
    missing = {
        f"{path} {option}"
        for path, command in commands(main)
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and f"`{option}" not in page
    }
    assert missing == set()


def test_every_event_process_and_topic_is_documented() -> None:
    assert named("docs/reference/events.md") == set(EventName)
    drawn = {re.sub(r"\.bpmn$", "", name) for name in repository_files() if name.endswith(".bpmn")}
    processes = text("docs/reference/processes.md")
    assert {key for key in ProcessKey if f'"{key}"' in _drawn_ids()} <= named("docs/reference/processes.md")
    assert set(Topic) <= named("docs/reference/processes.md", "Topics")
    assert [name for name in sorted(drawn) if f"pictures/{name}.svg" not in processes] == []


def _drawn_ids() -> str:
    return "".join(content.decode() for name, content in repository_files().items() if name.endswith(".bpmn"))


def test_every_role_stands_in_both_readmes() -> None:
    for readme in ("README.md", "README.zh.md"):
        assert [role for role in Role if f"`{role}`" not in text(readme)] == []


def test_every_link_leads_somewhere() -> None:
    dead = [
        f"{name} → {target}"
        for name in files(r"\.md$")
        for match in LINK.finditer(FENCE.sub("", text(name)))
        if (target := match.group(1) or match.group(2)) and "://" not in target and not target.startswith("mailto:")
        if not ((ROOT / name).parent / target).exists()
    ]
    assert dead == []
