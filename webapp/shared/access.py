"""Who is signed in, and which roles each page needs.

Every view says it itself: ``@needs(Role.SCREENER)``, ``@needs()`` for all staff, ``@open_to_all`` for none. Blueprints
that are public as a whole are named here. A house test asks :func:`declared_roles` about every endpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask import flash as flash_message
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import NotAllowed
from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.domain.words import label
from letterbox.services.sign_in import SignedIn
from webapp.shared.context import services

View = TypeVar("View", bound=Callable[..., Any])

STAFF = frozenset(Role) - {Role.CHANNEL}
"""Everybody who signs in; a channel is a machine."""
LETTER_READERS = SEES_ALL_LETTERS | UNIT_ROLES
"""Whose office or unit deals with letters; which ones, the services decide."""
PUBLIC_BLUEPRINTS = frozenset({"portal", "assets", "preferences", "gallery"})
SIGN_IN = "desk.sign_in"
PERSON, VERSION, MUST_CHANGE = "person_id", "session_version", "must_change_password"
WITH_ONE_TIME_PASSWORD = frozenset({"desk.account", "desk.account_password"})
"""All that somebody with a one-time password may open before he has chosen his own; they need no role, either."""


def needs(*roles: Role) -> Callable[[View], View]:
    """Only for people who hold one of ``roles`` (none named: any staff role). Pages stay out of caches."""
    wanted = frozenset(roles) or STAFF

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*arguments: Any, **named: Any) -> ResponseReturnValue:
            person = signed_in()
            if person is None:
                return ask_to_sign_in()
            if session.get(MUST_CHANGE) and request.endpoint not in WITH_ONE_TIME_PASSWORD:
                return redirect(url_for("desk.account"))
            if not person.actor.roles & wanted and request.endpoint not in WITH_ONE_TIME_PASSWORD:
                raise NotAllowed(gettext("您的角色不办理这件事。"))
            return cast(ResponseReturnValue, view(*arguments, **named))

        guarded.access_roles = wanted  # type: ignore[attr-defined]  # read by declared_roles
        return cast(View, guarded)

    return decorate


def open_to_all(view: View) -> View:
    """No sign-in needed."""
    view.access_roles = frozenset()  # type: ignore[attr-defined]  # read by declared_roles
    return view


def declared_roles(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """The roles of which one is needed; empty: open to all; None: the view forgot to say."""
    if endpoint.partition(".")[0] in PUBLIC_BLUEPRINTS:
        return frozenset()
    return cast("frozenset[Role] | None", getattr(app.view_functions[endpoint], "access_roles", None))


def begin_session(person: SignedIn, *, must_change_password: bool = False) -> None:
    """Nothing of the session before survives, the form token included."""
    session.clear()
    session.permanent = True
    session[PERSON], session[VERSION] = person.person_id, person.version
    if must_change_password:
        session[MUST_CHANGE] = True
    g.signed_in = person


def end_session() -> None:
    session.clear()
    g.pop("signed_in", None)


def signed_in() -> SignedIn | None:
    """Who the session belongs to, asked of the database once a request. A changed password ends older sessions."""
    if "signed_in" not in g:
        g.signed_in = _of_session()
    return cast("SignedIn | None", g.signed_in)


def _of_session() -> SignedIn | None:
    person_id, version = session.get(PERSON), session.get(VERSION)
    if not isinstance(person_id, int) or not isinstance(version, int):
        return None
    person: SignedIn | None = services().sign_in.of_person(person_id)
    if person is None or person.version != version:
        session.clear()
        return None
    return person


def actor() -> Actor:
    """The signed-in person; only for views with :func:`needs`."""
    person = signed_in()
    if person is None:
        raise NotAllowed(gettext("请先登录。"))
    return person.actor


def ask_to_sign_in() -> ResponseReturnValue:
    """To the sign-in page and back; a program that asks for JSON gets 401."""
    if request.accept_mimetypes.best == "application/json":
        return {"error": gettext("登录已失效，请重新登录。")}, 401
    if request.method != "GET":
        flash_message(gettext("登录已失效，刚才的操作没有完成。请重新登录后再试；任务里自动保存的草稿还在。"), "warn")
        return redirect(url_for(SIGN_IN, next=_page_before()))
    return redirect(url_for(SIGN_IN, next=request.full_path.rstrip("?")))


def _page_before() -> str | None:
    """Where a POST came from, to return there after signing in."""
    path = urlsplit(request.referrer or "").path
    return path if is_own_path(path) else None


def is_own_path(path: str) -> bool:
    """A path of this site: browsers must not read a host, a scheme or a control character into it."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return False
    return all(character.isprintable() for character in path) and not urlsplit(path).netloc


@dataclass(frozen=True, slots=True)
class Staff:
    """What the shell shows of who is signed in."""

    name: str
    roles: frozenset[Role]
    role_words: str


def staff() -> Staff | None:
    person = g.get("signed_in")
    if person is None:
        return None
    return Staff(person.actor.name, person.actor.roles, role_words(person.actor))


def role_words(person: Actor) -> str:
    """甄别员、审核员（代李四）, each role once."""
    words = {label(each.role) + (f"（代{each.for_whom}）" if each.for_whom else ""): each for each in person.grants}
    return "、".join(sorted(words, key=lambda name: (words[name].for_whom or "", name)))


def install(app: Flask) -> None:
    """The shell's variables, for every signed-in audience."""
    app.context_processor(_shell)


def _shell() -> dict[str, object]:
    person = g.get("signed_in")
    return {
        "staff": staff(),
        "shown_at": services().clock.now(),
        "current_person_id": person.person_id if person else None,
        "sign_out_url": url_for("desk.sign_out"),
        "desk_home_url": url_for("desk.tasks"),
    }
