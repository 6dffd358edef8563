"""How asks go at a site: how long they wait, who is asked in which turn, and what happens then."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.core import answerers, ask_rules, delegations, money, site_changes, sites
from ledger.core import leads as site_leads
from ledger.core.ask_rules import FIRST_TURN
from ledger.core.errors import LedgerError
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.core.tables import Person, Site
from ledger.web.access import requires, signed_in
from ledger.web.handing_over import handed_over_line
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.sites_asks_forms import AsksForm, TurnForm, turns_typed
from ledger.web.sites_asks_words import rule_sentences
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("sites_asks", __name__)


@bp.get("/sites/<int:number>/asks")
@requires(Action.MANAGE_SITES)
def show(number: int) -> ResponseReturnValue:
    """Show how asks go at a site."""
    site = site_changes.site_by_id(reading(), number)
    return _page(site, _form(site), _turn_forms(site))


@bp.post("/sites/<int:number>/asks")
@requires(Action.MANAGE_SITES)
def submit(number: int) -> ResponseReturnValue:
    """Let the asks of a site go otherwise from now on."""
    site = site_changes.site_by_id(reading(), number)
    form, turns = _form(site), _turn_forms(site)
    if not form.may_be_saved(turns):
        return _page(site, form, turns), 422
    actor, now = subject_of(signed_in()), utc_now()
    try:
        with writing() as session:
            fresh = site_changes.site_by_id(session, number)
            is_other = ask_rules.set_rule(session, fresh, form.rule(), actor=actor, now=now)
            is_other |= ask_rules.set_turns(
                session, fresh, turns_typed(turns), actor=actor, now=now
            )
    except LedgerError as problem:
        form.say(problem)
        return _page(site, form, turns), 422
    if is_other:
        notice("good", _("Saved."), _("Asks that wait already keep the time they were given."))
    else:
        notice("good", _("Nothing was other."))
    return redirect(url_for("sites.show", number=number, _anchor="asks"), code=303)


def _leads(site: Site) -> Sequence[Person]:
    session, now = reading(), utc_now()
    on = sites.calendar_of(session, site.id).business_date(now)
    return site_leads.leading(session, site_id=site.id, on=on, now=now)


def _form(site: Site) -> AsksForm:
    return AsksForm(ask_rules.rule_of(reading(), site.id), site.currency)


def _turn_forms(site: Site) -> Sequence[TurnForm]:
    turns = ask_rules.turns_at(reading(), site.id)
    return [TurnForm(person, turns.get(person.id, FIRST_TURN)) for person in _leads(site)]


def _page(site: Site, form: AsksForm, turns: Sequence[TurnForm]) -> str:
    session, now = reading(), utc_now()
    leads = _leads(site)
    away = {
        one.person.id: handed_over_line(one, today=today())
        for one in delegations.all_open(session, now=now)
        if not one.is_coming
    }
    return render_template(
        "sites/asks.html",
        site=site,
        form=form,
        turns=turns,
        ceilings={
            person.id: money.show(answerers.ceiling_of(person), site.currency) for person in leads
        },
        away=away,
        sentences=rule_sentences(
            ask_rules.rule_of(session, site.id),
            leads,
            ask_rules.turns_at(session, site.id),
            currency=site.currency,
        ),
    )
