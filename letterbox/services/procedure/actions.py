"""What staff may do to a letter apart from tasks (contract, "action"); each capability has its own
(``wiring.procedure``).

The machine interface and the desk ask here who may do it, whether it is possible now, and whether the form's answer
will do.
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
    """Something that is done to a letter apart from its tasks; its form is ``config/actions/<name>.form``.

    ``may`` returns why it is not possible now, or None. It is asked again under the letter's lock before ``act``, which
    gets the form's cleaned values, may raise FieldErrors or WrongState, and returns another letter's case if the answer
    is about that letter. A unit's role means the lead unit's. ``must_say``: yes/no questions that have to be answered;
    ``is_quiet``: if the action is not possible, nobody has to be shown why.
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
    """An action to which the actor has the right. ``refusal``: why it is not possible now, None if it is."""

    name: str
    title: str
    refusal: str | None


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action whose form was opened; as ``OpenTask`` for a task."""

    name: str
    title: str
    form: Form
    values: Values
    data: Values
    refusal: str | None


class Actions:
    """Finds the action, checks the right to it, and does it as one change of the letter."""

    def __init__(
        self, casebook: Casebook, actions: Mapping[str, Action], forms: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._casebook = casebook
        self._actions = actions
        self._forms = {name: Form.parse(schema) for name, schema in forms.items()}

    def form_of(self, name: str) -> Form | None:
        """The action's form. No rights are asked for, since a form says nothing of a letter."""
        return self._forms.get(name)

    def offered(self, number: str, actor: Actor) -> Sequence[ActionOffer]:
        """The actions to which the actor has the right with this letter, possible now or not. Raises NotFound."""
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
        """Do it. Returns number and new status of the letter that the answer is about. Raises NotFound, NotAllowed,
        FieldErrors, WrongState."""
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
    """Why the action is not possible: in the action's own words, else in those of the table (``standing``)."""
    return action.may(case) or refusal(name, case.letter.status)


def _grants(case: Case, action: Action) -> list[Grant]:
    """The actor's grants that give the right: of the lead unit if the role is a unit's; of an office that stands in
    (A5)."""
    roles = roles_for(case.session, case.letter, action.roles)
    return [
        grant
        for grant in case.actor.grants
        if grant.role in roles and (grant.role not in UNIT_ROLES or grant.unit == case.letter.lead_unit)
    ]


def _grant(case: Case, action: Action) -> Grant:
    """The grant to act under: the actor's own before one lent by somebody on leave. Raises NotAllowed."""
    grants = _grants(case, action)
    if not grants:
        raise NotAllowed(f"“{action.title}”由{words.roles(action.roles)}使用；单位的岗位须属于主办单位")
    return min(grants, key=lambda each: (each.for_whom or "", each.role))
