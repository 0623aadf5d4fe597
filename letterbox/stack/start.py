"""One ``letterbox up``, from the folder's lock to the last stopped program."""

from __future__ import annotations

import errno
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from letterbox import settings as settings_module
from letterbox.domain.errors import Unavailable
from letterbox.setting_names import VARIABLES
from letterbox.stack import assembly, demo, folder, own_user, parts, plan, stack_file, taking_over
from letterbox.stack import boot as boot_module
from letterbox.stack.boot import Boot, Step
from letterbox.stack.engine.launch import version
from letterbox.stack.programs import heeded
from letterbox.stack.show import Show, jar_progress
from letterbox.stack.supervisor import Supervisor

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal while the stack was still starting."""


def run(data_dir: Path, web_port: int | None, *, is_demo: bool) -> None:
    """Start everything, keep it running until Ctrl-C or SIGTERM, stop everything."""
    os.umask(0o077)
    with disk_errors(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir.chmod(0o711)  # the database's user passes through; every file inside is private
        with folder.locked(data_dir):
            _run(data_dir, web_port, is_demo=is_demo)


def _run(data_dir: Path, web_port: int | None, *, is_demo: bool) -> None:
    show = Show(data_dir / "logs")
    for name in folder.stop_leftovers(data_dir):
        show.note(f"已结束上次异常退出留下的 {name}", "yellow")
    supervisor = Supervisor(data_dir, show)
    start = Start(plan.make(data_dir, web_port, is_demo=is_demo), supervisor, show, is_demo=is_demo)
    stop = threading.Event()
    with _signals(stop) as booting:
        try:
            start.everything()
            booting.clear()
            supervisor.watch(stop)
        except StopRequested:
            pass
        finally:
            booting.clear()
            start.close()
            _stop(supervisor, show)
            show.close()


def _stop(supervisor: Supervisor, show: Show) -> None:
    begun = time.monotonic()
    show.note("正在停止…")
    show.is_stopping = True
    supervisor.stop(assembly.STOP_ORDER)
    show.note(f"已全部停止  {time.monotonic() - begun:.1f} s", "green")


class Start:
    """The order of a start."""

    def __init__(self, planned: plan.Plan, supervisor: Supervisor, show: Show, *, is_demo: bool) -> None:
        self._plan = planned
        self._supervisor = supervisor
        self._show = show
        self._is_demo = is_demo
        self._boot: Boot | None = None

    def everything(self) -> None:
        begun = time.monotonic()
        jars = self._jars()
        with self._show.step("准备前端"):
            boot_module.build_front_end(self._show.sink("front-end"))
        who = own_user.choose(self._show.note)
        if who.user is not None:
            taking_over.take_over(self._plan.data_dir, who.user)
        self._database()
        boot = self._boot = self._booting()
        check_external(self._plan, boot)
        self._steps(boot, boot_module.DATABASE_STEPS)
        if self._is_demo:
            self._steps(boot, boot_module.DEMO_STEPS)
        self._engine(boot, jars)
        self._steps(boot, boot_module.ENGINE_STEPS)
        if self._plan.runs_mail:
            self._supervisor.start(assembly.mail(self._plan, who))
        self._supervisor.start(assembly.web(self._plan, who))
        self._supervisor.start(assembly.workers(self._plan, who))
        if self._is_demo:
            self._steps(boot, boot_module.FIRST_DEMO_STEPS)
        self._addresses(time.monotonic() - begun)

    def close(self) -> None:
        if self._boot is not None:
            self._boot.close()

    def _jars(self) -> Sequence[Path]:
        if not self._plan.runs_engine:
            return ()
        with self._show.step("检查引擎组件"), jar_progress(self._show, parts.engine_lock(self._plan.lane)) as progress:
            return parts.engine_jars(progress, self._plan.lane)

    def _database(self) -> None:
        if not self._plan.runs_postgres:
            return
        server = self._plan.postgres()
        server.initialise()
        if server.stop_leftover():
            self._show.note("已结束上次异常退出留下的 postgresql", "yellow")
        self._supervisor.start(assembly.postgres(self._plan))
        server.create_databases()

    def _booting(self) -> Boot:
        """The settings of this stack are written before they are read: by us as by every other program."""
        stack_file.write(self._plan.data_dir, self._plan.document())
        environ = {**os.environ, "LETTERBOX_DATA_DIR": str(self._plan.data_dir), "LETTERBOX_WEB_PORT": ""}
        if self._plan.owner_database_url is not None:
            environ[VARIABLES["owner_database_url"]] = self._plan.owner_database_url
        return Boot(settings_module.load(environ), self._show.note)

    def _engine(self, boot: Boot, jars: Sequence[Path]) -> None:
        if self._plan.runs_engine:
            self._supervisor.start(assembly.engine(self._plan, jars, lambda: boot_module.clock_offset_ms(boot)))

    def _steps(self, boot: Boot, steps: Sequence[Step]) -> None:
        for step in steps:
            with self._show.step(step.title):
                step.run(boot)

    def _addresses(self, seconds: float) -> None:
        settings = self._plan.settings()
        rows = [("网站", self._plan.web_url), ("工作台", f"{self._plan.web_url}/desk/")]
        if self._is_demo:
            rows.append(("", f"演示登录名 screener、reviewer、admin 等，密码 {demo.PASSWORD}（人员表见 README）"))
        rows.append(("引擎", str(settings["engine_url"])))
        if self._plan.runs_engine:
            rows.append(("引擎控制台", self._plan.lane.console_url(str(settings["engine_url"]))))
            rows.append(("", f"用户 {settings['engine_user']}，口令在 {self._plan.data_dir / parts.SECRETS_FILE}"))
        if self._plan.runs_mail:
            rows.append(
                ("邮件", f"{self._plan.mail_folder}（未设置 SMTP_URL，邮件只加密存为文件，用 letterbox mail 阅读）")
            )
        rows.append(("日志", str(self._plan.data_dir / "logs")))
        self._show.note(f"\n已就绪，用时 {seconds:.1f} s。按 Ctrl-C 停止。", "bold green")
        for title, text in rows:
            self._show.note(f"  {title:　<6}{text}")


def check_external(planned: plan.Plan, boot: Boot) -> None:
    """Raises Unavailable naming the setting of an external part that does not answer."""
    if "database_url" in planned.given and not boot.services.database.is_answering():
        raise Unavailable(
            "DATABASE_URL 指定的数据库无法连接：请检查地址、口令和网络 (the external database does not answer)"
        )
    settings = boot.settings
    if not planned.runs_engine and version(settings.engine_url, settings.engine_user, settings.engine_password) is None:
        raise Unavailable(
            f"ENGINE_URL 指定的引擎（{settings.engine_url}）无法连接或不接受 ENGINE_USER 的口令 (the external engine does not answer)"
        )


@contextmanager
def _signals(stop: threading.Event) -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM: while the yielded event is set they break off the start, later they set ``stop``."""
    booting = threading.Event()
    booting.set()

    def handle(_number: int, _frame: object) -> None:
        stop.set()
        if booting.is_set():
            booting.clear()
            raise StopRequested

    before = {number: signal.signal(number, handle) for number in heeded(STOP_SIGNALS)}
    try:
        yield booting
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def disk_errors(data_dir: Path) -> Iterator[None]:
    """A full disk anywhere in the start becomes one clear message."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Unavailable(
            f"磁盘空间不足，无法写入 {error.filename or data_dir}：请腾出空间，或用 LETTERBOX_DATA_DIR 指定别处 (disk full)"
        ) from error
