"""Remedies: what can be given, in which order, and what one unit of worth costs the company."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired

from ledger.core import remedies
from ledger.core.errors import BadValueError
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.core.remedies import NewRemedy, RemedyChange
from ledger.core.tables import Remedy
from ledger.web import settings_rows
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.picks import ChipsField
from ledger.web.settings_words import say, written_words
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("settings_remedies", __name__)


class RemedyForm(Form):
    """What a remedy is called, what is done at the till, and its share of cost in percent."""

    name = StringField(
        _("Name"),
        [DataRequired(_("Type what people call it"))],
        render_kw={"maxlength": remedies.LONGEST_NAME, "autocomplete": "off"},
    )
    icon = ChipsField(_("Picture"))
    till_step = StringField(
        _("What to do at the till"),
        [DataRequired(_("Say what to do, or that nothing is to be done"))],
        render_kw={"maxlength": remedies.LONGEST_STEP, "autocomplete": "off"},
        description=_(
            "The first line of the receipt. {amount} becomes the amount, {code} the reference such "
            "as D-000123."
        ),
    )
    cost_share = StringField(
        _("Cost share, percent"),
        render_kw={"inputmode": "decimal", "autocomplete": "off", "maxlength": 9},
        description=_("What one unit of worth to the customer costs us. A refund: 100."),
    )
    needs_visit = BooleanField(
        _("Is used at a later visit"),
        description=_("As a credit is. Outcomes of these are drawn apart."),
    )

    def __init__(self, **values: object) -> None:
        """Offer the pictures that there are."""
        super().__init__(**values)
        self.icon.offer([(name, _icon_words(name)) for name in remedies.ICONS])

    def change(self) -> RemedyChange:
        """Return what the remedy is to be.

        Raises:
            BadValueError: if the share is not a percentage.

        """
        return RemedyChange(
            name=self.name.data or "",
            icon=self.icon.data or "",
            cost_share_bp=remedies.parse_percent(self.cost_share.data or "0"),
            needs_visit=bool(self.needs_visit.data),
            till_step=self.till_step.data or "",
        )


class NewRemedyForm(RemedyForm):
    """A remedy that is not there yet."""

    kind = StringField(
        _("Short name for files"),
        [DataRequired(_("Type a short name"))],
        render_kw={"maxlength": remedies.LONGEST_KIND, "autocomplete": "off"},
        description=_("Small letters, digits and _, such as free_item. It never changes."),
    )
    worthless = BooleanField(
        _("Gives nothing of value"),
        description=_("As an apology does. Then it has no amount and costs nothing."),
    )

    def new(self) -> NewRemedy:
        """Return the remedy that is to be added.

        Raises:
            BadValueError: if a value cannot be kept.

        """
        wanted = self.change()
        return remedies.checked(
            NewRemedy(
                kind=(self.kind.data or "").strip(),
                name=wanted.name,
                icon=wanted.icon,
                cost_share_bp=wanted.cost_share_bp,
                worthless=bool(self.worthless.data),
                needs_visit=wanted.needs_visit,
                till_step=wanted.till_step,
            )
        )


@bp.get("/settings/remedies")
@requires(Action.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """List the remedies in the order in which the log shows them, the retired ones after them."""
    found = remedies.all_remedies(reading())
    return render_template(
        "settings/remedies.html",
        offered=[one for one in found if not one.retired],
        retired=[one for one in found if one.retired],
        percent=remedies.percent_text,
    )


@bp.get("/settings/remedies/new")
@requires(Action.MANAGE_SETTINGS)
def new() -> ResponseReturnValue:
    """Ask for a remedy."""
    return render_template("settings/remedy_new.html", form=NewRemedyForm(cost_share="100"))


@bp.post("/settings/remedies/new")
@requires(Action.MANAGE_SETTINGS)
def new_submit() -> ResponseReturnValue:
    """Add a remedy, in the last place."""
    form = NewRemedyForm()
    if not form.is_sent_and_fine():
        return render_template("settings/remedy_new.html", form=form), 422
    try:
        wanted = form.new()
        with writing() as session:
            remedies.add_remedy(session, wanted, actor=subject_of(signed_in()), now=utc_now())
    except BadValueError as problem:
        _say(form, problem)
        return render_template("settings/remedy_new.html", form=form), 422
    notice("good", _("Added."), _("%(name)s is offered from now on.", name=wanted.name))
    return redirect(url_for(".index"), code=303)


@bp.get("/settings/remedies/<int:key>")
@requires(Action.MANAGE_SETTINGS)
def show(key: int) -> ResponseReturnValue:
    """Show one remedy, as it can be changed."""
    row = remedies.remedy(reading(), key)
    form = RemedyForm(
        name=row.name,
        icon=row.icon,
        till_step=row.till_step,
        cost_share=remedies.percent_text(row.cost_share_bp),
        needs_visit=bool(row.needs_visit),
    )
    return _page(row, form)


@bp.post("/settings/remedies/<int:key>")
@requires(Action.MANAGE_SETTINGS)
def submit(key: int) -> ResponseReturnValue:
    """Change a remedy from now on."""
    row, form = remedies.remedy(reading(), key), RemedyForm()
    if not form.is_sent_and_fine():
        return _page(row, form), 422
    try:
        wanted = form.change()
        with writing() as session:
            remedies.change_remedy(
                session, key, wanted, actor=subject_of(signed_in()), now=utc_now()
            )
    except BadValueError as problem:
        _say(form, problem)
        return _page(row, form), 422
    notice("good", _("Saved."), _("It counts for what is given from now on."))
    return redirect(url_for(".index"), code=303)


@bp.post("/settings/remedies/<int:key>/move")
@requires(Action.MANAGE_SETTINGS)
def move_submit(key: int) -> ResponseReturnValue:
    """Move a remedy one place up or down."""
    return settings_rows.move(remedies.move_remedy, key)


@bp.post("/settings/remedies/<int:key>/retire")
@requires(Action.MANAGE_SETTINGS)
def retire_submit(key: int) -> ResponseReturnValue:
    """Offer a remedy no more, or again."""
    row = remedies.remedy(reading(), key)
    return settings_rows.retire(
        remedies.retire_remedy,
        key,
        gone=_("%(name)s is offered no more. What was given with it stays.", name=row.name),
        back=_("%(name)s is offered again.", name=row.name),
    )


def _page(row: Remedy, form: RemedyForm) -> str:
    written = remedies.written_with(reading(), row.id)
    return render_template(
        "settings/remedy.html", remedy=row, form=form, written=written_words(written)
    )


def _say(form: RemedyForm, problem: BadValueError) -> None:
    say(form, problem, at="cost_share" if problem.field == "cost_share_bp" else None)


def _icon_words(name: str) -> str:
    return {
        "refund": _("Arrow back"),
        "credit": _("Card"),
        "gift": _("Gift"),
        "waive": _("Bill"),
        "upgrade": _("Arrow up"),
        "replace": _("Exchange"),
        "sorry": _("Heart"),
        "basket": _("Basket"),
        "clock": _("Clock"),
        "key": _("Key"),
        "phone": _("Phone"),
        "ribbon": _("Ribbon"),
        "talk": _("Words"),
    }[name]
