"""Bands of amounts: how reports group what was given, for each currency."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from ledger.core import bands, money, sites
from ledger.core.errors import BadValueError
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.settings_words import say
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("settings_bands", __name__)


class BandsForm(Form):
    """The upper bounds of one currency's bands, as they are typed."""

    tops = StringField(
        _("Upper bounds"),
        render_kw={"inputmode": "decimal", "autocomplete": "off", "maxlength": 100},
        description=_(
            "Whole amounts, rising, with commas between them; at most %(most)s. An amount at a "
            "bound belongs to the band below it.",
            most=bands.MOST_TOPS,
        ),
    )


@bp.get("/settings/bands")
@requires(Action.MANAGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the bands of each currency, as they can be changed."""
    return _page()


@bp.post("/settings/bands")
@requires(Action.MANAGE_SETTINGS)
def submit() -> ResponseReturnValue:
    """Set the bands of one currency."""
    currency = request.form.get("currency", "")
    if currency not in _currencies():
        return redirect(url_for(".show"), code=303)
    form = BandsForm(prefix=currency)
    if not form.is_sent_and_fine():
        return _page(form, currency), 422
    try:
        wanted = bands.parse_tops(form.tops.data or "")
        with writing() as session:
            bands.set_tops(session, currency, wanted, actor=subject_of(signed_in()), now=utc_now())
    except BadValueError as problem:
        say(form, problem)
        return _page(form, currency), 422
    notice(
        "good",
        _("Saved."),
        _("Reports group %(currency)s by these bands, past decisions too.", currency=currency),
    )
    return redirect(url_for(".show"), code=303)


def _currencies() -> list[str]:
    session = reading()
    return sorted({*bands.currencies(session), sites.company(session).currency})


def _page(sent: BandsForm | None = None, currency: str = "") -> str:
    found = []
    for code, tops in bands.tops(reading(), _currencies()).items():
        shown = BandsForm(formdata=None, prefix=code, tops=", ".join(map(str, tops)))
        found.append(
            {
                "currency": code,
                "name": money.symbol(code),
                "form": sent if sent and code == currency else shown,
                "keys": bands.keys(tops),
            }
        )
    return render_template("settings/bands.html", found=found, form=sent)
