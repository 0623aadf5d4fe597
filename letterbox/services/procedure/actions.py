"""What staff do beside a task (contract, "action"); each capability brings its own actions (``wiring.procedure``).

Machine interface and desk ask the same questions here: who may, is it possible now, does the form's answer do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from letterbox.domain import words
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from letterbox.domain.forms.form import Form, Values
from letterbox.domain.permissions import STANDS_IN, Actor, Grant
from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.form_inputs import letter_data
from letterbox.services.case.leading import lock_leading
from letterbox.services.case.standing import refusal
from letterbox.services.visibility.rule import require_sight, roles_for


def nothing_known(_case: Case) -> Values:
    return {}


@dataclass(frozen=True, slots=True)
class Action:
    """Something done to a letter beside its tasks; its form is ``config/actions/<name>.form``.

    ``may`` says why it is not possible now, or None; it is asked again under the letter's lock before ``act``, which
    gets the form's cleaned values, may raise FieldErrors or WrongState, and returns another letter's case if that is the
    answer. A unit's role means the lead unit's. ``must_say``: yes/no questions that an answer may not pass over;
    ``is_quiet``: where it is not possible nobody misses it, so that need not be told.
    """

    title: str
    roles: frozenset[Role]
    may: Callable[[Case], str | None]
    act: Callable[[Case, Values], Case | None]
    prefill: Callable[[Case], Values] = nothing_known
    must_say: frozenset[str] = field(default_factory=frozenset)
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class ActionOffer:
    """An action somebody has the right to; ``refusal`` says why it is not possible now."""

    name: str
    title: str
    refusal: str | None


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action opened to be filled in: as ``OpenTask`` for a task."""

    name: str
    title: str
    form: Form
    values: Values
    data: Values
    refusal: str | None


class Actions:
    """Finds the action, checks the right to it and does it as one change of the letter."""

    def __init__(
        self, casebook: Casebook, actions: Mapping[str, Action], forms: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._casebook = casebook
        self._actions = actions
        self._forms = {name: Form.parse(schema) for name, schema in forms.items()}

    def form_of(self, name: str) -> Form | None:
        """Anybody's to know: it holds nothing of a letter."""
        return self._forms.get(name)

    def offered(self, number: str, actor: Actor) -> Sequence[ActionOffer]:
        """What the actor has the right to do with this letter, possible now or not. Raises NotFound."""
        with self._casebook.look(number, actor) as case:
            require_sight(case.session, case.letter, case.actor)
            known = [(name, each) for name, each in self._actions.items() if _grants(case, each)]
            offers = [(each, ActionOffer(name, each.title, _refusal(case, name, each))) for name, each in known]
            return [offer for action, offer in offers if not (offer.refusal and action.is_quiet)]

    def open(self, number: str, name: str, actor: Actor) -> OpenAction:
        """Raises NotFound, NotAllowed."""
        action = self._action(name)
        with self._casebook.look(number, actor) as case:
            require_sight(case.session, case.letter, case.actor)
            _grant(case, action)
            data = letter_data(case.session, case.letter)
            return OpenAction(
                name=name,
                title=action.title,
                form=self._forms[name],
                values=action.prefill(case),
                data=data,
                refusal=_refusal(case, name, action),
            )

    def perform(self, number: str, name: str, values: Values, actor: Actor) -> dict[str, Any]:
        """Returns number and new status of the letter answered about. Raises NotFound, NotAllowed, FieldErrors, WrongState."""
        action = self._action(name)
        if not actor.has(*action.roles) and not (action.roles - UNIT_ROLES and actor.has(*STANDS_IN)):
            raise NotAllowed(f"“{action.title}”由{words.roles(action.roles)}使用")
        self._refuse_unknown(name, values)
        with self._casebook.open(number, actor, lambda session: lock_leading(session, values, actor), act=name) as case:
            require_sight(case.session, case.letter, case.actor)
            case.acting_as(_grant(case, action))
            if no := _refusal(case, name, action):
                raise WrongState(no)
            answer = action.act(case, self._checked(case, name, action, values)) or case
            return {"number": answer.letter.number, "status": str(answer.letter.status)}

    def _action(self, name: str) -> Action:
        known = self._actions.get(name)
        if known is None:
            raise NotFound(f"没有“{name}”这个操作，或者它还没有开放；现有：{'、'.join(self._actions)}")
        return known

    def _refuse_unknown(self, name: str, values: Values) -> None:
        fields = self._forms[name].fields
        unknown = sorted(set(values) - set(fields))
        if unknown:
            raise FieldErrors({key: f"没有“{key}”这个字段，可填的是：{'、'.join(fields)}" for key in unknown})

    def _checked(self, case: Case, name: str, action: Action, values: Values) -> Values:
        checked = self._forms[name].validate(values, letter_data(case.session, case.letter), now=case.now)
        silent = {key: "请说明：true 或 false" for key in action.must_say if key not in values}
        if checked.errors or silent:
            raise FieldErrors({**silent, **checked.errors})
        return checked.values


def _refusal(case: Case, name: str, action: Action) -> str | None:
    """The action's own words, else those of the table that holds for everything done to a letter."""
    return action.may(case) or refusal(name, case.letter.status)


def _grants(case: Case, action: Action) -> list[Grant]:
    """The actor's grants that carry the right: of the lead unit if the role is a unit's; who stands in for an office (A5)."""
    roles = roles_for(case.session, case.letter, action.roles)
    return [
        grant
        for grant in case.actor.grants
        if grant.role in roles and (grant.role not in UNIT_ROLES or grant.unit == case.letter.lead_unit)
    ]


def _grant(case: Case, action: Action) -> Grant:
    """One's own right before one held for somebody on leave. Raises NotAllowed."""
    grants = _grants(case, action)
    if not grants:
        raise NotAllowed(f"“{action.title}”由{words.roles(action.roles)}使用；单位的岗位须属于主办单位")
    return min(grants, key=lambda each: (each.for_whom or "", each.role))
