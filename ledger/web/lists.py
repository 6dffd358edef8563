"""Lists that are taken out as files: decisions, limits and unmet needs, as their pages filter."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.core.driver import Stored, stored
from ledger.core.exports import LISTS
from ledger.core.exports.lines import line
from ledger.core.exports.shapes import ListChoice
from ledger.core.permissions import Action
from ledger.core.reports import decision_list, limit_overview, unmet_list
from ledger.core.reports.decision_list import DecisionFilter
from ledger.core.tables import Site
from ledger.web import decision_words, need_words
from ledger.web.access import requires, signed_in
from ledger.web.downloading import Listing, attached
from ledger.web.filter_forms import FilterForm, ListForm, NeedsForm, filter_form, needs_form
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


@bp.get("/decisions/unmet-needs/list")
@requires(Action.TAKE_LISTS_OUT)
def unmet_needs() -> ResponseReturnValue:
    """Show which unmet needs a list would hold, and ask before it leaves."""
    return _needs_page(StepUpForm())


@bp.post("/decisions/unmet-needs/list")
@requires(Action.TAKE_LISTS_OUT)
def unmet_needs_submit() -> ResponseReturnValue:
    """Give the list of the unmet needs that the filter in the address leaves."""
    form, chosen = StepUpForm(), _needs_form()
    if chosen.errors or not form.is_sent_and_fine() or not form.is_proven():
        return _needs_page(form), 422
    return attached(_listing("unmet_needs", chosen.wanted()), signed_in())


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
        file_name=f"latitude-{subject.replace('_', '-')}-{today().isoformat()}.{found.extension}",
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
        "most_minor": wanted.most_minor,
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
            (
                _("Chosen"),
                _chosen_words(chosen, _("All decisions of the sites that you see")),
            ),
            (_("Decisions"), " · ".join(decision_words.totals_words(found))),
            (_("Customers"), _("a pseudonym each, never a name")),
        ],
        count=found.count,
        unusable=_unusable(chosen),
        columns=LISTS["decisions"].columns,
    )


def _needs_page(form: StepUpForm) -> str:
    chosen = _needs_form()
    kept: Mapping[str, Any] = chosen.address()
    found = unmet_list.unmet_needs_visible_to(
        reading(), signed_in(), chosen.wanted(), now=utc_now()
    )
    return render_template(
        "exports/list.html",
        form=form,
        title=_("Take unmet needs out"),
        back=url_for("decisions.unmet_needs", **kept),
        back_words=_("Unmet needs"),
        address=url_for(".unmet_needs_submit", **kept),
        facts=[
            (
                _("Chosen"),
                _chosen_words(chosen, _("All unmet needs of the sites that you see")),
            ),
            (_("Unmet needs"), " · ".join(need_words.need_totals_words(found)) or _("none")),
            (_("Customers"), _("a pseudonym each, never a name")),
        ],
        count=sum(total.count for total in found.totals),
        unusable=_unusable(chosen),
        columns=LISTS["unmet_needs"].columns,
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
    form = filter_form()
    if form.is_elsewhere():
        abort(404)
    form.validate()
    return form


def _needs_form() -> NeedsForm:
    form = needs_form()
    if form.is_elsewhere():
        abort(404)
    form.validate()
    return form


def _unusable(form: ListForm) -> Sequence[tuple[str, str]]:
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


def _chosen_words(form: ListForm, everything: str) -> str:
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
    return ", ".join(said) or everything
