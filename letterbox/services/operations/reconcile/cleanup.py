"""The remedy for a letter that has ended and still has limits or processes: they are ended, and whoever was troubled is
notified."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from letterbox.bundle.vocabulary import ROW_OF, ProcessKey
from letterbox.domain.errors import NotFound, WrongState
from letterbox.domain.events.side_processes import CoHandlerReleased, SupervisionClosed
from letterbox.domain.events.system import EffectsUndone
from letterbox.domain.limits.answerers import UNIT_ANSWERING
from letterbox.domain.permissions import Actor, require_operator
from letterbox.domain.vocabulary import FINAL_STATUSES, CoOutcome, EndCause, LimitKind
from letterbox.domain.words import label
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineNotFound
from letterbox.engine.records import Instance
from letterbox.services.audit.log import About, AdminAction, Administration, Subject, required_reason
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.position_facts import withdraw_stopped
from letterbox.services.case.standing import Act
from letterbox.services.case.true_status import true_status
from letterbox.services.notices.notices import Notices
from letterbox.services.operations.reconcile import leftovers
from letterbox.services.operations.reconcile.leftovers import OVER, Leftovers
from letterbox.services.side_processes.rows import Row
from letterbox.store.limits import Limit
from letterbox.store.side_processes import CoHandling, Instruction, Supervision

NOTHING_LEFT = "这封来信已经结束，没有还在进行的事"
NOT_OVER = "来信还没有结束：要停止办理请取消来信"


class CleanupOutcome(StrEnum):
    PLANNED = "planned"
    CLEANED_UP = "settled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CleanupResult:
    """``lines``: what will be or was done, in sentences."""

    letter: str
    outcome: CleanupOutcome
    detail: str
    lines: tuple[str, ...] = ()


class Cleanup:
    def __init__(
        self, engine: EngineClient, casebook: Casebook, administration: Administration, notices: Notices
    ) -> None:
        self._engine = engine
        self._casebook = casebook
        self._administration = administration
        self._notices = notices

    def clean_up(
        self, actor: Actor, letters: Sequence[str], reason: str, *, dry_run: bool = False
    ) -> list[CleanupResult]:
        """Clean up each letter by itself; if ``dry_run``, only say what would be done. Raises FieldErrors without a
        reason, Unavailable."""
        require_operator(actor)
        reason = reason if dry_run else required_reason(reason)
        return [self._one(actor, number, reason, dry_run) for number in dict.fromkeys(letters)]

    def _one(self, actor: Actor, number: str, reason: str, dry_run: bool) -> CleanupResult:
        running = self._engine.processes.of(number)
        try:
            with self._casebook.look(number, actor) as case:
                lines = self._lines(case, running)
            if dry_run:
                return CleanupResult(
                    letter=number, outcome=CleanupOutcome.PLANNED, detail="；".join(lines), lines=lines
                )
            self._record(actor, number, lines, reason)
            self.repair(number, actor)
        except (NotFound, WrongState) as refused:
            return CleanupResult(number, CleanupOutcome.REFUSED, refused.message)
        return CleanupResult(letter=number, outcome=CleanupOutcome.CLEANED_UP, detail="；".join(lines), lines=lines)

    def repair(self, number: str, actor: Actor) -> None:
        """End limits and rows on record, then processes in the engine; safe to repeat. Raises WrongState if the letter
        is not over."""
        running = self._engine.processes.of(number)
        with self._casebook.open(number, actor, act=Act.REPAIR) as case:
            left = _left(case)
            superfluous = self._superfluous(case, left, running)
            self._end(case, left)
            if watches := [each for each in superfluous if each.process_key == ProcessKey.DEADLINE_WATCH]:
                case.letter.is_watched, case.letter.watch_at = False, None
                self._delete(watches)
                case.watch.recheck()
        self._delete(superfluous)

    def _end(self, case: Case, left: Leftovers) -> None:
        """Void and end on record. The wrong dispatch stays in the record, which never changes; an event says that it
        was undone."""
        for limit in left.limits:
            case.limits.void(limit)
        for row in left.rows:
            _end_row(case, row)
        withdraw_stopped(case)
        if not left:
            return
        units = sorted({str(each.unit_code) for each in [*left.limits, *left.rows] if each.unit_code})
        case.record(
            EffectsUndone(
                limits=tuple(LimitKind(each) for each in sorted({each.kind for each in left.limits})),
                units=tuple(units),
                supervisions=tuple(each.id for each in left.rows if isinstance(each, Supervision)),
            )
        )
        status = label(case.letter.status, "LetterStatus")
        for unit in units:
            roles = UNIT_ANSWERING
            why = f"来信{status}，因系统故障误派给你单位，相关时限和督办已经作废，不计入统计"
            self._notices.notify_roles(case, "letter_recalled", roles, unit, reason=why)
        if left.dispatched:
            self._notices.notify_writer(case, "handling_undone", status_words=status)

    def _lines(self, case: Case, running: Sequence[Instance]) -> tuple[str, ...]:
        left = _left(case)
        superfluous = self._superfluous(case, left, running)
        if not left and not superfluous:
            raise WrongState(NOTHING_LEFT)
        lines = [f"{label(each.kind, 'LimitKind')}时限作废，不算按时也不算超期，不再催办" for each in left.limits]
        lines += [f"{leftovers.WORDS[type(each)]}（{each.unit_code}）停止，记为误启动" for each in left.rows]
        if superfluous:
            lines.append(f"流程引擎里多余的 {len(superfluous)} 个流程（办理、守望或并行）结束，打开着的任务取消")
        if left:
            lines.append("来信的记录写明误派和误启动的已经撤销；误派给的单位得到通知")
        if left.dispatched:
            lines.append("来信人得到更正的通知，查询页不再显示误派")
        return (*lines, "来信的状态不变；这次操作记入运维记录")

    def _superfluous(self, case: Case, left: Leftovers, running: Sequence[Instance]) -> list[Instance]:
        """Of what runs in the engine: the process of a finished letter, what ``left`` names, watches over nothing."""
        gone = {each.id for each in left.limits}
        stays = any(each.id not in gone | {row.limit_id for row in left.rows} for each in case.limits.running())
        needs_watch = stays or case.letter.status not in FINAL_STATUSES
        is_over = case.letter.status in FINAL_STATUSES
        return [
            each
            for each in running
            if (each.process_key == ProcessKey.LETTER_HANDLING and is_over)
            or (each.process_key == ProcessKey.DEADLINE_WATCH and (left.limits or not needs_watch))
            or self._runs_for(each, left)
        ]

    def _runs_for(self, instance: Instance, left: Leftovers) -> bool:
        """Whether it is the process of one of the rows."""
        if instance.process_key not in {process for process, _ in left.process_keys()}:
            return False
        key = ProcessKey(instance.process_key)
        with suppress(EngineNotFound):
            value = self._engine.processes.variables(instance.id).get(ROW_OF[key])
            return (key, str(value)) in left.process_keys()
        return False

    def _delete(self, instances: Sequence[Instance]) -> None:
        for each in instances:
            with suppress(EngineNotFound):
                self._engine.processes.delete(each.id)

    def _record(self, actor: Actor, number: str, lines: Sequence[str], reason: str) -> None:
        """Before it is done: the wish is on record even if an answer is lost."""
        with self._administration.change(actor) as change:
            about = About(Subject.LETTER, number, number)
            change.record(AdminAction.LETTER_CLEANED_UP, about, reason=reason, before={"cause": "；".join(lines)})


def _left(case: Case) -> Leftovers:
    if case.letter.status not in OVER:
        raise WrongState(NOT_OVER)
    if true_status(case.session, case.letter.id)[0] != case.letter.status:
        raise WrongState("来信的状态与事件记录不符：请先在“核对”里修复状态")
    return leftovers.read(case.session, [case.letter]).get(case.letter.id) or Leftovers()


def _end_row(case: Case, row: Row) -> None:
    limit = case.session.get(Limit, row.limit_id) if row.limit_id is not None else None
    if limit is not None:
        case.limits.void(limit)
    if isinstance(row, CoHandling):
        row.outcome, row.ended_at = CoOutcome.RELEASED, case.now
        case.record(CoHandlerReleased(unit=row.unit_code, because=EndCause.UNDONE))
    elif isinstance(row, Supervision):
        row.closed_at, row.end_cause = case.now, EndCause.UNDONE
        case.record(SupervisionClosed(supervision_id=row.id, unit=row.unit_code, because=EndCause.UNDONE))
    elif isinstance(row, Instruction):
        row.end_cause = EndCause.UNDONE
