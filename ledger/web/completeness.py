"""Completeness: what the till has against what was written here, and what is behind each figure."""

from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from ledger.core.permissions import Action
from ledger.core.reports import completeness, completeness_list
from ledger.core.reports.completeness import Wanted
from ledger.core.tables import Site
from ledger.core.till_matching import STATES
from ledger.web import completeness_words as words
from ledger.web.access import may, requires, signed_in
from ledger.web.completeness_lines import line_of
from ledger.web.forms import Form
from ledger.web.moment import today
from ledger.web.periods import day_in
from ledger.web.picks import DayField, PickField, every_site_words, whole
from ledger.web.transactions import reading
from ledger.web.words import _

bp: Blueprint = Blueprint("completeness", __name__)

FOUR_WEEKS, QUARTER, LONGEST = 28, 91, 366
DATES = "dates"
DAYS_ON_A_PAGE = 50


class CompletenessForm(Form):
    """Which site and which days. In the address: a page can be kept, and sent to somebody."""

    class Meta:
        """Reading changes nothing, so there is no token."""

        csrf = False

    site = PickField(_("Site"))
    period = PickField(_("Days"))
    since = DayField(_("From"))
    until = DayField(_("To"))

    def __init__(self, seen: list[Site], given: MultiDict[str, str], *, on: date) -> None:
        """Offer the sites that this person sees; by itself it is the last four weeks."""
        self._on = on
        usual = {
            "period": str(FOUR_WEEKS),
            "since": (on - timedelta(days=FOUR_WEEKS - 1)).isoformat(),
            "until": on.isoformat(),
        }
        super().__init__(formdata=MultiDict(usual | given.to_dict()))
        own = [(str(site.id), site.name) for site in seen]
        every = ("", every_site_words(len(own)))
        self.site.offer(own if len(own) == 1 else [every, *own])
        if len(own) == 1:
            self.site.data = own[0][0]
        self.period.offer(
            [
                (str(FOUR_WEEKS), _("Last 28 days")),
                (str(QUARTER), _("Last 13 weeks")),
                (DATES, _("From … to …")),
            ]
        )

    @property
    def asks_for_dates(self) -> bool:
        """Whether the two days are to be shown."""
        return bool(self.period.data == DATES)

    def validate_since(self, field: DayField) -> None:
        """Ask for a first day where days are asked for."""
        if self.asks_for_dates and field.data is None:
            raise ValidationError(_("Choose the first day"))

    def validate_until(self, field: DayField) -> None:
        """Ask for a last day: not before the first, and within a year of it."""
        if not self.asks_for_dates:
            return
        if field.data is None:
            raise ValidationError(_("Choose the last day"))
        if self.since.data is None:
            return
        if field.data < self.since.data:
            raise ValidationError(_("Choose a day that is not before the first one"))
        if (field.data - self.since.data).days >= LONGEST:
            raise ValidationError(_("Choose at most a year"))

    def wanted(self) -> Wanted:
        """Return what is compared."""
        since, until = self._on - timedelta(days=FOUR_WEEKS - 1), self._on
        if self.asks_for_dates:
            since, until = day_in(self.since), day_in(self.until)
        elif self.period.data == str(QUARTER):
            since = self._on - timedelta(days=QUARTER - 1)
        return Wanted(since=since, until=until, site_id=whole(self.site.data))

    def address(self) -> dict[str, str]:
        """Return the choice as the arguments of an address."""
        return {
            field.name: request.args[field.name] for field in self if request.args.get(field.name)
        }


@bp.get("/completeness")
@requires(Action.SEE_COMPLETENESS)
def index() -> ResponseReturnValue:
    """Show by site and day what is in one of the two only."""
    form = _form()
    if not form.validate():
        return render_template("completeness/index.html", form=form, page=None), 422
    found = completeness.comparison(reading(), signed_in(), form.wanted(), on=today())
    page = words.page_of(found, form.wanted(), today=today(), number=_page(), size=DAYS_ON_A_PAGE)
    return render_template("completeness/index.html", form=form, page=page)


@bp.get("/completeness/<state>")
@requires(Action.SEE_COMPLETENESS)
def listed(state: str) -> ResponseReturnValue:
    """List what one figure is made of, newest first."""
    form = _form()
    if state not in STATES or not form.validate():
        abort(404)
    found = completeness_list.matched(
        reading(), signed_in(), form.wanted(), state, page=_page(), on=today()
    )
    return render_template(
        "completeness/listed.html",
        form=form,
        state=state,
        title=words.state_words(state),
        scope=words.scope_words(form.wanted(), form.site.names, today=today()),
        found=found,
        lines=[
            line_of(row, today=today(), with_names=may(Action.SEE_DECISIONS)) for row in found.rows
        ],
    )


def _form() -> CompletenessForm:
    seen = completeness.sites_of(reading(), signed_in(), None, on=today())
    return CompletenessForm(list(seen), request.args, on=today())


def _page() -> int:
    return max(1, request.args.get("page", 1, type=int))
