"""The sites: added, renamed, retired, and by another clock from the next business day on."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ledger.core import (
    ask_rules,
    changes_told,
    clock,
    site_changes,
    sites,
    sites_told,
    zone_names,
)
from ledger.core import leads as site_leads
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.core.tables import Site
from ledger.web import sites_words
from ledger.web.access import requires, signed_in
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.sites_asks_words import rule_sentences
from ledger.web.sites_forms import ClockForm, NewSiteForm, SiteForm, clock_form, site_form
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("sites", __name__)


@bp.get("/sites")
@requires(Action.MANAGE_SITES)
def index() -> ResponseReturnValue:
    """List the sites, the retired ones last."""
    lines = [
        sites_words.site_line(facts, today=today())
        for facts in sites_told.sites_with_facts(reading(), now=utc_now())
    ]
    return render_template(
        "sites/index.html",
        lines=[line for line in lines if not line.retired],
        retired=[line for line in lines if line.retired],
    )


@bp.get("/sites/new")
@requires(Action.MANAGE_SITES)
def new() -> ResponseReturnValue:
    """Ask what a new site is."""
    return _new_page(_new_form())


@bp.post("/sites/new")
@requires(Action.MANAGE_SITES)
def new_submit() -> ResponseReturnValue:
    """Add a site and show it."""
    form = _new_form()
    if not form.is_sent_and_fine():
        return _new_page(form), 422
    try:
        with writing() as session:
            site = sites.add_site(
                session, form.new_site(), actor=subject_of(signed_in()), now=utc_now()
            )
            number, name = site.id, site.name
    except LedgerError as problem:
        form.say(problem)
        return _new_page(form), 422
    notice(
        "good",
        _("%(name)s was added.", name=name),
        _("Nobody there may give anything until a limit applies and somebody works there."),
    )
    return _to(number)


@bp.get("/sites/<int:number>")
@requires(Action.MANAGE_SITES)
def show(number: int) -> ResponseReturnValue:
    """Show a site: what it is, its clock, what is to come, and what changed."""
    site = site_changes.site_by_id(reading(), number)
    return _page(site, site_form(site), _clock_form(site))


@bp.post("/sites/<int:number>")
@requires(Action.MANAGE_SITES)
def change_submit(number: int) -> ResponseReturnValue:
    """Give a site another name, or another currency as long as nothing is kept in its own."""
    site = site_changes.site_by_id(reading(), number)
    form = site_form(site)
    if not form.is_sent_and_fine():
        return _page(site, form, _clock_form(site, is_sent=False)), 422
    name, currency = form.typed()
    try:
        with writing() as session:
            is_other = site_changes.change_site(
                session,
                number,
                name=name,
                currency=currency,
                actor=subject_of(signed_in()),
                now=utc_now(),
            )
    except LedgerError as problem:
        form.say(problem)
        return _page(site, form, _clock_form(site, is_sent=False)), 422
    notice("good", _("Saved.") if is_other else _("Nothing was other."))
    return _to(number)


@bp.post("/sites/<int:number>/clock")
@requires(Action.MANAGE_SITES)
def clock_submit(number: int) -> ResponseReturnValue:
    """Let a site count its days by another clock from its next business day on."""
    site = site_changes.site_by_id(reading(), number)
    form = _clock_form(site)
    if not form.is_sent_and_fine():
        return _page(site, site_form(site, is_sent=False), form), 422
    zone, day_start = form.clock()
    try:
        is_other = _set_clock(number, zone, day_start)
    except LedgerError as problem:
        form.say(problem)
        return _page(site, site_form(site, is_sent=False), form), 422
    coming = site_changes.clock_to_come(reading(), number, now=utc_now())
    then = ""
    if coming is not None:
        now = site_changes.clock_now(reading(), number, now=utc_now())
        then = sites_words.coming_words(coming, now, today=today())
    notice("good", _("Saved.") if is_other else _("Nothing was other."), then)
    return _to(number)


@bp.post("/sites/<int:number>/clock/keep")
@requires(Action.MANAGE_SITES)
def clock_keep(number: int) -> ResponseReturnValue:
    """Keep the clock there is: what was to come is taken back."""
    now = site_changes.clock_now(reading(), number, now=utc_now())
    _set_clock(number, now.zone, now.day_start)
    notice("good", _("The clock stays as it is."))
    return _to(number)


@bp.get("/sites/<int:number>/retire")
@requires(Action.MANAGE_SITES)
def retire(number: int) -> ResponseReturnValue:
    """Say what retiring a site ends."""
    site = site_changes.site_by_id(reading(), number)
    staying = sites_told.staying_at(reading(), site, now=utc_now())
    return render_template("sites/retire.html", site=site, staying=staying)


@bp.post("/sites/<int:number>/retire")
@requires(Action.MANAGE_SITES)
def retire_submit(number: int) -> ResponseReturnValue:
    """Retire a site."""
    with writing() as session:
        site_changes.retire_site(session, number, actor=subject_of(signed_in()), now=utc_now())
    notice("good", _("Retired."), _("Nothing new is written there; what was stays readable."))
    return _to(number)


@bp.post("/sites/<int:number>/reopen")
@requires(Action.MANAGE_SITES)
def reopen_submit(number: int) -> ResponseReturnValue:
    """Open a retired site again."""
    try:
        with writing() as session:
            site_changes.reopen_site(session, number, actor=subject_of(signed_in()), now=utc_now())
    except BadValueError:
        notice(
            "care",
            _("Not opened: another open site has this name."),
            _("Give one of them another name first, then open it again."),
        )
        return _to(number)
    notice("good", _("Open again."))
    return _to(number)


def _set_clock(number: int, zone: str, day_start: str) -> bool:
    with writing() as session:
        return site_changes.change_clock(
            session, number, zone, day_start, actor=subject_of(signed_in()), now=utc_now()
        )


def _to(number: int) -> Response:
    return redirect(url_for(".show", number=number), code=303)


def _new_form() -> NewSiteForm:
    return NewSiteForm(sites.company(reading()))


def _new_page(form: NewSiteForm) -> str:
    return render_template(
        "sites/new.html", form=form, zones=clock.zones(), city_of=zone_names.city_of
    )


def _clock_form(site: Site, *, is_sent: bool = True) -> ClockForm:
    """Return the form of the clock: the one to come, if there is one."""
    session, now = reading(), utc_now()
    coming = site_changes.clock_to_come(session, site.id, now=now)
    held = coming or site_changes.clock_now(session, site.id, now=now)
    return clock_form(held, is_sent=is_sent)


def _page(site: Site, form: SiteForm, clock_form: ClockForm) -> str:
    session, now, on = reading(), utc_now(), today()
    held = site_changes.clock_now(session, site.id, now=now)
    coming = site_changes.clock_to_come(session, site.id, now=now)
    leads = site_leads.leading(session, site_id=site.id, on=held.business_date, now=now)
    return render_template(
        "sites/show.html",
        site=site,
        form=form,
        clock_form=clock_form,
        zones=clock.zones(),
        city_of=zone_names.city_of,
        holds_money=site_changes.holds_money(session, site.id),
        clock=sites_words.clock_words(held.zone, held.day_start),
        now_words=sites_words.now_words(held, today=on, instant=now),
        begins=sites_words.begins_words(held, today=on),
        coming=None if coming is None else sites_words.coming_words(coming, held, today=on),
        first_day="" if coming is None else sites_words.first_day_words(coming, today=on),
        unled="" if leads or site.retired else sites_words.unled_words(),
        asks=rule_sentences(
            ask_rules.rule_of(session, site.id),
            leads,
            ask_rules.turns_at(session, site.id),
            currency=site.currency,
        ),
        lines=[
            sites_words.change_line(change, zone=held.zone, today=on)
            for change in changes_told.changes_at(session, site)
        ],
    )
