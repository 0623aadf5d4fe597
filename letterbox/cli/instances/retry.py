"""``letterbox instances retry``: try everything of some letters that stands still once more, and say the truth."""

from __future__ import annotations

import click

from letterbox.cli._services import services
from letterbox.cli.instances.shared import document, operator, reason_option, reasoned, words
from letterbox.cli.output import answer, json_option, note, refused
from letterbox.services.operations.stuck.items import KIND_WORDS, OUTCOME_WORDS, RetryOutcome, Stuck
from letterbox.services.operations.stuck.retrying import WAIT_S, Retried

UNSOLVED = {RetryOutcome.FAILING, RetryOutcome.WAITING, RetryOutcome.REFUSED}


@click.command("retry", help="重试这些来信所有停滞的事项，等一会儿看结果，如实说明。")
@click.argument("letters", nargs=-1, required=True, metavar="LETTER…")
@reason_option
@click.option("--dry-run", is_flag=True, help="只说会重试什么")
@click.option("--wait", "wait_s", type=click.FloatRange(0, 600), default=WAIT_S, show_default=True, help="最多等几秒")
@json_option
def retry(letters: tuple[str, ...], reason: str, dry_run: bool, wait_s: float, as_json: bool) -> None:
    with services() as opened, reasoned(reason, dry_run):
        seen = opened.operator.stuck.all(operator()).of(frozenset(letters))
        missing = sorted(set(letters) - {str(each.letter) for each in seen})
        if missing:
            note(f"没有停滞的事项：{'、'.join(missing)}")
        if dry_run:
            answer({"would_retry": [document(each) for each in seen]}, as_json, lambda: _plan(seen))
            return
        results = opened.operator.retrying.retry(operator(), seen, reason, wait_s=wait_s)
    answer({"results": [_document(each) for each in results]}, as_json, lambda: _words(results))
    if any(each.outcome in UNSOLVED for each in results):
        refused()


def _plan(seen: tuple[Stuck, ...]) -> str:
    return "\n".join(words(each) for each in seen) or "没有可重试的事项"


def _document(result: Retried) -> dict[str, object]:
    stuck = result.stuck
    return {
        "letter": stuck.letter,
        "kind": stuck.kind,
        "id": stuck.id,
        "element": stuck.element,
        "name": stuck.name,
        "outcome": result.outcome,
        "detail": result.detail,
    }


def _words(results: list[Retried]) -> str:
    lines = [
        f"{each.stuck.letter or '—':<16} {KIND_WORDS[each.stuck.kind]}  {each.stuck.name}  "
        f"{OUTCOME_WORDS[each.outcome]}：{each.detail}"
        for each in results
    ]
    return "\n".join(lines) or "没有可重试的事项"
