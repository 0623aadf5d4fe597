"""Who is signed in, and which roles each page needs.

The browser holds a random token in a cookie of its own; what it stands for is the server's to know and to end.

Every view says it itself: ``@needs(Role.SCREENER)``, ``@needs()`` for all staff, ``@open_to_all`` for none. Blueprints
that are public as a whole are named here. A house test asks :func:`declared_roles` about every endpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast
from unicodedata import category
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, render_template, request, session, url_for
from flask import flash as flash_message
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import NotAllowed
from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.domain.words import label
from letterbox.services.access.sessions import Device, LiveSession, Sessions, SignInMethod
from letterbox.services.access.sign_in import SignedIn
from webapp.services import services
from webapp.shared.http import cookies, navigation
from webapp.shared.http.security import FORM_TYPES
from webapp.shared.sign_in import devices
from webapp.shared.sign_in.device_words import browser_name, way_in
from webapp.shared.typed import typed_here

View = TypeVar("View", bound=Callable[..., Any])

STAFF = frozenset(Role) - {Role.CHANNEL}
"""Everybody who signs in; a channel is a machine."""
LETTER_READERS = SEES_ALL_LETTERS | UNIT_ROLES
"""Whose office or unit deals with letters; which ones, the services decide."""
PUBLIC_BLUEPRINTS = frozenset({"portal", "assets", "preferences", "gallery"})
SIGN_IN, SECOND_FACTOR = "desk.sign_in", "desk.second_factor"
COOKIE = "letterbox-staff"
WITH_ONE_TIME_PASSWORD = frozenset({"desk.account", "desk.account_password"})
"""All that somebody with a one-time password may open before he has chosen his own; they need no role, either."""


NO_USE = frozenset({"desk.session_left"})
"""Asking how long a session lasts does not prolong it."""


def needs(*roles: Role) -> Callable[[View], View]:
    """Only for people who hold one of ``roles`` (none named: any staff role). Pages stay out of caches."""
    wanted = frozenset(roles) or STAFF

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*arguments: Any, **named: Any) -> ResponseReturnValue:
            person = signed_in()
            if person is None:
                return ask_to_sign_in()
            if person.must_change_password and request.endpoint not in WITH_ONE_TIME_PASSWORD:
                return redirect(url_for("desk.account"))
            if not person.actor.roles & wanted and request.endpoint not in WITH_ONE_TIME_PASSWORD:
                raise NotAllowed(gettext("您的角色不办理这件事。"))
            return cast(ResponseReturnValue, view(*arguments, **named))

        guarded.access_roles = wanted  # type: ignore[attr-defined]  # read by declared_roles
        return cast(View, guarded)

    return decorate


def half_signed_in(view: View) -> View:
    """For the step between password and second factor, which those who are signed in may open as well."""

    @wraps(view)
    def guarded(*arguments: Any, **named: Any) -> ResponseReturnValue:
        if live_session() is None:
            return ask_to_sign_in()
        return cast(ResponseReturnValue, view(*arguments, **named))

    guarded.access_roles = STAFF  # type: ignore[attr-defined]  # read by declared_roles
    return cast(View, guarded)


def open_to_all(view: View) -> View:
    """No sign-in needed."""
    view.access_roles = frozenset()  # type: ignore[attr-defined]  # read by declared_roles
    return view


def declared_roles(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """The roles of which one is needed; empty: open to all; None: the view forgot to say."""
    if endpoint.partition(".")[0] in PUBLIC_BLUEPRINTS:
        return frozenset()
    return cast("frozenset[Role] | None", getattr(app.view_functions[endpoint], "access_roles", None))


def begin_session(person: SignedIn, how: SignInMethod) -> None:
    """Nothing of the session before survives, the form token included. A step may be missing still: ask ``live_session``."""
    forget_session()
    g.staff_token = _sessions().begin(person, how, device())
    g.pop("live_session", None)


def rise() -> None:
    """The person has proved again who he is: the same session under a new token. Forms that are open stay good."""
    g.staff_token = _sessions().rise(_token())
    g.pop("live_session", None)


def complete_sign_in(how: SignInMethod) -> None:
    """The step that was missing is done: a new token, and a new form token."""
    token = _sessions().rise(_token(), how)
    session.clear()
    g.staff_token = token
    g.pop("live_session", None)


def forget_session() -> None:
    """The session that this browser has ends on the server, and everything the browser holds of it."""
    token = _token()
    if token:
        _sessions().end(token)
    session.clear()
    g.staff_token = ""
    g.live_session = None


def device() -> Device:
    """Where this request comes from."""
    return Device(request.remote_addr or "?", request.headers.get("User-Agent", ""))


def live_session() -> LiveSession | None:
    """This browser's session, asked of the database once a request; None if it has ended."""
    if "live_session" not in g:
        token = _token()
        g.live_session = _sessions().find(token, is_use=request.endpoint not in NO_USE) if token else None
        if token and g.live_session is None:
            g.staff_token = ""
    return cast("LiveSession | None", g.live_session)


