"""The first page: on to what each role does most."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from ledger.core.permissions import Action
from ledger.web.access import requires, signed_in
from ledger.web.menu import menu_of

bp: Blueprint = Blueprint("start", __name__)


@bp.get("/")
@requires(Action.USE_OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """Go on to the first page of one's menu."""
    menu = menu_of(signed_in())
    if menu:
        return redirect(menu[0].url)
    return render_template("start/index.html")
