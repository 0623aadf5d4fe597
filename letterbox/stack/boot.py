"""The steps of a start that belong to the product: schema, seeds, diagrams, front end.

``letterbox up`` runs ``DATABASE_STEPS`` (for a demo also ``DEMO_STEPS``) when the database answers, before the engine
starts, and ``ENGINE_STEPS`` when both answer, before web and workers start. A step does nothing when there is nothing
to do: it runs at every start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from letterbox import unprivileged, wiring
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import ConfigError, LetterboxError
from letterbox.domain.permissions import SYSTEM
from letterbox.seeds import values as seeds
from letterbox.seeds.calendar import load_calendar
from letterbox.services.clock.shared import SharedClock
from letterbox.services.deployment.design import REPOSITORY, digest_of, repository_files
from letterbox.services.publication import remasking
from letterbox.services.studio.check import refuse_faulty
from letterbox.settings import Settings
from letterbox.stack import demo
from letterbox.stack.programs import Program, Running
from letterbox.store import migrate, rights
from letterbox.wiring.operators import OperatorServices

DEPLOYER = replace(SYSTEM, name="letterbox up")
FRONT_END_TIMEOUT_S = 600


@dataclass
class Boot:
    """What a step has at hand. ``note`` tells the person at the terminal something worth knowing."""

    settings: Settings
    note: Callable[[str], None]

    @cached_property
    def services(self) -> wiring.Services:
        return wiring.build(self.settings)

    def close(self) -> None:
        if "services" in self.__dict__:
            self.services.close()


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    run: Callable[[Boot], None]


def check_keys(boot: Boot) -> None:
    """Before anything is written: personal data lie under the key that was given."""
    boot.services.database.check_keys()


def migrate_database(boot: Boot) -> None:
    """As the owner, if there is one; the application and the audit trail then get their rights, and no more."""
    settings = boot.settings
    owner, audit = settings.owner_database_url or settings.database_url, settings.audit_database_url
    migrate.upgrade(owner)
    application = rights.role_of(settings.database_url)
    if not rights.grant(owner, application, rights.role_of(audit) if audit else application):
        boot.note(
            "数据库只有一个角色，审计记录无法防改：请设 LETTERBOX_OWNER_DATABASE_URL (the application owns its tables)"
        )


def seal_rows(boot: Boot) -> None:
    """What an earlier version wrote in clear."""
    sealed = OperatorServices(boot.services).key_renewal.seal_clear_rows()
    if sealed:
        boot.note(f"已加密 {sealed} 行以前没有加密的个人信息；以前的附件用 letterbox keys renew 加密")


def fill_search(boot: Boot) -> None:
    """Letters from before there was a search are found, too."""
    filled = boot.services.search_index.fill()
    if filled:
        boot.note(f"已为 {filled} 封以前的来信建立查找索引")


def set_clock(boot: Boot) -> None:
    """In a profile with a movable clock: start at LETTERBOX_CLOCK, or go on from where the clock was moved to."""
    if boot.settings.clock is None:
        return
    clock = boot.services.clock
    if not isinstance(clock, SharedClock):
        raise ConfigError(
            "LETTERBOX_CLOCK 只能用于 LETTERBOX_PROFILE=test 或 simulation (the clock is not movable here)"
        )
    instant = clock_instant(boot.settings.clock)
    if not clock.move_to(instant):
        boot.note("时钟此前已走到更晚的时刻，继续从那里走 (the clock never moves back)")


def clock_instant(text: str) -> datetime:
    """LETTERBOX_CLOCK as an instant; without an offset it is office time."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"LETTERBOX_CLOCK 应写成 2026-02-13T09:00:00+08:00，现为 {text!r} (not an instant)") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=OFFICE_ZONE)


def clock_offset_ms(boot: Boot) -> int:
    """How far the engine's clock starts ahead of the machine's."""
    clock = boot.services.clock
    return int(clock.read_offset().total_seconds() * 1000) if isinstance(clock, SharedClock) else 0


def remask(boot: Boot) -> None:
    """What an earlier version kept or published with more of a person than this one would."""
    changed = remasking.remask(boot.services.database, boot.services.clock)
    if changed:
        boot.note(f"已按新的规则重新隐去 {changed} 封来信中的个人信息（检举控告和已公开的来信）")


def seed_units(boot: Boot) -> None:
    """Units, and the texts that every unit may start a reply from."""
    boot.services.seeding.units(seeds.load_units())
    boot.services.standard_texts.seed(seeds.load_standard_texts())


def seed_calendar(boot: Boot) -> None:
    boot.services.seeding.calendar(load_calendar(seeds.CONFIG_DIR))


def seed_demo_people(boot: Boot) -> None:
    if demo.add_people(boot.services):
        boot.note(f"演示人员已建立，密码都是 {demo.PASSWORD}，登录名见 README (demo people, one password)")


def seed_demo_letters(boot: Boot) -> None:
    demo.add_letters(boot.services, boot.note)


def deploy_diagrams(boot: Boot) -> None:
    """Raises ConfigError for a faulty bundle that would be deployed; the live one is never put in question."""
    files, live = repository_files(), boot.services.design.live()
    if live is None or (live.origin == REPOSITORY and live.digest != digest_of(files)):
        refuse_faulty(files)
    deployed = boot.services.own_bundle.deploy(files, DEPLOYER)
    if deployed.kept_studio:
        boot.note("流程图沿用流程设计台发布的版本（letterbox diagrams export 可取回，deploy --replace 可覆盖）")


DATABASE_STEPS: list[Step] = [
    Step("核对密钥", check_keys),
    Step("更新数据库结构", migrate_database),
    Step("加密以前留下的个人信息", seal_rows),
    Step("准备时钟", set_clock),
    Step("隐去以前留下的个人信息", remask),
    Step("准备查找索引", fill_search),
    Step("准备单位资料", seed_units),
    Step("准备工作日历", seed_calendar),
]
ENGINE_STEPS: list[Step] = [
    Step("部署流程图", deploy_diagrams),
]
DEMO_STEPS: list[Step] = [
    Step("准备演示人员", seed_demo_people),
]
"""Only with ``--demo``, when the database is ready."""
FIRST_DEMO_STEPS: list[Step] = [
    Step("准备演示来信", seed_demo_letters),
]
"""Run last, with ``--demo`` only, when everything (web and workers too) is up."""


def build_front_end(sink: Callable[[str], None]) -> None:
    """Bundle the front end if it is not up to date; nothing to do in an installation without its sources."""
    bundler = find_spec("webapp.build")
    if bundler is None:
        return
    running = Running(Program("front-end", [sys.executable, "-m", "webapp.build"], env=dict(os.environ)), sink)
    try:
        code = running.wait(FRONT_END_TIMEOUT_S)
    finally:
        running.stop(5)
    if bundler.origin is not None:
        unprivileged.open_for_reading(Path(bundler.origin).parent / "static")
    if code != 0:
        raise LetterboxError("前端打包失败，原因见上面的输出；首次打包需要网络 (the front end could not be bundled)")
