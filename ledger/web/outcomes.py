"""Outcomes: what came of the decisions of one's sites, with n, ranges and what is not known yet."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from ledger.core.founding import HORIZONS
from ledger.core.permissions import Action
from ledger.core.reports import overview
from ledger.core.reports.overview import Choice, Outlook
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.moment import today
from ledger.web.outcome_page import page_of
from ledger.web.outcome_words import wording
from ledger.web.picks import DayField, PickField
from ledger.web.transactions import reading
from ledger.web.words import _

bp: Blueprint = Blueprint("outcomes", __name__)

ALL_SITES = "all"
ANY_TIME, DATES = "any", "dates"
YEAR, QUARTER = 12, 3
"""Months, this one included."""


class OutcomesForm(Form):
    """Site, period, horizon and unit. In the address: a page can be kept, and sent to somebody."""

    class Meta:
        """Reading changes nothing, so there is no token."""

        csrf = False

    site = PickField(_("Site"))
    decided = PickField(_("Decided"))
    since = DayField(_("From"))
    until = DayField(_("To"))
    within = PickField()
    count = PickField(_("Count"))

    def __init__(self, seen: Outlook, given: MultiDict[str, str]) -> None:
        """Offer what this person may see; what the address does not say is as usual."""
        self._seen = seen
        super().__init__(formdata=MultiDict(_usual(seen) | given.to_dict()))
        own = [(site.location_ref, site.name) for site in seen.sites]
        every = (ALL_SITES, _("All %(count)s sites", count=len(own)))
        self.site.offer(own if len(own) == 1 else [every, *own])
        self.decided.offer(
            [
                (str(YEAR), _("Last 12 months")),
                (str(QUARTER), _("Last 3 months")),
                (ANY_TIME, _("Any time")),
                (DATES, _("From … to …")),
            ]
        )
        self.within.label.text = wording(seen.watch).within_label
        self.within.offer([(str(days), _("%(days)s days", days=days)) for days in HORIZONS])
        self.count.offer(
            [
                ("customer", _("First decision per customer")),
                ("decision", _("Every decision")),
            ]
        )

    @property
    def asks_for_dates(self) -> bool:
        """Whether the two days are to be shown."""
        return bool(self.decided.data == DATES)

    @property
    def is_narrow(self) -> bool:
        """Whether more could be looked at: other sites, or another time."""
        has_one_site = self.site.data != ALL_SITES and len(self._seen.sites) > 1
        has_more = has_one_site or self.decided.data != ANY_TIME
        return bool(has_more and self._seen.last_decided_on is not None)

    def validate_until(self, field: DayField) -> None:
        """Refuse a period that ends before it starts."""
        since = self.since.data
        if self.asks_for_dates and since and field.data and field.data < since:
            raise ValidationError(_("Choose a day that is not before the first one"))

    def choice(self) -> Choice:
        """Return what is looked at."""
        ref = self.site.data if self.site.data != ALL_SITES else None
        since, until = self._period()
        return Choice(
            scope=replace(self._seen.scope_of(ref), since=since, until=until),
            horizon_days=int(self.within.data),
            unit=self.count.data,
        )

    def _period(self) -> tuple[date | None, date | None]:
        if self.asks_for_dates:
            return self.since.data, self.until.data
        if self.decided.data == ANY_TIME:
            return None, None
        return _months_back(self._seen.on, int(self.decided.data)), self._seen.on


@bp.get("/outcomes")
@requires(Action.SEE_OUTCOMES)
def show() -> ResponseReturnValue:
    """Show whether the customers came back."""
    seen = overview.outlook(reading(), signed_in(), on=today())
    form, words = OutcomesForm(seen, request.args), wording(seen.watch)
    if not form.validate():
        return render_template("outcomes/show.html", form=form, words=words, page=None), 422
    page = page_of(overview.overview(reading(), seen, form.choice()), today=seen.on)
    return render_template("outcomes/show.html", form=form, words=words, page=page)


def _usual(seen: Outlook) -> dict[str, str]:
    """Return what is looked at unless the address says otherwise.

    The last year; but where nothing was decided in it, as after an import of old files, any time.
    """
    year = _months_back(seen.on, YEAR)
    is_old = seen.last_decided_on is not None and seen.last_decided_on < year
    return {
        "site": seen.sites[0].location_ref if len(seen.sites) == 1 else ALL_SITES,
        "decided": ANY_TIME if is_old else str(YEAR),
        "since": year.isoformat(),
        "until": seen.on.isoformat(),
        "within": str(seen.horizon_days),
        "count": "customer",
    }


def _months_back(day: date, months: int) -> date:
    """Return the first day of the month so many months back, this month being the first."""
    place = day.year * 12 + day.month - months
    return date(place // 12, place % 12 + 1, 1)
