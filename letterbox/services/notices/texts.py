"""Renders the texts of notices from their Jinja sources, in a sandbox, since officials edit them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from letterbox.domain import dates
from letterbox.domain.errors import ConfigError
from letterbox.seeds.values import NoticeSeed

COMMON_VARIABLES = frozenset({"number", "title", "unit_name", "site", "mailbox"})
"""Given with every notice; ``writer_name`` comes with those to a writer."""
WRITER_VARIABLES = frozenset({"writer_name"})


ON_THE_PAGE = "（请登录后查看）"
NEUTRAL_TITLE = "检举控告"
SAID_BY_MAIL = COMMON_VARIABLES - {"title"} | {"category_name", "due", "due_at", "limit_name", "old_due", "task_name"}
"""What mail about an accusation may say: numbers, instants and words of the product; no word that somebody typed."""


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered notice: plain text; ``subject`` and ``sms`` on one line, ``sms`` empty if there is none."""

    subject: str
    body: str
    sms: str


class NoticeTexts:
    """All notices by key. Raises ConfigError for a source that is no Jinja or uses an undeclared variable."""

    def __init__(self, seeds: Iterable[NoticeSeed]) -> None:
        environment = _environment()
        self._templates = {seed.key: _compiled(environment, seed) for seed in seeds}

    def render(self, key: str, context: Mapping[str, Any]) -> Words:
        """Raises ConfigError if there is no such notice or a variable it uses is not given."""
        templates = self._templates.get(key)
        if templates is None:
            raise ConfigError(f"没有名为 {key} 的通知文本：请在 config/notices 中补上 {key}.yaml")
        try:
            subject, body, sms = (template.render(context) for template in templates)
        except TemplateError as error:
            raise ConfigError(f"通知文本 {key} 无法生成：{error}") from error
        return Words(_one_line(subject), body.strip(), _one_line(sms))


def neutral(context: Mapping[str, Any]) -> dict[str, Any]:
    """``context`` for mail about an accusation, which others than its recipient may read: the letter's number and
    neutral words.

    A variable is left out until it stands in ``SAID_BY_MAIL``; if something was left out, the mail says where to read
    it.
    """
    facts = {
        key: value if not value or isinstance(value, int | datetime) or key in SAID_BY_MAIL else ON_THE_PAGE
        for key, value in context.items()
    }
    return {**facts, "title": NEUTRAL_TITLE}


def allowed_variables(seed: NoticeSeed) -> frozenset[str]:
    return (
        COMMON_VARIABLES | frozenset(seed.variables) | (WRITER_VARIABLES if seed.audience == "writer" else frozenset())
    )


def used_variables(source: str) -> set[str]:
    environment = _environment()
    return meta.find_undeclared_variables(environment.parse(source))


def day(instant: str | datetime) -> str:
    """``2026-10-10T17:30:00+08:00`` → ``2026年10月10日 17:30``, in the office's zone."""
    return dates.instant(datetime.fromisoformat(instant) if isinstance(instant, str) else instant)


def _environment() -> SandboxedEnvironment:
    # Plain text for mail and SMS: nothing is to be escaped.
    environment = SandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = day
    return environment


def _compiled(environment: SandboxedEnvironment, seed: NoticeSeed) -> tuple[Template, ...]:
    sources = (seed.subject, seed.body, seed.sms)
    try:
        unknown = set().union(*map(used_variables, sources)) - allowed_variables(seed)
        templates = tuple(environment.from_string(source) for source in sources)
    except TemplateSyntaxError as error:
        raise ConfigError(f"通知文本 {seed.key} 第 {error.lineno} 行写法有误：{error.message}") from error
    if unknown:
        raise ConfigError(f"通知文本 {seed.key} 用了没有声明的变量：{'、'.join(sorted(unknown))}")
    return templates


def _one_line(text: str) -> str:
    return " ".join(text.split())
