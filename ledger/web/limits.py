"""The limits: who may give how much today and why, and the change of one."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.core import decisions, limit_book, limit_changes, limits, money, sites
from ledger.core.errors import LedgerError, NotFoundError
from ledger.core.limit_book import Scope
from ledger.core.limit_changes import ScopeNow
from ledger.core.permissions import Action, may
from ledger.core.reports import limit_overview, named_limits
from ledger.core.tables import Limit, Person, Site
from ledger.web import limit_reach, limit_words
from ledger.web.access import requires, signed_in
from ledger.web.limit_forms import LimitForm
from ledger.web.limit_reasons import explanation
from ledger.web.limit_scopes import ExplainForm, ScopeForm
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("limits", __name__)

MOST_PEOPLE = 500
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
        **_without(site, seen, people),
    )


@bp.get("/limits/new")
@requires(Action.SET_LIMIT)
def change() -> ResponseReturnValue:
    """Ask whom a limit is for; once that is known, ask for the limit."""
    if not limit_overview.sites_with_limits(reading(), signed_in(), now=utc_now()):
        return _nowhere_page()
    scope_form = _scope_form()
    if not scope_form.is_asked():
        return render_template("limits/scope.html", form=scope_form)
    if not scope_form.validate():
        return render_template("limits/scope.html", form=scope_form), 422
    return _change_page(scope_form, LimitForm(_scope_now(scope_form)))


@bp.post("/limits/new")
@requires(Action.SET_LIMIT)
def change_submit() -> ResponseReturnValue:
    """Set a limit and show what was set."""
    scope_form = _scope_form()
    if not scope_form.validate():
        return render_template("limits/scope.html", form=scope_form), 422
    form = LimitForm(_scope_now(scope_form))
    if not form.may_be_set(signed_in(), now=utc_now()):
        return _change_page(scope_form, form), 422
    try:
        limit = _set(form)
    except LedgerError as problem:
        form.say(problem)
        return _change_page(scope_form, form), 422
    amount = money.show(limit.per_decision_minor, limit.currency)
    notice("good", _("Limit set to %(amount)s.", amount=amount))
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
        line=limit_words.limit_line(found, today=on, zone=_zone(limit.site_id)),
        unreached=_unreached(limit_book.scope_of(limit)),
        amount=money.show(limit.per_decision_minor, limit.currency),
        begins=limit_words.begins_words(limit, calendar, today=on),
        back=limit_words.back_words(found, calendar, today=on),
        journal_row=limit.journal_seq,
        may_change=_may_change(limit),
    )


@bp.get("/limits/<uuid:uid>/history")
@requires(Action.SEE_LIMITS)
def history(uid: UUID) -> ResponseReturnValue:
    """Show every limit that was ever set for the same people, the newest first."""
    session, on = reading(), today()
    limit = limit_overview.limit_visible_to(session, signed_in(), str(uid), now=utc_now())
    versions = limits.history_of(session, limit)[:MOST_VERSIONS]
    lines = [
        limit_words.limit_line(found, today=on, zone=_zone(limit.site_id))
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


def _unreached(scope: Scope) -> str:
    return limit_reach.unreached_words(scope, limit_book.unreached(reading(), scope, on=today()))


def _site_day(site: Site) -> date:
    return sites.calendar_of(reading(), site.id).business_date(utc_now())


def _may_change(limit: Limit) -> bool:
    person = signed_in()
    if not may(person.role, Action.SET_LIMIT) or limit.person_id == person.id:
        return False
    try:
        limit_changes.check_scope(reading(), person, limit_book.scope_of(limit), now=utc_now())
    except NotFoundError:
        return False
    return True


def _zone(site_id: int | None) -> str:
    """Return by whose clock the day is told on which a limit was set: its site's, the company's."""
    session = reading()
    if site_id is None:
        return sites.company(session).zone
    calendar = sites.calendar_of(session, site_id)
    return calendar.zone_on(calendar.business_date(utc_now()))


def _in_force(site: Site) -> dict[str, object]:
    line = partial(limit_words.limit_line, today=_site_day(site), zone=_zone(site.id))
    found = limit_overview.limits_at(reading(), site, now=utc_now())
    return {
        "in_force": [line(limit) for limit in found.in_force],
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
            rungs, person, site.name, today=_site_day(site), zone=_zone(site.id)
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


def _scope_form() -> ScopeForm:
    session, setter, now = reading(), signed_in(), utc_now()
    seen = limit_overview.sites_with_limits(session, setter, now=now)
    people = {
        person.id: person
        for site in seen
        for person in limit_overview.people_at(session, site, now=now, count=MOST_PEOPLE)
    }
    return ScopeForm(
        setter,
        seen,
        sorted(people.values(), key=lambda person: (person.name, person.id)),
        decisions.remedies_offered(session),
        limit_changes.grades_at(session, [site.id for site in seen]),
    )


def _scope_now(form: ScopeForm) -> ScopeNow:
    session, now = reading(), utc_now()
    scope = limit_changes.check_scope(session, signed_in(), form.scope(), now=now)
    return limit_changes.scope_now(session, scope, now=now)


def _set(form: LimitForm) -> Limit:
    with writing() as session:
        return limit_changes.change_limit(
            session, signed_in(), form.new_limit(), seen_uid=form.seen_uid(), now=utc_now()
        )


def _change_page(scope_form: ScopeForm, form: LimitForm) -> str:
    session, on = reading(), today()
    held = form.now.in_force or form.now.applies
    (now_held,) = named_limits.named(session, [held]) if held else (None,)
    return render_template(
        "limits/change.html",
        form=form,
        address=limit_words.scope_address(form.now.scope),
        who=limit_words.scope_words(**scope_form.names()),
        now_words=limit_words.now_words(form.now),
        unreached=_unreached(form.now.scope),
        is_own=form.now.in_force is not None,
        held=None
        if now_held is None
        else limit_words.limit_line(now_held, today=on, zone=_zone(now_held.limit.site_id)),
        symbol=money.symbol(form.now.scope.currency),
        currency=form.now.scope.currency,
        ceiling=limit_words.ceiling_words(signed_in(), form.now.scope.currency),
    )
