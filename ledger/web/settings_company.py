"""The company: its name, how long it waits for an outcome, and what it watches."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import DataRequired

from ledger.core import company_settings, horizons, sites
from ledger.core.company_settings import CompanyChange
from ledger.core.errors import BadValueError
from ledger.core.founding import HORIZONS
from ledger.core.horizons import Back, Proposal
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.web.access import requires, signed_in
from ledger.web.charts import count_words, percent
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.picks import ChipsField
from ledger.web.settings_words import say
from ledger.web.step_up import StepUpForm
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("settings_company", __name__)


class CompanyForm(StepUpForm):
    """The company's settings; what changes the figures asks for the password again."""

    name = StringField(
        _("Name of the company"),
        [DataRequired(_("Type the name"))],
        render_kw={"maxlength": company_settings.LONGEST_NAME, "autocomplete": "organization"},
    )
    horizon = ChipsField(_("How long we wait before a decision is counted"))
    watch = ChipsField(_("What we watch for"))

    def __init__(self, **values: object) -> None:
        """Offer the horizons and what can be watched."""
        super().__init__(**values)
        self.horizon.offer([(str(days), _("%(days)s days", days=days)) for days in HORIZONS])
        self.watch.offer(
            [
                ("returns", _("Whether customers come back")),
                ("stays", _("Whether those under contract stay")),
            ]
        )

    def change(self) -> CompanyChange:
        """Return what the settings are to be, after they were found well formed."""
        return CompanyChange(
            name=self.name.data or "",
            horizon_days=int(self.horizon.data),
            watch=self.watch.data,
        )

    def may_be_set(self) -> bool:
        """Whether nothing but the name changes, or this is who they say; else asks for it."""
        return not company_settings.changes_figures(reading(), self.change()) or self.is_proven()


@bp.get("/settings/company")
@requires(Action.MANAGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the company's settings, as they can be changed."""
    row = sites.company(reading())
    return _page(CompanyForm(name=row.name, horizon=str(row.horizon_days), watch=row.watch))


@bp.post("/settings/company")
@requires(Action.MANAGE_SETTINGS)
def submit() -> ResponseReturnValue:
    """Change the company's settings from now on."""
    form = CompanyForm()
    if not form.is_sent_and_fine() or not form.may_be_set():
        return _page(form), 422
    wanted = form.change()
    is_counted_anew = company_settings.changes_figures(reading(), wanted)
    try:
        with writing() as session:
            company_settings.change_company(
                session, wanted, actor=subject_of(signed_in()), now=utc_now()
            )
    except BadValueError as problem:
        say(form, problem)
        return _page(form), 422
    words = _("Every page counts anew from now on; nothing that was written is changed.")
    notice("good", _("Saved."), words if is_counted_anew else "")
    return redirect(url_for(".show"), code=303)


def _page(form: CompanyForm) -> str:
    row, found = sites.company(reading()), horizons.proposal(reading())
    return render_template(
        "settings/company.html",
        form=form,
        company=row,
        suits=_suits_words(found),
        shares=[(_("%(days)s days", days=one.days), _share_words(one)) for one in found.at],
    )


def _suits_words(found: Proposal) -> str:
    """Return which horizon suits this company, and why."""
    low, high = round(horizons.LOW * 100), round(horizons.HIGH * 100)
    if not found.at:
        return ""
    if found.days is None:
        return _(
            "No horizon is proposed yet: at none of them %(low)s to %(high)s percent of all "
            "customers are known to be back.",
            low=low,
            high=high,
        )
    return _(
        "%(days)s days suit this company: it is the shortest time in which %(low)s to %(high)s "
        "percent of all customers are back, so that a difference can be seen either way.",
        days=found.days,
        low=low,
        high=high,
    )


def _share_words(one: Back) -> str:
    if one.share is None:
        return _("not enough yet")
    return _("%(share)s back, of %(known)s", share=percent(one.share), known=count_words(one.known))
