"""The page on which a limit is changed: its forms, what holds now, and the replay beside it."""

from dataclasses import replace

from flask import render_template

from ledger.core import decisions, limit_book, limit_changes, money, sites
from ledger.core.limit_book import Scope
from ledger.core.limit_setting import NewLimit
from ledger.core.reports import limit_evidence, limit_overview, named_limits, reciprocal
from ledger.core.reports.replay import replay
from ledger.core.tables import Limit
from ledger.web import limit_evidence_words, limit_reach, limit_words
from ledger.web.access import signed_in
from ledger.web.limit_forms import LimitForm
from ledger.web.limit_replay import ReplayCard, replay_card
from ledger.web.limit_scopes import ScopeForm
from ledger.web.moment import today, utc_now
from ledger.web.transactions import reading

MOST_PEOPLE = 500


def scope_form() -> ScopeForm:
    """Return the form that asks whom a limit is for, with what this person may choose."""
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


def limit_form(chosen: ScopeForm) -> LimitForm:
    """Return the form of a limit for the scope that was chosen."""
    session, setter, now = reading(), signed_in(), utc_now()
    scope = limit_changes.check_scope(session, setter, chosen.scope(), now=now)
    form = LimitForm(limit_changes.scope_now(session, scope, now=now))
    seen = limit_overview.sites_with_limits(session, setter, now=now)
    form.offer_copies(scope, seen, limit_changes.grades_at(session, [site.id for site in seen]))
    return form


def change_page(chosen: ScopeForm, form: LimitForm) -> str:
    """Return the page with the form as it stands, and the replay as far as it can be read."""
    session, on, now = reading(), today(), utc_now()
    held = form.now.in_force or form.now.applies
    (now_held,) = named_limits.named(session, [held]) if held else (None,)
    zone = zone_of(form.now.scope.site_id)
    scope, names = form.now.scope, chosen.names()
    raised = reciprocal.raised_by_those(session, signed_in(), scope, now=now)
    return render_template(
        "limits/change.html",
        form=form,
        address=limit_words.scope_address(scope),
        who=limit_words.scope_words(**names),
        now_words=limit_words.now_words(form.now),
        unreached=unreached(scope),
        is_own=form.now.in_force is not None,
        held=None
        if now_held is None
        else limit_words.limit_line(now_held, today=on, zone=zone_of(now_held.limit.site_id)),
        symbol=money.symbol(scope.currency),
        currency=scope.currency,
        ceiling=limit_words.ceiling_words(signed_in(), scope.currency),
        copies=form.copy_lines(remedy=names["remedy"]),
        replay=_replayed(form, held),
        evidence=None
        if form.now.in_force is None
        else limit_evidence_words.evidence_card(
            limit_evidence.limit_evidence(session, form.now.in_force, now=now)
        ),
        raised=limit_evidence_words.raised_words(raised, today=on, zone=zone),
    )


def unreached(scope: Scope) -> str:
    """Return which sites a limit for a scope does not reach, in words."""
    return limit_reach.unreached_words(scope, limit_book.unreached(reading(), scope, on=today()))


def zone_of(site_id: int | None) -> str:
    """Return by whose clock the day is told on which a limit was set: its site's, the company's."""
    session = reading()
    if site_id is None:
        return sites.company(session).zone
    calendar = sites.calendar_of(session, site_id)
    return calendar.zone_on(calendar.business_date(utc_now()))


def as_proposed(limit: Limit, scope: Scope | None = None) -> NewLimit:
    """Return what a limit sets, for its own scope or another one, as if it were proposed."""
    terms = NewLimit(
        currency=limit.currency,
        per_decision_minor=limit.per_decision_minor,
        budget_minor=limit.budget_minor,
        budget_period=limit.budget_period,  # type: ignore[arg-type]  # the table holds no other
        customer_count=limit.customer_count,
        customer_total_minor=limit.customer_total_minor,
        customer_days=limit.customer_days,
        reason="",
    )
    whom = scope or limit_book.scope_of(limit)
    return replace(
        terms,
        person_id=whom.person_id,
        site_id=whom.site_id,
        grade=whom.grade,
        remedy_id=whom.remedy_id,
    )


def _replayed(form: LimitForm, held: Limit | None) -> ReplayCard | None:
    """Return the replay of what is typed; until then, of what is in force."""
    proposed = form.proposal()
    if proposed is None and held is None:
        return None
    new = proposed or as_proposed(held, form.now.scope)  # type: ignore[arg-type]  # one of them is there
    found = replay(reading(), new, setter=signed_in(), now=utc_now())
    return replay_card(
        found,
        now_minor=None if held is None else held.per_decision_minor,
        proposed_minor=None if proposed is None else proposed.per_decision_minor,
    )
