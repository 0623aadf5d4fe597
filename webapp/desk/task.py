"""One task: the letter beside its form; claiming, drafts, submitting (design 5, 8b)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.clean_text import clean_text
from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.dates import day
from letterbox.domain.errors import FieldErrors, TaskGone
from letterbox.domain.forms.form import Form
from letterbox.domain.permissions import EGOV_ROLES, Actor
from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.patience import READING_S, patience
from letterbox.services.publication.public_text import FoundPiece
from letterbox.services.records.standard_texts import filled
from letterbox.services.tasks.facts import TaskFacts
from letterbox.services.tasks.my_tasks import DeskTask
from letterbox.services.tasks.tasks import OpenTask
from webapp.desk import for_you, presenters
from webapp.desk.blueprint import blueprint
from webapp.desk.decisions import FITTING, SURE, around, asked_again
from webapp.desk.draft_checks import refuse_blanks
from webapp.desk.letters import WORDS, Dossier, dossier
from webapp.desk.tasks import as_query, filter_of
from webapp.services import desk, services
from webapp.shared import personal_words
from webapp.shared.forms import is_row_action, read_posted, render_form
from webapp.shared.http import access
from webapp.shared.typed import named_by, typed_texts

ALL_FIT = "_all_fit"
"""The button of a review: fills the form in, nothing more."""
JOIN = "_join"
"""The button beside a letter of the same matter: fills the form in, nothing more."""
RULED_AT = frozenset({TaskKey.SCREEN_LETTER, TaskKey.ASSIGN_LETTER, TaskKey.RULE_ON_RETURN})
"""Where earlier final rulings help."""
NAMES_UNIT = frozenset({TaskKey.ASSIGN_LETTER, TaskKey.RULE_ON_RETURN})
"""Where the letter gets its unit, which must not be the accused one."""
PERSONAL_AT = frozenset({TaskKey.DRAFT_REPLY, TaskKey.SIGN_OFF_REPLY, TaskKey.REVIEW_REPLY})
"""Where what will be public is written or judged, personal data are marked."""
MARKED_AT = frozenset({TaskKey.SCREEN_LETTER, TaskKey.ASSIGN_LETTER})
"""Where the proposal helps, its words are marked in the letter."""

MOMENT_S = 0.5


def _form_of(task_id: str) -> Form | None:
    return desk().tasks.known_form(task_id)


@blueprint.get("/tasks/<task_id>")
@access.needs()
def task(task_id: str) -> ResponseReturnValue:
    try:
        opened, is_away = _open(task_id)
    except TaskGone as gone:
        return _gone_page(task_id, gone)
    return _page(opened, opened.values, {}, is_away=is_away)


@blueprint.post("/tasks/<task_id>")
@access.needs()
@named_by(find=_form_of)
def task_submit(task_id: str) -> ResponseReturnValue:
    """Complete the task; whatever goes wrong, what was typed comes back with the answer."""
    try:
        opened, is_away = _open(task_id)
    except TaskGone as gone:
        return _gone_page(task_id, gone)
    values = read_posted(opened.form, request.form)
    if is_row_action(request.form):
        return _page(opened, values, {}, is_away=is_away)
    if ALL_FIT in request.form:
        return _page(opened, {**values, **FITTING}, {}, is_away=is_away)
    if leading := request.form.get(JOIN):
        return _page(opened, {**values, "outcome": "join", "joined_to": leading}, {}, is_away=is_away)
    if SURE not in request.form and asked_again(
        opened.facts.key, values, lambda: services().records.open(opened.facts.number, access.actor())
    ):
        return _page(opened, values, {}, is_away=is_away, asks_again=True), 422
    try:
        refuse_blanks(opened.facts.key, values)
        with _known_to_hang(is_away):
            services().tasks.complete(task_id, values, access.actor())
    except FieldErrors as refusal:
        return _page(opened, values, refusal.errors, is_away=is_away), 422
    except TaskGone as gone:
        return _gone_page(task_id, gone)
    with _known_to_hang(is_away):
        return _onwards(opened)


def _known_to_hang(is_away: bool) -> AbstractContextManager[None]:
    """An engine that was just waited for in vain gets another moment only: the outbox does the rest."""
    return patience(MOMENT_S) if is_away else nullcontext()


def _open(task_id: str) -> tuple[OpenTask, bool]:
    """The task, and whether the engine is away so that it is shown from what is known of it."""
    try:
        with patience(READING_S):
            return services().tasks.open(task_id, access.actor()), False
    except EngineUnavailable:
        return desk().tasks.open_from_facts(task_id, access.actor()), True


def _page(
    opened: OpenTask, values: Mapping[str, Any], errors: Mapping[str, str], *, is_away: bool, asks_again: bool = False
) -> str:
    actor, facts = access.actor(), opened.facts
    found = dossier(facts.number, is_away=is_away)
    words = found.suggestion.words if found.suggestion and facts.key in MARKED_AT else []
    personal = _personal(facts, values, actor)
    marks = [*words, *(each.text for each in personal if "body" in each.fields)]
    return render_template(
        "desk/task.html",
        task=opened,
        fields=render_form(opened.form, values, errors, {**opened.data, "by_person": True}),
        has_errors=bool(errors),
        dossier=found,
        for_you=for_you.addressed_to(facts.key, found.said),
        letter=found.letter,
        body=presenters.marked(found.letter.body, marks),
        due=presenters.due_maker()(opened.due_at),
        is_away=is_away,
        is_mine=opened.assignee == actor.id,
        claimed_by=_claimed_by(opened, actor),
        kept=as_query(filter_of(request.args)),
        draft_key=draft_key(facts.id, actor),
        is_restored=opened.drafted_at is not None and request.method == "GET",
        shows_suggestion=facts.key in MARKED_AT,
        names_unit=facts.key in NAMES_UNIT,
        same_matter=services().related.same_matter(facts.number, actor) if facts.key == TaskKey.SCREEN_LETTER else [],
        precedents=services().related.precedents_for(facts.number, actor) if facts.key in RULED_AT else [],
        standard_texts=_standard_texts(found) if facts.key == TaskKey.DRAFT_REPLY else [],
        personal=personal,
        decides_on_files=actor.has(*EGOV_ROLES),
        public=services().public_copies.look(facts.number, actor) if facts.key == TaskKey.REVIEW_REPLY else None,
        personal_words=personal_words,
        question=asked_again(facts.key, values, lambda: found.letter) if asks_again else "",
        **around(facts.key, found.letter),
        **WORDS,
    )


def _personal(facts: TaskFacts, values: Mapping[str, Any], actor: Actor) -> list[FoundPiece]:
    """What would have to be hidden in public, of the letter and of the reply as it stands."""
    if facts.key not in PERSONAL_AT:
        return []
    reply = str(values.get("reply") or "") if facts.key == TaskKey.DRAFT_REPLY else None
    return services().public_copies.hints(facts.number, actor, reply)


def _standard_texts(found: Dossier) -> list[tuple[str, str]]:
    """Title and text of what a reply may start from, the letter's facts filled in."""
    letter, today = found.letter, services().clock.now().astimezone(OFFICE_ZONE)
    facts = {
        "number": letter.number,
        "title": letter.title,
        "unit": letter.lead_unit_name or "",
        "date": day(today),
    }
    return [(each.title, filled(each.body, facts)) for each in services().standard_texts.list(access.actor())]


