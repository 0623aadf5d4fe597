"""The doctor's checks that ask the engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from letterbox.bundle.vocabulary import Topic
from letterbox.domain.dates import day
from letterbox.engine.client import EngineClient
from letterbox.engine.clock import machine_time
from letterbox.engine.errors import EngineLockedUs, EngineUnavailable
from letterbox.services.deployment.design import REPOSITORY, Design, LiveBundle, digest_of, repository_files
from letterbox.services.deployment.element_names import ElementNames
from letterbox.services.operations.doctor import workers as worker_health
from letterbox.services.operations.doctor.run import CheckFinding
from letterbox.settings import Settings

SUPPORTED = ("1.", "7.24")
UNTAKEN = timedelta(minutes=2)
"""A task that waits longer without being taken has no worker: one that is well takes it within seconds."""
SKEW = timedelta(seconds=10)


class EngineChecks:
    """``engine_now``: what the engine takes for now (its clock is moved in tests and simulations)."""

    def __init__(
        self,
        engine: EngineClient,
        design: Design,
        names: ElementNames,
        settings: Settings,
        engine_now: Callable[[], datetime],
        machine_now: Callable[[], datetime],
        bundle_files: Callable[[], dict[str, bytes]] = repository_files,
    ) -> None:
        self._engine = engine
        self._design = design
        self._names = names
        self._settings = settings
        self._engine_now = engine_now
        self._machine_now = machine_now
        self._bundle_files = bundle_files

    def engine(self) -> CheckFinding:
        try:
            version = self._engine.version()
        except EngineLockedUs:
            return CheckFinding(f"{self._engine.url} 不接受我们的密码", "核对环境变量 ENGINE_USER 和 ENGINE_PASSWORD")
        except EngineUnavailable:
            return CheckFinding(f"{self._engine.url} 连不上", "启动流程引擎（letterbox up），或核对环境变量 ENGINE_URL")
        if not version.startswith(SUPPORTED):
            return CheckFinding(f"版本 {version} 没有测试过", "换用 Operaton 1.0 或 Camunda 7.24")
        return CheckFinding(f"版本 {version}，{self._engine.url}")

    def bundle(self) -> CheckFinding:
        live = self._design.live()
        if live is None:
            return CheckFinding("还没有部署过流程图", "运行 letterbox diagrams deploy")
        definitions = self._engine.deployments.definitions(live.deployment_id)
        if not definitions:
            return CheckFinding("现行的一套不在流程引擎里", "运行 letterbox diagrams deploy，重新部署")
        if digest_of(self._engine.deployments.files(live.deployment_id)) != live.digest:
            return CheckFinding("流程引擎里的文件与登记的不同", "运行 letterbox diagrams deploy --replace，重新部署")
        over = [each.key for each in definitions if self._engine.deployments.versions(each.key)[0].id != each.id]
        if over:
            return CheckFinding(
                f"有人绕过本系统部署过：{'、'.join(sorted(over))}",
                "运行 letterbox diagrams deploy --replace，或在流程设计台重新发布，让现行的一套成为最新",
            )
        return self._against_repository(live)

    def _against_repository(self, live: LiveBundle) -> CheckFinding:
        detail = f"{day(live.deployed_at)}由 {live.deployed_by} 部署"
        if live.origin != REPOSITORY:
            return CheckFinding(f"流程设计台发布的，{detail}")
        if live.digest != digest_of(self._bundle_files()):
            return CheckFinding(
                f"与程序自带的 bpmn/ 不同，{detail}", "运行 letterbox diagrams deploy，部署程序自带的一套"
            )
        return CheckFinding(f"与程序自带的一致，{detail}")

    def workers(self) -> CheckFinding:
        said = worker_health.topics(self._settings.workers_url)
        silent = [str(each["topic"]) for each in said if not each["ok"]]
        if silent:
            return CheckFinding(
                f"没有在取任务：{'、'.join(silent)}", "重新启动工作进程（python -m workers），查看它的日志"
            )
        untaken = self._engine.external_tasks.untaken_since(self._engine_now() - UNTAKEN)
        ours = {topic: count for topic, count in untaken.items() if topic in set(Topic)}
        if ours:
            listed = "、".join(f"{topic} {count} 项" for topic, count in sorted(ours.items()))
            return CheckFinding(f"等了 2 分钟以上没有人取：{listed}", "启动工作进程（python -m workers），查看它的日志")
        polled = max((float(each["last_poll_s"] or 0) for each in said), default=None)
        return CheckFinding(
            "没有积压的系统任务" if polled is None else f"{len(said)} 类任务都在取，最近一次在 {polled:.0f} 秒前"
        )

    def incidents(self) -> CheckFinding:
        counts = self._engine.incidents.counts()
        if not counts:
            return CheckFinding("没有")
        worst = sorted(counts.items(), key=lambda each: -each[1])[:3]
        listed = "、".join(f"“{self._names.name(element)}” {count} 起" for (_process, element, _kind), count in worst)
        return CheckFinding(
            f"{sum(counts.values())} 起：{listed}",
            "运行 letterbox instances stuck 看原因，排除后用 instances retry 重试",
        )

    def clocks(self, database_now: Callable[[], datetime]) -> CheckFinding:
        now = self._machine_now()
        detail = {"数据库": database_now(), "流程引擎": machine_time(self._engine)}
        off = {name: abs(at - now).total_seconds() for name, at in detail.items() if at is not None}
        worst = "、".join(f"{name}差 {seconds:.0f} 秒" for name, seconds in off.items())
        if any(seconds > SKEW.total_seconds() for seconds in off.values()):
            return CheckFinding(worst, "给各台机器装上自动校时（chrony 或 systemd-timesyncd），差几秒以上会错发催办")
        return CheckFinding(worst)
