"""Who is asking, and whether they may: the guard in front of every view."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Request, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from ledger.config import Settings
from ledger.core import permissions, signing_in
from ledger.core.permissions import Action
from ledger.core.signing_in import SignedIn
from ledger.core.tables import Person, SignIn
from ledger.sessions import DATABASE_TROUBLES
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, retried, writing
from ledger.web.words import _

# What js/live.js sends with each look for news, and besides where somebody has touched the page.
LIVE_HEADER = "X-Latitude-Live"
HERE_HEADER = "X-Latitude-Here"
# So long before a sign-in runs out, the page of somebody who has not touched it says so.
ENDING = timedelta(minutes=2)

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., Any])


class NobodyIsSignedInError(TypeError):
    """A view asks who is signed in, and lets in people who are not: it lacks `@requires`."""


class Browser:
    """Somebody signed in, in the shape that Flask-Login asks for."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, found: SignedIn) -> None:
        self.found = found

    def get_id(self) -> str:
        """Return the person's pseudonym."""
        return self.found.person.uid


def requires(
    action: Action,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let only those see a view whose role may do this; for all others the page is not there.

    Somebody who is not signed in is sent to sign in first. The view's `requires` says the action,
    so that a test can walk all routes.
    """

    def guard(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        whole = retried(view)

        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if somebody() is None:
                return _to_sign_in()
            if not may(action):
                abort(404)
            return whole(*args, **kwargs)

        guarded.requires = action  # type: ignore[attr-defined]  # the sweep reads it
        return guarded

    return guard


def public(view: View) -> View:
    """Mark a view that anybody may see, signed in or not; its `requires` is None."""
    whole = retried(view)
    whole.requires = None  # type: ignore[attr-defined]  # the sweep reads it
    return whole  # type: ignore[return-value]  # the same callable, run again on a clash


def signed_in() -> Person:
    """Return the person who is signed in; only behind `requires`."""
    return _behind_a_guard().person


def sign_in_row() -> SignIn:
    """Return the sign-in of this browser; only behind `requires`."""
    return _behind_a_guard().sign_in


def is_ending() -> bool:
    """Whether this sign-in runs out soon unless somebody touches the page; behind `requires`."""
    idle = utc_now() - sign_in_row().last_seen_at
    return "seen" not in g and idle >= signing_in.IDLE - ENDING


def somebody() -> Person | None:
    """Return the person who is signed in, or None."""
    found = _found()
    return None if found is None else found.person


def may(action: str) -> bool:
    """Whether the person who is signed in may do this: `may("set a limit")`, `may(Action.…)`.

    Raises:
        ValueError: if there is no such action.

    """
    person = somebody()
    return person is not None and permissions.may(person.role, Action(action))


def is_tls(settings: Settings) -> bool:
    """Whether browsers reach this server over TLS: always, but on this machine without a proxy."""
    return settings.proxy_count > 0 or not settings.is_loopback


def cookie_name() -> str:
    """Return the name of the cookie that holds the token.

    `__Host-` makes a browser take it only over TLS, for this host alone and all its paths.
    """
    return "__Host-latitude" if _is_secure() else "latitude"


def _is_secure() -> bool:
    """Whether cookies go over TLS only, as it was settled when the application was made."""
    secure: bool = current_app.config["SESSION_COOKIE_SECURE"]
    return secure


def give_cookie(response: Response, token: str) -> None:
    """Put a token into the browser, until it is closed."""
    response.set_cookie(
        cookie_name(),
        token,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=_is_secure(),
    )


def take_cookie(response: Response) -> None:
    """Remove the token from the browser."""
    response.delete_cookie(
        cookie_name(),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=_is_secure(),
    )


def next_endpoint(name: str | None) -> str | None:
    """Return the name of a page to go on to, if it is one of ours that needs no more than its name.

    It is never an address: nothing that comes from outside can lead outside.
    """
    if name is None or name not in current_app.view_functions:
        return None
    if getattr(current_app.view_functions[name], "requires", None) is None:
        return None
    rules = current_app.url_map.iter_rules(name)
    plain = any(not rule.arguments and "GET" in (rule.methods or ()) for rule in rules)
    return name if plain else None


def opens_for(person: Person, endpoint: str) -> bool:
    """Whether this person may see this page."""
    action = getattr(current_app.view_functions[endpoint], "requires", None)
    return action is not None and permissions.may(person.role, action)


def set_up(app: Flask) -> None:
    """Let Flask-Login give every page the person who is signed in, and nothing else."""
    manager = LoginManager()
    # Our own sign-in row is the truth; nothing of Flask-Login's may stand in the cookie.
    app.config["SESSION_PROTECTION"] = None
    manager.request_loader(_load)
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-latitude-not-used"
    manager.init_app(app, add_context_processor=False)
    # Macros see what is global, and not what a page is drawn with.
    app.add_template_global(may)


def _behind_a_guard() -> SignedIn:
    found = _found()
    if found is None:
        raise NobodyIsSignedInError
    return found


def _found() -> SignedIn | None:
    """Return who sent this request; a page asks a dozen times, Flask-Login is asked once."""
    if "found" not in g:
        user: object = current_user
        g.found = user.found if isinstance(user, Browser) else None
    found: SignedIn | None = g.found
    return found


def _to_sign_in() -> ResponseReturnValue:
    is_page = request.method == "GET" and request.endpoint != "start.index"
    wanted = next_endpoint(request.endpoint) if is_page else None
    if request.method == "POST":
        notice(
            "care",
            _("What you sent was not saved."),
            _("You were signed out meanwhile. Sign in and write it once more."),
        )
    return redirect(url_for("sign_in.show", next=wanted), code=303)


def _load(incoming: Request) -> Browser | None:
    """Return who sent a request, by its cookie, and note now and then that they are here."""
    token = incoming.cookies.get(cookie_name())
    if not token:
        return None
    now = utc_now()
    found = signing_in.signed_in(reading(), token, now=now)
    if found is None:
        return None
    # A page that looks for news by itself does not say that somebody is in front of it.
    is_by_itself = LIVE_HEADER in incoming.headers and HERE_HEADER not in incoming.headers
    is_due = now - found.sign_in.last_seen_at >= signing_in.SEEN_EVERY
    if is_due and not is_by_itself and "seen" not in g:
        g.seen = True
        _note_seen(found.sign_in)
    return Browser(found)


def _note_seen(sign_in: SignIn) -> None:
    try:
        with writing() as session:
            signing_in.note_seen(session, sign_in, now=utc_now())
    except DATABASE_TROUBLES:
        # A page that can be read is shown, whether or not that could be noted.
        current_app.logger.warning("a sign-in could not be noted as in use")
