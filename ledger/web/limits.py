"""The limits: who may give how much today and why, and the change of one."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.core import decisions, limit_book, limit_changes, limit_copies, limits, money, sites
from ledger.core.errors import LedgerError, NotFoundError
from ledger.core.permissions import Action, may
from ledger.core.reports import (
    drift,
    limit_evidence,
    limit_overview,
    limit_weeks,
    named_limits,
    reciprocal,
)
from ledger.core.reports.replay import replay
from ledger.core.tables import Limit, Person, Site
from ledger.web import limit_evidence_words, limit_reach, limit_words
from ledger.web.access import requires, signed_in
from ledger.web.limit_change_page import (
    MOST_PEOPLE,
    as_proposed,
    change_page,
    limit_form,
    scope_form,
    unreached,
    zone_of,
)
from ledger.web.limit_forms import LimitForm
from ledger.web.limit_reasons import explanation
from ledger.web.limit_replay import replay_card
from ledger.web.limit_scopes import ExplainForm
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.words import _, ngettext

bp: Blueprint = Blueprint("limits", __name__)

MOST_VERSIONS = 200


@bp.get("/limits")
@requires(Action.SEE_LIMITS)
def index() -> ResponseReturnValue:
    """Show who may give how much at one site today, and why."""
    seen = limit_overview.sites_with_limits(reading(), signed_in(), now=utc_now())
    if not seen:
        return _nowhere_page()
    site = _chosen_site(seen)
    people = limit_overview.people_at(reading(), site, now=utc_now(), count=MOST_PEOPLE)
    form = ExplainForm(site, people, decisions.remedies_offered(reading()))
    return render_template(
        "limits/index.html",
        sites=seen,
        site=site,
        form=form,
        **_in_force(site),
        **_explained(form, site, people),
        **_by_person(site, people),
        pairs=_pairs(),
        **_without(site, seen, people),
    )


@bp.get("/limits/new")
@requires(Action.SET_LIMIT)
def change() -> ResponseReturnValue:
    """Ask whom a limit is for; once that is known, ask for the limit."""
    if not limit_overview.sites_with_limits(reading(), signed_in(), now=utc_now()):
        return _nowhere_page()
    chosen = scope_form()
    if not chosen.is_asked():
        return render_template("limits/scope.html", form=chosen)
    if not chosen.validate():
        return render_template("limits/scope.html", form=chosen), 422
    return change_page(chosen, limit_form(chosen))


@bp.post("/limits/new")
@requires(Action.SET_LIMIT)
def change_submit() -> ResponseReturnValue:
    """Set a limit and its copies and show what was set; or only replay it, and set nothing."""
    chosen = scope_form()
    if not chosen.validate():
        return render_template("limits/scope.html", form=chosen), 422
    form = limit_form(chosen)
    if form.is_only_replayed():
        return change_page(chosen, form)
    if not form.may_be_set(signed_in(), now=utc_now()):
        return change_page(chosen, form), 422
    try:
        limit = _set(form)
    except LedgerError as problem:
        form.say(problem)
        return change_page(chosen, form), 422
    amount = money.show(limit.per_decision_minor, limit.currency)
    said = _("Limit set to %(amount)s.", amount=amount)
    if form.copies:
        said = ngettext(
            "Limit set to %(amount)s, and one copy of it.",
            "Limit set to %(amount)s, and %(count)s copies of it.",
            len(form.copies),
            amount=amount,
        )
    notice("good", said)
    return redirect(url_for(".show", uid=limit.uid), code=303)


@bp.get("/limits/<uuid:uid>")
@requires(Action.SEE_LIMITS)
def show(uid: UUID) -> ResponseReturnValue:
    """Show one limit: from when until when it holds, and what it reverts to."""
    session, on = reading(), today()
    limit = limit_overview.limit_visible_to(session, signed_in(), str(uid), now=utc_now())
    (found,) = named_limits.named(session, [limit])
    calendar = limit_book.calendar_of(session, limit, on=on)
    return render_template(
        "limits/show.html",
        line=limit_words.limit_line(found, today=on, zone=zone_of(limit.site_id)),
        unreached=unreached(limit_book.scope_of(limit)),
        amount=money.show(limit.per_decision_minor, limit.currency),
        begins=limit_words.begins_words(limit, calendar, today=on),
        back=limit_words.back_words(found, calendar, today=on),
        journal_row=limit.journal_seq,
        may_change=_may_change(limit),
        **_evidence(limit),
    )


@bp.get("/limits/<uuid:uid>/history")
@requires(Action.SEE_LIMITS)
def history(uid: UUID) -> ResponseReturnValue:
    """Show every limit that was ever set for the same people, the newest first."""
    session, on = reading(), today()
    limit = limit_overview.limit_visible_to(session, signed_in(), str(uid), now=utc_now())
    versions = limits.history_of(session, limit)[:MOST_VERSIONS]
    lines = [
        limit_words.limit_line(found, today=on, zone=zone_of(limit.site_id))
        for found in named_limits.named(session, versions)
    ]
    return render_template("limits/history.html", line=lines[0], lines=lines)


def _nowhere_page() -> str:
    """Return what is shown to whom no site is in sight: no limit could hold anywhere."""
    return render_template("limits/none.html", has_sites=bool(sites.open_sites(reading())))


def _chosen_site(seen: Sequence[Site]) -> Site:
    """Return the site of the address, one of those that may be seen; the first without one."""
    wanted = request.args.get("site")
    if not wanted:
        return seen[0]
    found = next((site for site in seen if str(site.id) == wanted), None)
    if found is None:
        abort(404)
    return found


def _site_day(site: Site) -> date:
    return sites.calendar_of(reading(), site.id).business_date(utc_now())


def _evidence(limit: Limit) -> dict[str, object]:
    """Return what was given and asked under a limit, and how it drifted, to whom that may be told.

    To a supervisor if it reaches no site beyond their own; of one person to few.
    """
    session, now = reading(), utc_now()
    if not limit_overview.may_weigh(session, signed_in(), limit, now=now):
        return {"evidence": None}
    setter = session.get_one(Person, limit.set_by_id)
    found = replay(session, as_proposed(limit), setter=setter, now=now)
    evidence = limit_evidence.limit_evidence(session, limit, now=now)
    return {
        "replay": replay_card(found, now_minor=limit.per_decision_minor, proposed_minor=None),
        "evidence": limit_evidence_words.evidence_card(evidence),
        "drift": limit_evidence_words.drift_card(drift.drift(session, limit, now=now)),
    }


def _may_change(limit: Limit) -> bool:
    person = signed_in()
    if not may(person.role, Action.SET_LIMIT) or limit.person_id == person.id:
        return False
    try:
        limit_changes.check_scope(reading(), person, limit_book.scope_of(limit), now=utc_now())
    except NotFoundError:
        return False
    return True


def _in_force(site: Site) -> dict[str, object]:
    line = partial(limit_words.limit_line, today=_site_day(site), zone=zone_of(site.id))
    found = limit_overview.limits_at(reading(), site, now=utc_now())
    weeks = limit_weeks.given_by_week(
        reading(),
        [one.limit for one in found.in_force if limit_overview.may_see_use(signed_in(), one.limit)],
        site_id=site.id,
        until=_site_day(site),
    )
    return {
        "in_force": [line(limit) for limit in found.in_force],
        "used": limit_evidence_words.used_sparks(weeks, site.currency),
        "coming": [line(limit) for limit in found.coming],
        "in_force_count": found.in_force_count,
        "coming_count": found.coming_count,
    }


def _explained(form: ExplainForm, site: Site, people: Sequence[Person]) -> dict[str, object]:
    person, remedy_id = form.chosen(people)
    if person is None:
        return {"explained": None}
    rungs = limit_overview.explained(reading(), person, site, remedy_id=remedy_id, now=utc_now())
    return {
        "explained": explanation(
            rungs, person, site.name, today=_site_day(site), zone=zone_of(site.id)
        ),
    }


def _by_person(site: Site, people: Sequence[Person]) -> dict[str, object]:
    on, session = _site_day(site), reading()
    pages = max(1, -(-len(people) // limit_overview.ON_A_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    first = (page - 1) * limit_overview.ON_A_PAGE
    shown = people[first : first + limit_overview.ON_A_PAGE]
    rows = limit_overview.latitudes_at(session, site, shown, now=utc_now())
    return {
        "people": [limit_words.person_line(row, today=on) for row in rows],
        "page": page,
        "pages": pages,
    }


def _without(site: Site, seen: Sequence[Site], people: Sequence[Person]) -> dict[str, object]:
    """Return at which sites and for whom no limit is in force, in one sentence for all of them."""
    session, now = reading(), utc_now()
    there = limit_overview.sites_without_limit(session, seen, now=now)
    is_none_here = site in there
    alone = [] if is_none_here else limit_overview.without_limit(session, site, people, now=now)
    currency = sites.company(session).currency
    return {
        "without": limit_reach.without_words(there, alone, currency=currency),
        "lacks_one": is_none_here or bool(alone),
    }


def _set(form: LimitForm) -> Limit:
    new = form.new_limit()
    with writing() as session:
        made = limit_copies.change_limits(
            session,
            signed_in(),
            new,
            form.spread(new),
            seen=[form.seen_uid(), *form.copies_seen()],
            now=utc_now(),
        )
    return made[0]


def _pairs() -> Sequence[str]:
    """Return who raised each other's limit, for those who watch over it."""
    role, session, now = signed_in().role, reading(), utc_now()
    if not (may(role, Action.CHECK_LEDGER) or may(role, Action.ADD_PERSON)):
        return []
    zone = zone_of(None)
    return [
        limit_evidence_words.pair_words(pair, today=today(), zone=zone)
        for pair in reciprocal.reciprocal(session, now=now)
    ]
