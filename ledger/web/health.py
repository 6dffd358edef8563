"""For machines: whether the process answers, and whether it can take decisions."""

from flask import Blueprint, Flask, current_app
from flask.typing import ResponseReturnValue

from ledger.ledgers import Ledger
from ledger.readiness import Readiness, State
from ledger.web.access import public

bp: Blueprint = Blueprint("health", __name__)

EXTENSION = "readiness"
_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Say that the process answers; the database is not asked."""
    return "ok\n", _PLAIN


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether decisions can be taken now; if not, why, in one sentence."""
    readiness: Readiness = current_app.extensions[EXTENSION]
    found = readiness.state()
    return f"{found.value}\n", 200 if found is State.READY else 503, _PLAIN


def set_up(app: Flask, ledger: Ledger) -> None:
    """Let the application know whether its ledger is ready."""
    app.extensions[EXTENSION] = Readiness(ledger.database)
