"""When nothing more can be written at a site: it was closed, or the person was moved away from it.

What was typed stays in sight, so that nobody has to remember it.
"""

from collections.abc import Iterator, Sequence

from flask import render_template, request

from ledger.core import money, sites, work_places
from ledger.core.reports import own_decisions
from ledger.core.tables import Site
from ledger.core.work_places import WorkPlace
from ledger.web import log_screen
from ledger.web.access import signed_in
from ledger.web.log_forms import LogForm, key_of
from ledger.web.moment import utc_now
from ledger.web.transactions import end_reading, reading
from ledger.web.when import moment_words
from ledger.web.words import _


def sent_to_a_lost_site() -> str | None:
    """Return the page for a form that was opened at a site where one can write no more, if so."""
    # What was read before may be older than the change that closed the site.
    end_reading()
    number = key_of(request.form.get("site"))
    site = next((one for one in _known_sites() if one.id == number), None)
    if site is None or log_screen.the_site(str(site.id)) is not None:
        return None
    form = log_screen.form_at(site)
    return render_template(
        "log/closed.html",
        title=_title(site),
        site=site,
        typed=list(_typed(form)),
        has_others=bool(work_places.open_sites_now(reading(), signed_in(), now=utc_now())),
    )


def choose_site() -> str:
    """Return the page on which people choose where they are, or read why they cannot."""
    found = work_places.open_sites_now(reading(), signed_in(), now=utc_now())
    title, words = ("", "") if found else _nowhere_words()
    return render_template("log/site.html", sites=found, title=title, words=words)


def _nowhere_words() -> tuple[str, str]:
    """Return why somebody has no site to log at, as a title and what to do."""
    known, coming = _known_sites(), _first_that_comes()
    if coming is not None:
        return _coming_words(coming)
    if not known:
        return (
            _("You work at no site yet"),
            _("Decisions are logged at a site. Ask your administrator to add you to one."),
        )
    closed = [site.name for site in known if site.retired]
    if len(closed) == len(known):
        title = _("%(sites)s was closed", sites=", ".join(closed))
        if len(closed) > 1:
            title = _("%(sites)s were closed", sites=", ".join(closed))
    else:
        title = _("You work at no site today")
    return title, _("Nothing can be written there any more. Tell your supervisor where you work.")


def _first_that_comes() -> WorkPlace | None:
    """Return where this person begins next, if that is still to come."""
    places = work_places.places_of(reading(), signed_in(), now=utc_now())
    coming = [place for place in places if place.is_coming and not place.site.retired]
    return min(coming, key=lambda place: place.row.from_date, default=None)


def _coming_words(place: WorkPlace) -> tuple[str, str]:
    calendar = sites.calendar_of(reading(), place.site.id)
    first = place.row.from_date
    begins = moment_words(calendar.start_of(first), calendar.zone_on(first), today=place.today)
    return (
        _("You begin at %(site)s on %(begins)s", site=place.site.name, begins=begins),
        _("You can log from then on. If you work there already, tell your administrator."),
    )


def _known_sites() -> Sequence[Site]:
    """Return the sites at which this person works or ever worked, or wrote something, each once."""
    session, person = reading(), signed_in()
    places = work_places.places_of(session, person, now=utc_now())
    known = [place.site for place in places if not place.is_coming]
    # Who was moved away on the day on which they began has no work place left there.
    known += own_decisions.sites_written_at(session, person)
    return list({site.id: site for site in known}.values())


def _title(site: Site) -> str:
    if site.retired:
        return _("%(site)s was closed", site=site.name)
    return _("You do not work at %(site)s any more", site=site.name)


def _typed(form: LogForm) -> Iterator[tuple[str, str]]:
    """Yield what was answered, as (question, answer); what stayed open is left out."""
    for field in (form.remedy, form.reason, form.forecast, form.asked_for, form.when):
        chosen = [
            str(label) for value, label, *_more in field.iter_choices() if value == field.data
        ]
        if field.data and chosen:
            yield field.label.text, chosen[0]
    currency = form.offer.site.currency
    amount = (form.amount.data or "").strip() or (form.quick.data or "").strip()
    if amount:
        yield _("Amount"), f"{money.symbol(currency)} {amount}"
    if form.is_walk_in:
        yield _("Customer"), _("Walk-in")
    card = log_screen.card_of(form)
    if card is not None:
        yield _("Customer"), card.name
    for tick in (form.apologised, form.noticed_first, form.declared_own):
        if tick.data:
            yield tick.label.text, _("yes")
    note = (form.note.data or "").strip()
    if note:
        yield _("Note"), note
