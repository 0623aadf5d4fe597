"""The counts above my tasks, whether something is still on its way to the engine, and the kinds of task there are."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from letterbox.bundle.model.diagram_model import Node
from letterbox.domain.clock import Clock
from letterbox.domain.limits.answerers import BY_OFFICE
from letterbox.domain.limits.lateness import midnight_after
from letterbox.domain.limits.time_limits import office_day
from letterbox.domain.permissions import EGOV_ROLES, SEES_ALL_LETTERS, Actor
from letterbox.services.deployment.design import Design
from letterbox.services.limits.queries import answers
from letterbox.services.visibility.rule import kept_from_nobody_of
from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit

KINDS_FRESH_S = 30.0


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """Counts of letters, not of limits: a letter that is late in two ways counts once."""

    open: int
    due_today: int
    overdue: int
    urgent: int


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A user task of the live diagrams; ``key`` is its id there."""

    key: str
    name: str


class DeskFigures:
    """Answers by one query each."""

    def __init__(self, database: Database, clock: Clock, design: Design) -> None:
        self._database = database
        self._clock = clock
        self._design = design
        self._nodes: tuple[float, tuple[Node, ...]] | None = None

    def of(self, actor: Actor) -> TaskCounts:
        """Counts of the letters for whose open limits the actor answers; supervising offices answer for all."""
        now = self._clock.now()
        tomorrow = midnight_after(office_day(now))
        pressing = or_(Letter.urgent, Letter.red_flag)
        letters = func.count(Letter.id.distinct())
        query = (
            select(
                letters,
                letters.filter(Limit.due_at >= now, Limit.due_at < tomorrow),
                letters.filter(Limit.due_at < now),
                letters.filter(pressing),
            )
            .select_from(Limit)
            .join(Letter, Letter.id == Limit.letter_id)
            .where(Limit.presses)
            .where(_answers_for(actor), kept_from_nobody_of(actor))
        )
        with self._database.reading() as session:
            return TaskCounts(*session.execute(query).one())

    def is_on_its_way(self, number: str) -> bool:
        """Whether something that was done to the letter has not reached the engine yet."""
        query = select(OutboxCommand.id).where(
            OutboxCommand.number == number,
            OutboxCommand.lane == OutboxLane.LETTER,
            OutboxCommand.status.in_([CommandStatus.PENDING, CommandStatus.STOPPED]),
        )
        with self._database.reading() as session:
            return session.scalars(query.limit(1)).first() is not None

    def kinds(self, actor: Actor) -> list[TaskKind]:
        """The live diagrams' user tasks that the actor's roles may do, in the diagrams' order; read anew each half minute."""
        roles = {str(role) for role in actor.roles} | (set(map(str, EGOV_ROLES)) if actor.roles & EGOV_ROLES else set())
        return [TaskKind(node.id, node.name or node.id) for node in self._user_tasks() if _groups(node) & roles]

    def _user_tasks(self) -> tuple[Node, ...]:
        if self._nodes is None or time.monotonic() - self._nodes[0] > KINDS_FRESH_S:
            diagrams = [live.diagram for live in self._design.live_diagrams()]
            found = tuple(node for diagram in diagrams for node in diagram.nodes if node.kind == "userTask")
            self._nodes = (time.monotonic(), found)
        return self._nodes[1]


def _groups(node: Node) -> set[str]:
    """The roles among its candidate groups: ``unit_handler@${leadUnit}`` → ``unit_handler``."""
    return {group.strip().partition("@")[0] for group in node.engine.get("candidateGroups", "").split(",")}


def _answers_for(actor: Actor) -> ColumnElement[bool]:
    if actor.has(*(SEES_ALL_LETTERS - EGOV_ROLES)):
        return Limit.id.is_not(None)
    return answers(*sorted(actor.units()), *([BY_OFFICE] if actor.has(*EGOV_ROLES) else []))