def signed_in() -> SignedIn | None:
    """Who the session belongs to, with his rights as of now; None also while a step of signing in is missing."""
    live = live_session()
    return live.person if live is not None and live.awaits is None else None


def live() -> LiveSession:
    """This browser's session; only for views with :func:`needs`."""
    found = live_session()
    if found is None:
        raise NotAllowed(gettext("请先登录。"))
    return found


def left_s(session_here: LiveSession) -> int:
    """Whole seconds until it ends if nobody does anything."""
    return max(0, int((session_here.ends_at - services().clock.now()).total_seconds()))


def _token() -> str:
    """The token that the browser sent, or gets with this answer."""
    return str(g.get("staff_token", request.cookies.get(cookies.name_of(COOKIE), "")))


def _sessions() -> Sessions:
    return services().sessions


def _set_cookie(response: Response) -> Response:
    token = g.get("staff_token")
    if token:
        cookies.put(response, COOKIE, token)
    elif token is not None:
        cookies.expire(response, COOKIE)
    return response


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
    if live_session() is not None and request.method == "GET":
        return redirect(url_for(SECOND_FACTOR, next=request.full_path.rstrip("?")))
    if request.method != "GET":
        typed = typed_here() if request.mimetype in FORM_TYPES else []
        if typed:
            page = render_template("desk/sign_in.html", next=_page_before(), login="", typed=typed)
            return page, HTTPStatus.FORBIDDEN
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
    return all(category(character)[0] != "C" for character in path) and not urlsplit(path).netloc


@dataclass(frozen=True, slots=True)
class Staff:
    """What the shell shows of who is signed in."""

    name: str
    roles: frozenset[Role]
    role_words: str


def staff() -> Staff | None:
    person = _shown_person()
    if person is None:
        return None
    return Staff(person.actor.name, person.actor.roles, role_words(person.actor))


def _shown_person() -> SignedIn | None:
    """Who was found signed in while this request was worked on; a page of an error asks nobody."""
    live = g.get("live_session")
    return live.person if live is not None and live.awaits is None else None


def role_words(person: Actor) -> str:
    """甄别员、审核员（代李四）, each role once."""
    words = {label(each.role) + (f"（代{each.for_whom}）" if each.for_whom else ""): each for each in person.grants}
    return "、".join(sorted(words, key=lambda name: (words[name].for_whom or "", name)))


def install(app: Flask) -> None:
    """The shell's variables, for every signed-in audience."""
    app.context_processor(_shell)
    app.jinja_env.filters.update(browser_name=browser_name, way_in=way_in)
    app.after_request(_set_cookie)
    app.after_request(devices.add_cookie)


def _shell() -> dict[str, object]:
    person = _shown_person()
    return {
        "staff": staff(),
        "shown_at": services().clock.now(),
        "current_person_id": person.person_id if person else None,
        "session_left_s": left_s(live()) if person else None,
        "sign_out_url": url_for("desk.sign_out"),
        "search_url": url_for("desk.letters") if person and person.actor.roles & LETTER_READERS else None,
        "desk_home_url": navigation.home_for(person.actor.roles, LETTER_READERS) if person else url_for("desk.tasks"),
    }
