"""The first page: on to what each role does most. And whether the server is well."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from ledger.core import founding
from ledger.core.permissions import Action
from ledger.web.access import public, requires, signed_in
from ledger.web.menu import menu_of
from ledger.web.transactions import reading

bp: Blueprint = Blueprint("start", __name__)


@bp.get("/")
@requires(Action.USE_OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """Go on to the first page of one's menu."""
    menu = menu_of(signed_in())
    if menu:
        return redirect(menu[0].url)
    return render_template("start/index.html")


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """Say that the server answers and can read its ledger, and nothing else."""
    founding.is_founded(reading())
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}