def _claimed_by(opened: OpenTask, actor: Actor) -> str | None:
    """The name of somebody else who took the task."""
    if opened.assignee is None or opened.assignee == actor.id or not opened.assignee.isdecimal():
        return None
    return desk().account.account(int(opened.assignee)).name


def draft_key(task_id: str, actor: Actor) -> str:
    """Names what the browser keeps: people may share a computer."""
    return f"task:{task_id}:{actor.id}"


def _onwards(opened: OpenTask) -> ResponseReturnValue:
    """To the next task; with the engine away to the letter, where it says that the submit is on its way."""
    facts, narrowed = opened.facts, filter_of(request.args)
    is_on_its_way = desk().figures.is_on_its_way(facts.number)
    _say_done(opened, is_on_its_way=is_on_its_way)
    try:
        with patience(READING_S):
            following: DeskTask | None = desk().tasks.following(access.actor(), narrowed, facts.id, opened.due_at)
    except EngineUnavailable:
        return redirect(url_for("desk.letter", number=facts.number, done=facts.id))
    if following is None or is_on_its_way:
        where = url_for("desk.letter", number=facts.number, done=facts.id)
        return redirect(where if is_on_its_way else url_for("desk.tasks", done=facts.id, **as_query(narrowed)))
    return redirect(url_for("desk.task", task_id=following.id, done=facts.id, **as_query(narrowed)))


