"""The criteria card: how we decide for the customer here, in a few lines, by version."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import FieldList, StringField

from ledger.core import criteria, sites
from ledger.core.errors import BadValueError
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.web.access import requires, signed_in
from ledger.web.charts import count_words
from ledger.web.forms import Form
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.settings_words import say
from ledger.web.transactions import reading, writing
from ledger.web.when import moment_words
from ledger.web.words import _, ngettext

bp: Blueprint = Blueprint("settings_criteria", __name__)

LINE_KEYS = {"maxlength": criteria.LONGEST_LINE, "autocomplete": "off"}


class CardForm(Form):
    """The lines of the next version; an empty one is left out."""

    lines = FieldList(
        StringField(render_kw=LINE_KEYS),
        min_entries=criteria.MOST_LINES,
        max_entries=criteria.MOST_LINES,
    )

    def __init__(self, **values: object) -> None:
        """Give each line its number."""
        super().__init__(**values)
        for number, line in enumerate(self.lines, start=1):
            line.label.text = _("Line %(number)s", number=number)


@bp.get("/settings/criteria")
@requires(Action.MANAGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the card in force, as its next version can be written, and the ones before it."""
    card = criteria.card_in_force(reading())
    return _page(CardForm(lines=list(card.lines) if card else []))


@bp.post("/settings/criteria")
@requires(Action.MANAGE_SETTINGS)
def submit() -> ResponseReturnValue:
    """Add a version of the card."""
    form = CardForm()
    if not form.is_sent_and_fine():
        return _page(form), 422
    try:
        with writing() as session:
            made = criteria.add_version(
                session,
                [line.data or "" for line in form.lines],
                actor=subject_of(signed_in()),
                now=utc_now(),
            )
    except BadValueError as problem:
        say(form, problem, at="form")
        return _page(form), 422
    if made is None:
        notice("note", _("Nothing was changed."), _("The card has these lines already."))
    else:
        notice("good", _("Version %(version)s holds from now on.", version=made.version))
    return redirect(url_for(".show"), code=303)


def _page(form: CardForm) -> str:
    zone = sites.company(reading()).zone
    found = [
        {
            "version": one.card.version,
            "lines": one.card.lines,
            "made": moment_words(one.made_at, zone, today=today()),
            "decisions": ngettext(
                "%(shown)s decision",
                "%(shown)s decisions",
                one.decisions,
                shown=count_words(one.decisions),
            ),
        }
        for one in criteria.versions(reading())
    ]
    return render_template(
        "settings/criteria.html", form=form, versions=found, longest=criteria.LONGEST_LINE
    )
