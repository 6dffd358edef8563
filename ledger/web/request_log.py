"""The number of each request, and its line in the log: what was asked and how long it took.

A line names the route's rule and never the address itself, nor who asked, nor from where.
"""

import logging
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, has_request_context, request

from ledger.config import Settings
from ledger.logs import FACTS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOG = logging.getLogger("ledger.requests")
SLOW_MS = 1_000
HEADER = "X-Request-ID"
_ASKED = "HTTP_X_REQUEST_ID"
_KEPT = "latitude.request"
# As proxies make them: 32 hexadecimal digits, or a UUID. Nothing else could be told from a name.
_NUMBER = re.compile(r"[0-9a-fA-F-]{16,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
# Asked every few seconds, or with each page: only worth a line when something is wrong.
QUIET = frozenset(
    {"static", "health.alive", "health.ready", "inbox.live", "asks.now", "asks_here.now"}
)


@dataclass(slots=True)
class Asked:
    """What is known of one request while it is answered."""

    number: str
    method: str
    began: float
    rule: str | None = None
    endpoint: str | None = None
    status: int = 500
    told: bool = field(default=False)


class RequestLog:
    """Stands around the application: numbers a request, and logs it when its last byte is out."""

    def __init__(self, app: "WSGIApplication", *, trusts_number: bool) -> None:
        """Stand around this application.

        Args:
            app: what answers.
            trusts_number: whether a proxy of ours stands in front, whose number is taken over.

        """
        self._app = app
        self._trusts_number = trusts_number

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request, as WSGI asks."""
        method = str(environ.get("REQUEST_METHOD", ""))
        asked = Asked(
            number=self._number(environ),
            method=method if method in _METHODS else "other",
            began=time.monotonic(),
        )
        environ[_KEPT] = asked

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:  # noqa: ANN401 - WSGI's own
            asked.status = int(status[:3])
            return start_response(status, headers, *more)

        try:
            answer = self._app(environ, start)
        except BaseException:
            _tell(asked)
            raise
        return _Answer(answer, asked)

    def _number(self, environ: "WSGIEnvironment") -> str:
        given = environ.get(_ASKED)
        if self._trusts_number and isinstance(given, str) and _NUMBER.fullmatch(given):
            return given.lower()
        return secrets.token_hex(16)


class _Answer:
    """The body of an answer, which is logged when it is closed: a download takes its time."""

    def __init__(self, body: Iterable[bytes], asked: Asked) -> None:
        self._body = body
        self._asked = asked

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        """End the body, and log."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            _tell(self._asked)


def set_up(app: Flask, settings: Settings) -> None:
    """Let every request of this application be numbered and logged; called last: outermost."""
    app.after_request(_note_route)
    app.wsgi_app = RequestLog(  # type: ignore[method-assign]  # Flask's own way to wrap it
        app.wsgi_app, trusts_number=settings.proxy_count > 0
    )


def request_number() -> str | None:
    """Return the number of the request that is answered, for whoever calls for help."""
    if not has_request_context():
        return None
    asked = request.environ.get(_KEPT)
    return asked.number if isinstance(asked, Asked) else None


def _note_route(response: Response) -> Response:
    """Note which route was asked for, also where it was refused; and say the number."""
    asked = request.environ.get(_KEPT)
    if isinstance(asked, Asked):
        if request.url_rule is not None:
            asked.rule, asked.endpoint = request.url_rule.rule, request.endpoint
        response.headers[HEADER] = asked.number
    return response


def _tell(asked: Asked) -> None:
    if asked.told:
        return
    asked.told = True
    took = round((time.monotonic() - asked.began) * 1000)
    level = _level(asked, took)
    if not LOG.isEnabledFor(level):
        return
    facts = {
        "request": asked.number,
        "method": asked.method,
        "route": asked.rule,
        "status": asked.status,
        "ms": took,
    }
    event = "slow request" if took > SLOW_MS else "request"
    LOG.log(level, event, extra={FACTS: facts})


def _level(asked: Asked, took: int) -> int:
    if asked.status >= 500:  # noqa: PLR2004  # HTTP's own: the server could not
        return logging.WARNING
    if took > SLOW_MS:
        return logging.WARNING
    return logging.DEBUG if asked.endpoint in QUIET else logging.INFO
