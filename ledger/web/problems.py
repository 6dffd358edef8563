"""When a page cannot be shown: what happened and what to do next, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from jinja2 import Environment
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    SecurityError,
)

from ledger.core.errors import LedgerError, NotFoundError, NotPermittedError
from ledger.core.passwords import PasswordsBusyError
from ledger.core.permissions import Role
from ledger.logs import FACTS
from ledger.sessions import DATABASE_TROUBLES, Trouble, trouble_of
from ledger.web import sent_again
from ledger.web.access import somebody
from ledger.web.request_log import request_number
from ledger.web.words import _

RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a page says instead of its content."""

    status: int
    title: str
    words: str
    icon: str = "alert"
    code: str | None = None
    # Whether asking for the same once more is the next step.
    may_try_again: bool = False
    headers: Sequence[tuple[str, str]] = ()


def set_up(app: Flask) -> None:
    """Answer every problem with a page of ours."""
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(LedgerError, _not_done)
    app.register_error_handler(InternalServerError, _stopped)
    for trouble in DATABASE_TROUBLES:
        app.register_error_handler(trouble, _database)


def _foreign_host(_problem: SecurityError) -> ResponseReturnValue:
    """Answer a request under a name that is not ours: no page has an address then."""
    return _("Open Latitude under its own name.") + "\n", 400, {"Content-Type": "text/plain"}


def _refused(problem: HTTPException) -> ResponseReturnValue:
    if problem.response is not None or (problem.code or 500) < 400:  # noqa: PLR2004  # a redirect
        return problem
    return _page(_problem_of(problem), extra=problem.get_headers())


def _with_saved(words: str) -> str:
    """Say that nothing was saved, unless a page was only read."""
    if _is_reading():
        return words
    return _("Nothing was saved.") + " " + words


def _problem_of(problem: HTTPException) -> Problem:
    if isinstance(problem, CSRFError):
        return Problem(
            status=400,
            title=_("This page was open for too long"),
            words=_with_saved(_("Open the page again and do it once more.")),
        )
    if isinstance(problem, NotFound):
        return Problem(
            status=404,
            title=_("This page is not here"),
            words=_("The address may be old. Nothing was lost."),
            icon="search",
        )
    if isinstance(problem, MethodNotAllowed):
        return Problem(
            status=405,
            title=_("This page works another way"),
            words=_with_saved(_("Start again from the first page.")),
        )
    if isinstance(problem, RequestEntityTooLarge):
        return Problem(
            status=413,
            title=_("That is too large to send"),
            words=_with_saved(_("Send less at a time: at most one megabyte.")),
        )
    if isinstance(problem, BadRequest):
        return Problem(
            status=400,
            title=_("That could not be read"),
            words=_with_saved(_("Open the page again and do it once more.")),
        )
    return Problem(
        status=problem.code or 500,
        title=_("This did not work"),
        words=_with_saved(_("Start again from the first page.")),
    )


def _not_done(problem: LedgerError) -> ResponseReturnValue:
    if isinstance(problem, NotFoundError | NotPermittedError):
        return _page(_problem_of(NotFound()))
    if isinstance(problem, PasswordsBusyError):
        crowd = _later(_("Many people are signing in just now."))
        page = _made_once(current_app.jinja_env, crowd)
        return make_response(page, crowd.status, list(crowd.headers))
    if _is_reading():
        return _page(
            Problem(
                status=409,
                title=_("This cannot be shown"),
                words=_("Something in the address does not fit. Open the page from the menu."),
            )
        )
    return _page(
        Problem(
            status=409,
            title=_("This was not done"),
            words=_(
                "Something changed in the meantime, or a value does not fit. Nothing was saved. "
                "Open the page again and look."
            ),
        )
    )


def _database(problem: Exception) -> ResponseReturnValue:
    """Answer when the database cannot take it now; anything else is our fault and goes on."""
    trouble = trouble_of(problem)
    if trouble is Trouble.OTHER:
        raise problem
    facts = {"request": request_number(), "trouble": trouble.name.lower()}
    what = "not shown" if _is_reading() else "not saved"
    current_app.logger.warning(what, extra={FACTS: facts})
    if trouble is Trouble.FULL:
        return _alone(
            _later(_("There is no room left on the ledger's disk. Please tell your administrator."))
        )
    if trouble is Trouble.MOVED:
        return _alone(_later(_("The ledger was moved. Please tell your administrator.")))
    return _alone(_later(_("The ledger is busy, or closed for a moment.")))


def _later(why: str) -> Problem:
    is_reading = _is_reading()
    if is_reading:
        title, again = _("Not shown just now"), _("Wait a few seconds and open this page again.")
    else:
        title = _("Not saved yet")
        again = _("Nothing was lost. Wait a few seconds and send it again.")
    return Problem(
        status=503,
        title=title,
        words=f"{why} {again}",
        icon="clock",
        may_try_again=True,
        headers=(("Retry-After", str(RETRY_SECONDS)),),
    )


def _is_reading() -> bool:
    """Whether a page was only to be shown: then there is nothing that was to be saved."""
    return request.method in {"GET", "HEAD"}


def _stopped(_problem: InternalServerError) -> ResponseReturnValue:
    return _alone(
        Problem(
            status=500,
            title=_("Something stopped on our side"),
            words=_with_saved(_("Try again; if it happens twice, call for help.")),
            may_try_again=True,
            code=g.get("incident"),
        )
    )


def _page(problem: Problem, extra: Sequence[tuple[str, str]] = ()) -> ResponseReturnValue:
    """Answer with a page that has the menu around it."""
    if request.routing_exception is not None and isinstance(
        request.routing_exception, SecurityError
    ):
        return _foreign_host(request.routing_exception)
    person = somebody()
    chrome = "staff" if person and person.role == Role.STAFF else "desk"
    page = render_template(
        "problems/page.html", problem=problem, chrome=chrome, number=request_number()
    )
    allowed = [(name, value) for name, value in extra if name == "Allow"]
    return make_response(page, problem.status, [*problem.headers, *allowed])


@lru_cache(maxsize=2)
def _made_once(environment: Environment, problem: Problem) -> str:
    """Return the page of a problem that comes by the hundred when somebody floods the door."""
    template = environment.get_template("problems/page.html")
    return template.render(
        problem=problem, chrome="desk", is_closed=True, number=None, is_reading=False, sent=()
    )


def _alone(problem: Problem) -> ResponseReturnValue:
    """Answer with a page that asks the database nothing."""
    template = current_app.jinja_env.get_template("problems/page.html")
    page = template.render(
        problem=problem,
        chrome="desk",
        # Nobody can be known, or sign in, while the database is not asked.
        is_closed=True,
        number=request_number(),
        is_reading=_is_reading(),
        sent=sent_again.fields(),
    )
    return make_response(page, problem.status, list(problem.headers))
