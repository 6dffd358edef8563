"""The log on one screen: what the form offers, what is left, and who it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request
from markupsafe import Markup

from ledger.core import customer_finder, decisions, money, team, voids, work_places
from ledger.core.customer_finder import FoundCustomer
from ledger.core.headroom import NO_LIMIT, Headroom
from ledger.core.reports import at_the_counter
from ledger.core.reports.at_the_counter import Offer, Opened, Room
from ledger.core.tables import Refusal, Remedy, Site
from ledger.web import log_fork, log_kept, log_refusals, log_words
from ledger.web.access import signed_in
from ledger.web.company import company_name
from ledger.web.log_fork import Fork, room_meter
from ledger.web.log_forms import LogForm, Sent, key_of
from ledger.web.log_kept import Kept
from ledger.web.log_words import GestureLine
from ledger.web.moment import utc_now
from ledger.web.transactions import reading
from ledger.web.words import _

QUICK_FIFTHS = (1, 2, 3, 5)
# More would push the keypad off the screen; the others are counted.
GESTURES_SHOWN = 2
FOUND_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLine:
    """What is left, drawn and in words; `remedies` are the values of the form it holds for.

    `budget_left_minor` is None where no budget is set: then nothing is counted down. `kept` is what
    of the budget is kept for one's asks.
    """

    remedies: Sequence[str]
    names: str
    is_general: bool
    limit: str
    left: str
    when: str
    resets: str
    room_minor: int
    budget_left_minor: int | None
    kept: Kept | None
    meter: Markup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCard:
    """The customer who was chosen, with what they were given in the last 90 days."""

    name: str
    key: int
    words: str
    count: str
    gestures: Sequence[GestureLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A customer whom the finder found."""

    key: int
    name: str
    words: str


def the_site(given: str | None) -> Site | None:
    """Return the site that was chosen, or the person's only one; None when it is to be chosen."""
    found = work_places.open_sites_now(reading(), signed_in(), now=utc_now())
    chosen = [site for site in found if str(site.id) == given]
    if chosen:
        return chosen[0]
    return found[0] if len(found) == 1 and not given else None


def form_at(site: Site, **values: object) -> LogForm:
    """Return the form for a site now: what was sent, else these values."""
    session, now = reading(), utc_now()
    opened = Opened(
        reason_id=key_of(str(request.form.get("reason") or values.get("reason"))),
        criteria_version=key_of(request.form.get("criteria_version")),
    )
    return LogForm(at_the_counter.offer_at(session, site, opened=opened, now=now), **values)


