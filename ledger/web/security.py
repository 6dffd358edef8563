"""What every response carries, and which requests are not answered at all."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from ledger import config
from ledger.ledgers import Ledger
from ledger.web import static_files
from ledger.web.access import is_tls

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "connect-src 'self'; "
    "font-src 'self'; "
    "manifest-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Our own pages get to know where somebody came from, nobody else does.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TWO_YEARS = 63_072_000
ONE_YEAR = 31_536_000
MOST_BYTES = 1024 * 1024
HERE = ("localhost", "127.0.0.1", "[::1]")
# Probes come by the machine's number and not by its name. These two answer under every name: they
# say nothing that a name could change, and link nowhere.
PROBES = frozenset({"/healthz", "/readyz"})

_CSRF = CSRFProtect()


class CrossSiteError(BadRequest):
    """Another site sent this: nothing was done."""


def set_up(app: Flask, ledger: Ledger) -> None:
    """Set the keys, cookies, hosts and headers of an application.

    Raises:
        SettingError: if a setting is unsafe; the message says what to do.

    """
    settings = ledger.settings
    config.refuse_unsafe(settings, ledger.secrets)
    secure = is_tls(settings)
    app.config.update(
        SECRET_KEY=ledger.secrets.secret_key,
        SECRET_KEY_FALLBACKS=list(ledger.secrets.old_secret_keys),
        TRUSTED_HOSTS=list(settings.trusted_hosts or (*HERE, settings.host)),
        MAX_CONTENT_LENGTH=MOST_BYTES,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        SESSION_COOKIE_NAME="__Host-latitude-form" if secure else "latitude-form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form may lie open for a shift; its token is bound to the browser's session.
        WTF_CSRF_TIME_LIMIT=None,
        # Where a request came from is asked of Sec-Fetch-Site and Origin, below.
        WTF_CSRF_SSL_STRICT=False,
    )
    trusted: list[str] = app.config["TRUSTED_HOSTS"]
    app.wsgi_app = _UnderAnyName(  # type: ignore[method-assign]  # Flask's own way to wrap it
        app.wsgi_app, name=trusted[0].lstrip(".")
    )
    if settings.proxy_count:
        hops = settings.proxy_count
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own way to wrap it
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    app.before_request(_refuse_other_sites)
    _CSRF.init_app(app)
    app.after_request(_harden)


class _UnderAnyName:
    """Lets a probe by any name through, as if it had asked for ours."""

    def __init__(self, app: "WSGIApplication", *, name: str) -> None:
        self._app = app
        self._name = name

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in PROBES:
            environ["HTTP_HOST"] = self._name
        return self._app(environ, start_response)


def _refuse_other_sites() -> None:
    """Refuse what another site makes a browser send; the token in the form is the second guard."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSiteError
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        raise CrossSiteError


def _harden(response: Response) -> Response:
    # No view sets any of these: they need not be looked for.
    response.headers.extend(HEADERS)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
    if request.endpoint != "static" or response.status_code >= 400:  # noqa: PLR2004  # refused
        response.headers["Cache-Control"] = "no-store"
    elif static_files.is_versioned():
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response
