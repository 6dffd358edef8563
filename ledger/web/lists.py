"""Lists that are taken out as files: decisions and limits, with the filter of their page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.core import sites
from ledger.core.driver import Stored, stored
from ledger.core.exports import LISTS
from ledger.core.exports.lines import line
from ledger.core.exports.shapes import ListChoice
from ledger.core.permissions import Action
from ledger.core.reports import decision_choices, decision_list, limit_overview
from ledger.core.reports.decision_list import DecisionFilter
from ledger.core.tables import Site
from ledger.web import decision_words
from ledger.web.access import requires, signed_in
from ledger.web.decision_forms import FilterForm
from ledger.web.downloading import Listing, attached
from ledger.web.moment import today, utc_now
from ledger.web.picks import PickField
from ledger.web.step_up import StepUpForm
from ledger.web.transactions import reading
from ledger.web.when import day_words
from ledger.web.words import _

bp: Blueprint = Blueprint("lists", __name__)


@bp.get("/decisions/list")
@requires(Action.TAKE_LISTS_OUT)
def decisions() -> ResponseReturnValue:
    """Show which decisions a list would hold, and ask before it leaves."""
    return _decisions_page(StepUpForm())


@bp.post("/decisions/list")
@requires(Action.TAKE_LISTS_OUT)
def decisions_submit() -> ResponseReturnValue:
    """Give the list of the decisions that the filter in the address leaves."""
    form, chosen = StepUpForm(), _filter_form()
    if chosen.errors or not form.is_sent_and_fine() or not form.is_proven():
        return _decisions_page(form), 422
    return attached(_listing("decisions", chosen.wanted()), signed_in())


@bp.get("/limits/list")
@requires(Action.TAKE_LISTS_OUT)
def limits() -> ResponseReturnValue:
    """Show which limits a list would hold, and ask before it leaves."""
    return _limits_page(StepUpForm())


@bp.post("/limits/list")
@requires(Action.TAKE_LISTS_OUT)
def limits_submit() -> ResponseReturnValue:
    """Give the list of all limits that were ever set, or of those that reach one site."""
    form, site = StepUpForm(), _chosen_site()
    if not form.is_sent_and_fine() or not form.is_proven():
        return _limits_page(form), 422
    wanted = DecisionFilter(site_id=None if site is None else site.id)
    return attached(_listing("limits", wanted), signed_in())


def _listing(subject: str, wanted: DecisionFilter) -> Listing:
    found = LISTS[subject]
    choice = ListChoice(person=signed_in(), now=utc_now(), wanted=wanted)
    return Listing(
        subject=subject,
        format=found.name,
        choice=_said(wanted),
        file_name=f"latitude-{subject}-{today().isoformat()}.{found.extension}",
        media_type=found.media_type,
        header=line(list(found.columns)),
        pieces=lambda session, head_seq: found.pieces(session, choice, head_seq),
    )


def _said(wanted: DecisionFilter) -> Mapping[str, Stored]:
    """Return a filter as it is written down: what is not asked for is left out."""
    return {
        "site": wanted.site_id,
        "person": wanted.person_id,
        "remedy": wanted.remedy_id,
        "reason": wanted.reason_id,
        "since": stored(wanted.since),
        "until": stored(wanted.until),
        "least_minor": wanted.least_minor,
        "currency": wanted.currency,
        "state": wanted.state,
        "source": wanted.source,
        "how": wanted.how,
    }


def _decisions_page(form: StepUpForm) -> str:
    chosen = _filter_form()
    kept: Mapping[str, Any] = chosen.address()
    found = decision_list.decisions_visible_to(
        reading(), signed_in(), chosen.wanted(), now=utc_now()
    )
    return render_template(
        "exports/list.html",
        form=form,
        title=_("Take decisions out"),
        back=url_for("decisions.index", **kept),
        back_words=_("Decisions"),
        address=url_for(".decisions_submit", **kept),
        facts=[
            (_("Chosen"), _chosen_words(chosen)),
            (_("Decisions"), " · ".join(decision_words.totals_words(found))),
            (_("Customers"), _("a pseudonym each, never a name")),
        ],
        count=found.count,
        unusable=_unusable(chosen),
        columns=LISTS["decisions"].columns,
    )


def _limits_page(form: StepUpForm) -> str:
    site = _chosen_site()
    chosen = None if site is None else site.id
    return render_template(
        "exports/list.html",
        form=form,
        title=_("Take limits out"),
        back=url_for("limits.index", site=chosen),
        back_words=_("Limits"),
        address=url_for(".limits_submit", site=chosen),
        facts=[
            (_("Chosen"), _("All sites that you see") if site is None else site.name),
            (_("Limits"), _("every one that was ever set, with who set it, when and why")),
        ],
        count=None,
        unusable=(),
        columns=LISTS["limits"].columns,
    )


def _filter_form() -> FilterForm:
    session = reading()
    company = sites.company(session)
    form = FilterForm(
        decision_choices.choices(session, signed_in(), now=utc_now()),
        currency=company.currency,
        watch=company.watch,
    )
    if form.is_elsewhere():
        abort(404)
    form.validate()
    return form


def _unusable(form: FilterForm) -> Sequence[tuple[str, str]]:
    """Return what in the address cannot be used: nothing leaves that is wider than was asked."""
    return [(field.label.text, str(why)) for field in form for why in field.errors]


def _chosen_site() -> Site | None:
    """Return the site of the address, one of those that may be seen; None for all of them."""
    wanted = request.args.get("site")
    if not wanted:
        return None
    seen = limit_overview.sites_with_limits(reading(), signed_in(), now=utc_now())
    found = next((site for site in seen if str(site.id) == wanted), None)
    if found is None:
        abort(404)
    return found


def _chosen_words(form: FilterForm) -> str:
    said = []
    for field in form:
        if field.errors or not field.data:
            continue
        if isinstance(field, PickField):
            words = field.names.get(field.data, "")
        elif isinstance(field.data, date):
            words = day_words(field.data, today=today())
        else:
            words = str(field.data)
        said.append(f"{field.label.text}: {words}")
    return ", ".join(said) or _("All decisions of the sites that you see")