def _say_done(opened: OpenTask, *, is_on_its_way: bool) -> None:
    facts = opened.facts
    link = Markup('<a href="{}">{}</a>').format(url_for("desk.letter", number=facts.number), facts.number)
    if is_on_its_way:
        words = gettext("正在处理：流程引擎收到后自动进入下一步，不用再次提交。")
        flash(Markup("{}“{}” · {} · {}").format(gettext("已保存并提交"), facts.name, link, words), "info")
    else:
        flash(Markup("{}“{}” · {}").format(gettext("已办完"), facts.name, link), "ok")


def _gone_page(task_id: str, gone: TaskGone) -> ResponseReturnValue:
    """Somebody was faster: who, when, and everything that was typed, to be copied."""
    opened = None
    with suppress(EngineUnavailable):
        opened = desk().tasks.open_from_facts(task_id, access.actor())
    page = render_template(
        "desk/task_gone.html",
        gone=gone,
        done_at=datetime.fromisoformat(gone.done_at) if gone.done_at else None,
        typed=typed_texts(request.form, opened.form if opened else None),
        number=opened.facts.number if opened else None,
        task_id=task_id,
    )
    return page, 409


@blueprint.post("/tasks/<task_id>/claim")
@access.needs()
def task_claim(task_id: str) -> ResponseReturnValue:
    services().tasks.claim(task_id, access.actor())
    flash(gettext("已领取，其他人会看到您正在办理。"), "ok")
    return _back(task_id)


@blueprint.post("/tasks/<task_id>/release")
@access.needs()
def task_release(task_id: str) -> ResponseReturnValue:
    services().tasks.unclaim(task_id, access.actor())
    flash(gettext("已放回，同岗位的人都可以领取。"), "ok")
    return _back(task_id)


def _back(task_id: str) -> ResponseReturnValue:
    return redirect(url_for("desk.task", task_id=task_id, **as_query(filter_of(request.args))))


@blueprint.post("/tasks/<task_id>/draft")
@access.needs()
@named_by(find=_form_of)
def task_draft(task_id: str) -> ResponseReturnValue:
    """Keeps what is typed so far: the form's own fields by form, or ``{"values": {…}}`` as JSON."""
    actor = access.actor()
    form = desk().tasks.open_from_facts(task_id, actor).form
    given = request.get_json(silent=True) if request.is_json else read_posted(form, request.form)
    values = given.get("values", given) if isinstance(given, dict) else None
    if not isinstance(values, dict):
        raise FieldErrors({"values": gettext("草稿应为一组字段")})
    known = {key: _storable(value) for key, value in values.items() if key in form.fields}
    saved_at = services().tasks.save_draft(task_id, known, actor)
    return {"saved_at": iso(saved_at)}


def _storable(value: Any) -> Any:
    """Without what the database cannot keep: control characters and halves of characters."""
    if isinstance(value, str):
        lines = value.replace("\r\n", "\n")
        return clean_text(lines, lines=True) if any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in lines) else lines
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, dict):
        return {_storable(str(key)): _storable(each) for key, each in value.items()}
    return value


@blueprint.post("/tasks/<task_id>/draft/discard")
@access.needs()
def task_draft_discard(task_id: str) -> ResponseReturnValue:
    desk().tasks.discard_draft(task_id, access.actor())
    flash(gettext("草稿已放弃，表单恢复为原来的内容。"), "ok")
    return redirect(url_for("desk.task", task_id=task_id, done=task_id, **as_query(filter_of(request.args))))