def quick_amounts(room: Headroom, *, most_minor: int) -> Sequence[int]:
    """Return a few round amounts up to the limit of one decision, none above what is left."""
    unit = 10 ** money.decimals(room.currency)
    limit = room.per_decision_minor
    amounts = {limit * fifths // 5 // unit * unit for fifths in QUICK_FIFTHS}
    return [minor for minor in sorted(amounts) if 0 < minor <= most_minor]


def page(form: LogForm, *, fork: Fork | None = None, is_searched: bool = False) -> str:
    """Return the log with what was answered so far; with a fork, as a sheet above it."""
    offer, now = form.offer, utc_now()
    card = card_of(form)
    if card is None and form.customer_id is not None:
        form.customer.data = ""
    found = _found(form) if is_searched else None
    if found == []:
        form.offer_number()
    left = at_the_counter.rooms(
        reading(), signed_in(), offer, customer_id=form.customer_id, now=now
    )
    rooms = [
        _room_line(place, room, names, offer) for place, (room, names) in enumerate(left.items())
    ]
    most_minor = max(one.room_minor for one in rooms)
    general = next(iter(left))
    form.offer_times()
    form.offer_quick(quick_amounts(general.headroom, most_minor=most_minor))
    return render_template(
        "log/show.html",
        form=form,
        offer=offer,
        rooms=rooms,
        no_limit=_no_limit(left, offer),
        can_give=most_minor > 0,
        still_allowed=_still_allowed(form),
        card=card,
        found=None if found is None else found[:FOUND_SHOWN],
        has_more=found is not None and len(found) > FOUND_SHOWN,
        fork=fork,
        icons={str(one.id): one.icon for one in offer.remedies},
        worthless=[str(one.id) for one in offer.remedies if one.worthless],
        symbol=money.symbol(offer.site.currency),
        decimals=money.decimals(offer.site.currency),
        company=company_name(),
        has_sites=len(work_places.open_sites_now(reading(), signed_in(), now=now)) > 1,
    )


def page_to_mend(form: LogForm) -> str:
    """Return the log with what is to be mended; with its fork, where that is the fork's own note.

    `way`, `already_given` and `act_now` are what the fork's buttons send.
    """
    is_in_fork = request.form.get("way") or form.already_given.data or form.act_now.data
    refusal = decisions.refusal_by_uid(reading(), form.refused.data or "")
    if refusal is None or not is_in_fork or set(form.errors) != {"note"}:
        return page(form)
    if refusal.person_id != signed_in().id:
        return page(form)
    return page(form, fork=fork_of(form, form.sent(), refusal))


def fork_of(form: LogForm, sent: Sent, refusal: Refusal) -> Fork:
    """Return the fork of what was refused, with the name of the customer who was chosen."""
    card = card_of(form)
    who = _("This customer") if card is None else card.name
    return log_fork.fork_of(form, sent, refusal, who=who)


def _still_allowed(form: LogForm) -> str:
    """Return how much of what is corrected stays allowed by somebody else; nothing if none is."""
    found = decisions.decision_by_uid(reading(), form.replaces.data) if form.replaces.data else None
    if found is None or found.ask_id is None or found.person_id != signed_in().id:
        return ""
    if not voids.undo_seconds_left(found, now=utc_now()):
        return ""
    amount = money.show(found.amount_minor, found.currency)
    return _("Up to %(amount)s stays allowed, for the same customer.", amount=amount)


def _no_limit(left: Mapping[Room, Sequence[Remedy]], offer: Offer) -> tuple[str, str] | None:
    """Return that no limit is set for this person here, and what to do; None if one is."""
    general, *own = left
    if general.headroom.rule != NO_LIMIT:
        return None
    only_for = [one.name for room in own for one in left[room]]
    setters = team.who_sets_limits_at(reading(), offer.site, but=signed_in(), now=utc_now())
    return log_refusals.no_limit_words(offer.site.name, only_for, setters)


def _room_line(place: int, room: Room, remedies: Sequence[Remedy], offer: Offer) -> RoomLine:
    found = room.headroom
    left, when = log_words.left_words(room)
    limit = money.show_round(found.per_decision_minor, found.currency)
    has_limit = found.rule != NO_LIMIT
    return RoomLine(
        remedies=[str(one.id) for one in remedies],
        names=", ".join(one.name for one in remedies),
        is_general=place == 0,
        limit=_("limit %(limit)s a decision", limit=limit) if has_limit else "",
        left=left,
        when=when,
        resets=log_words.resets_words(room, offer.zone, today=offer.business_date),
        room_minor=found.headroom_minor,
        budget_left_minor=found.budget_left_minor,
        kept=log_kept.kept_of(found),
        meter=room_meter(f"room{place}", room, 0) if has_limit else None,
    )


def card_of(form: LogForm) -> CustomerCard | None:
    """Return the customer who was chosen in a form, with their earlier gestures."""
    if form.customer_id is None:
        return None
    today = form.offer.business_date
    known = at_the_counter.known(reading(), form.customer_id, on=today)
    if known is None:
        return None
    lines = log_words.gesture_lines(known.gestures, known.horizon, today=today)
    return CustomerCard(
        name=known.customer.label,
        key=known.customer.id,
        words=log_words.customer_words(known.customer, today=today),
        count=log_words.lines_words(lines, known.horizon.watch),
        gestures=lines[:GESTURES_SHOWN],
    )


def _found(form: LogForm) -> Sequence[Candidate]:
    found = customer_finder.find_customers(reading(), form.find.data or "", count=FOUND_SHOWN + 1)
    return [_candidate(one, form.offer) for one in found]


def _candidate(found: FoundCustomer, offer: Offer) -> Candidate:
    words = log_words.customer_words(found, today=offer.business_date)
    return Candidate(key=found.id, name=found.label, words=words)
