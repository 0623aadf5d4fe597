"""Writes ``docs/reference/rights.md``: who may do what, read from the code that decides it. ``make rights``."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from flask import Flask
from lxml import etree

from letterbox.domain import words
from letterbox.domain.clock import SystemClock
from letterbox.domain.permissions import MAY_UNMASK, SEES_ALL_LETTERS, Actor, ActorKind, Grant, groups_below
from letterbox.domain.vocabulary import OFFICE_ROLES, TOKEN_ROLES, UNIT_ROLES, Role
from letterbox.domain.words import label
from letterbox.settings import Profile, Settings
from letterbox.wiring import Services
from tests.house.application import bare_app
from tests.house.project import ROOT
from webapp.api.rights import MOVABLE_CLOCK_ONLY, RIGHTS, STAFF
from webapp.shared.http.access import declared_roles

PAGE = ROOT / "docs/reference/rights.md"
DOORS = {
    "desk": "办件台",
    "cockpit": "督办台",
    "studio": "流程设计",
    "ops": "运维",
    "admin": "管理",
    "audit": "审计记录",
}
"""First part of an endpoint → what officials call the door; pages open to everybody are not a role's."""
ADMINISTRATION = {
    "calendar": "工作日历", "changes": "变更记录", "files": "单位和人员文件", "leaves": "休假", "open-work": "待接手事项",
    "people": "人员", "requests": "角色和密码申请", "tokens": "接口令牌", "units": "单位", "": "管理首页",
}  # fmt: skip
HEAD = """# Who may do what

Written by `make rights` from the code that decides it; a house test keeps it fresh. Every page with its roles: [pages](pages.md).
What it does not say is refused. Beside the role, the letter counts: whoever is of a unit or office that a letter accuses finds
nothing of it, and what would be his to do falls to the next office ([decision 115](../decisions/0115-the-accused-first.md)).
"""
NAMESPACES = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL"}
CANDIDATES = "{http://camunda.org/schema/1.0/bpmn}candidateGroups"
UNIT = "unit"


def actor(role: Role) -> Actor:
    """Somebody who holds this role alone."""
    grant = Grant(role, UNIT if role in UNIT_ROLES else None)
    return Actor(ActorKind.PERSON, "1", label(role), frozenset({grant}))


def letters(role: Role) -> str:
    """Which letters, and whether the writer of an accusation can be unmasked."""
    if role in UNIT_ROLES:
        return "本单位主办的，以及协办、督办、批示等有事项交给本单位的"
    if role not in SEES_ALL_LETTERS:
        return "只能送来信、取答复" if role is Role.CHANNEL else "看不到（流程把任务交给他的除外）"
    return "全部；检举控告的来信人须写明原因才能查看" if role in MAY_UNMASK else "全部；检举控告的来信人看不到"


def tasks() -> Iterator[tuple[str, str]]:
    """Name of each user task of the shipped diagrams and the text of its candidate groups."""
    for path in sorted((ROOT / "bpmn").glob("*.bpmn")):
        for task in etree.parse(path).iterfind(".//bpmn:userTask", NAMESPACES):
            yield str(task.get("name")), str(task.get(CANDIDATES))


def roles_of(candidates: str) -> frozenset[Role]:
    """The roles that candidate groups name, whichever way the diagram decides among them."""
    named = candidates.replace("'", " ").replace("@", " ").replace(",", " ").split()
    return frozenset(Role(word) for word in named if word in set(Role))


def may_do(role: Role, wanted: Collection[Role]) -> bool:
    """Whether a task for ``wanted`` is his: by his own groups; the offices share theirs."""
    return any(str(each) in {group.partition("@")[0] for group in actor(role).groups} for each in wanted)


def actions() -> list[tuple[str, frozenset[Role]]]:
    """Title and roles of what is done beside tasks."""
    with tempfile.TemporaryDirectory() as folder:
        nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
        settings = Settings(
            Profile.PRODUCTION,
            Path(folder),
            nowhere,
            "http://127.0.0.1:1",
            "",
            "",
            secret_key="only for the house tests, 32 chars",
        )
        services = Services(settings, SystemClock())
        found = [(each.title, each.roles) for each in services.procedure.actions().values()]
        services.close()
    return found


def pages(app: Flask, role: Role) -> tuple[list[str], list[str]]:
    """Doors of which something opens for the role, and parts of the administration."""
    doors, parts = set[str](), set[str]()
    for rule in app.url_map.iter_rules():
        door = rule.endpoint.partition(".")[0]
        if door in DOORS and role in (declared_roles(app, rule.endpoint) or ()):
            doors.add(door)
            if door == "admin":
                parts.add(rule.rule.split("/")[2])
    return [DOORS[each] for each in DOORS if each in doors], [ADMINISTRATION[each] for each in sorted(parts)]


def calls(app: Flask) -> list[list[str]]:
    """Each call of the machine interface that needs a token, and the roles of tokens that may make it."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        roles = frozenset(RIGHTS.get(rule.endpoint) or ()) & frozenset(TOKEN_ROLES)
        if roles and rule.endpoint not in MOVABLE_CLOCK_ONLY:
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            who = "除渠道系统以外的所有角色" if roles == STAFF & frozenset(TOKEN_ROLES) else words.roles(roles)
            found.append([f"`{' '.join(methods)} {rule.rule}`", who])
    return found


def written() -> str:
    """The page as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        app = bare_app(Path(folder))
    every, possible = list(tasks()), actions()
    rows = []
    for role in Role:
        own = [name for name, groups in every if may_do(role, roles_of(groups))]
        acts = [title for title, roles in possible if role in roles]
        doors, parts = pages(app, role)
        rows.append(
            [f"{label(role)} `{role}`", letters(role), _listed(own), _listed(acts), _listed(doors), _listed(parts)]
        )
    parts_of_page = [
        HEAD,
        "## 角色和权限\n",
        _table(["角色", "看到的来信", "办的任务", "可用的操作", "能进的页面", "其中管理"], rows),
        _notes(),
        "## 机器接口\n",
        "令牌的角色决定能调用什么；来信和任务再按角色和单位限制，和同一角色的人一样。安全管理员和审计员没有令牌。\n",
        _table(["调用", "令牌的角色"], calls(app)),
    ]
    return "\n".join(parts_of_page)


def _notes() -> str:
    superiors = "；".join(
        f"{label(role)}可以接办{'、'.join(sorted(label(Role(group.partition('@')[0])) for group in below))}的任务"
        for role in Role
        if (below := groups_below(Grant(role, UNIT)))
    )
    office = "、".join(label(role) for role in Role if role in OFFICE_ROLES)
    return (
        f"- 单位的角色只管本单位：{superiors}。\n"
        "- 每个登录的人都能看自己的任务、通知、账号和休假。\n"
        f"- 这些角色要由另一位管理员确认才生效，休假时也不借给代办人：{office}。\n"
    )


def _listed(names: Iterable[str]) -> str:
    return "、".join(names) or "–"


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
