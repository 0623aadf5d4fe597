"""Everything that the services say to somebody about a letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from sqlalchemy import select

from letterbox.domain.errors import LetterboxError
from letterbox.domain.permissions import Actor
from letterbox.services.limits.open_limits import LimitFilter, OpenLimits
from letterbox.services.side_processes.supervision_lists import SupervisionFilter, SupervisionLists
from letterbox.services.tasks.my_tasks import DeskTasks, TaskFilter
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.wiring.desk import Desk
from tests.support.office.county import County


def everything_for(
    county: County, actor: Actor, number: str, words: str, others: Sequence[str]
) -> Iterator[tuple[str, object]]:
    """What each list, page and task says to the actor about the letter, with what it is called; ``words`` are searched for,
    ``others`` are letters beside it. What is refused is left out."""
    services = county.services
    asked: dict[str, Callable[[], object]] = {
        "record": lambda: services.records.open(number, actor),
        "family": lambda: services.related.family(number, actor),
        "earlier letters": lambda: services.records.earlier(others[0], actor),
        "like it": lambda: services.related.same_matter(others[0], actor, 50),
        "family of the leading": lambda: services.related.family(others[0], actor),
        "actions": lambda: (services.actions.offered(number, actor), number),
        "search": lambda: services.records.search(actor, q=number).items,
        "search by words": lambda: services.records.search(actor, q=words).items,
        "list": lambda: services.records.search(actor, per_page=300).items,
        "tasks": lambda: services.tasks.page(actor, per_page=300).items,
        "desk": lambda: _desk(county).page(actor, TaskFilter(), per_page=300).items,
        "desk search": lambda: _desk(county).page(actor, TaskFilter(q=words)).items,
        "tasks of it": lambda: services.tasks.of_letter(number, actor),
        "precedents": lambda: services.related.precedents(actor),
        "supervisions": lambda: SupervisionLists(services.database).page(actor, SupervisionFilter(stage="")).items,
        "limits": lambda: OpenLimits(services.database, services.clock, services.rulebook).rows(actor, LimitFilter()),
        "open work": lambda: services.unowned_tasks.unowned(actor),
    }
    for what, ask in asked.items():
        with suppress(LetterboxError):
            yield what, ask()
    for other in others:
        with suppress(LetterboxError):
            yield f"record of {other}", services.records.open(other, actor)
    yield from _tasks_of(county, actor, number)
    yield "notices", [] if actor.id is None else services.inbox.list(actor).items
    yield "mails", _mails(county, actor, number)


def _tasks_of(county: County, actor: Actor, number: str) -> Iterator[tuple[str, object]]:
    services = county.services
    for task in services.engine.tasks.of(number):
        for what, ask in {
            "opened task": services.tasks.open,
            "task from facts": _desk(county).open_from_facts,
            "colleagues": services.reassigning.colleagues,
            "claim": services.tasks.claim,
        }.items():
            with suppress(LetterboxError):
                yield f"{what} {task.key}", (ask(task.id, actor), number)


def _mails(county: County, actor: Actor, number: str) -> list[tuple[str, str | None]]:
    """Not sent yet: those that went before it was an accusation cannot be taken back."""
    if actor.id is None:
        return []
    query = select(Delivery.subject, Delivery.body).join(Notice).join(Letter, Letter.id == Notice.letter_id)
    waiting = query.where(Delivery.person_id == int(actor.id), Delivery.status == "pending", Delivery.channel == "mail")
    with county.services.database.reading() as session:
        return [(subject, body) for subject, body in session.execute(waiting.where(Letter.number == number))]


def _desk(county: County) -> DeskTasks:
    services = county.services
    return Desk.on(services).tasks
