"""The words of the staff's pages: forecasts, what is left, why not, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ledger.core import money
from ledger.core.customer_finder import FoundCustomer
from ledger.core.customers import Gesture
from ledger.core.errors import BadValueError
from ledger.core.headroom import NO_LIMIT
from ledger.core.reports.at_the_counter import Room
from ledger.core.reports.states import Horizon
from ledger.core.tables import Remedy
from ledger.web.when import day_words, time_words
from ledger.web.words import _, ngettext


def forecast_labels() -> Mapping[str, str]:
    """Return the answers to "What do you expect?", in their order."""
    return {
        "comes_back": _("Comes back"),
        "buys_more": _("Buys more"),
        "tells_others": _("Tells others"),
        "not_sure": _("Not sure"),
    }


def void_reasons() -> Mapping[str, str]:
    """Return why a decision is undone, in the order in which it is asked."""
    return {
        "customer": _("Wrong customer"),
        "amount": _("Wrong amount"),
        "remedy": _("Wrong remedy"),
        "twice": _("Written twice"),
        "other": _("Something else"),
    }


def own_words() -> str:
    """Return the tag of what somebody gave to themself, family or a friend, as they said."""
    return _("Own or family customer")


def note_fix(problem: BadValueError) -> str:
    """Return what to do about a note that cannot be kept."""
    if problem.why == "needed":
        return _("Write in a few words why, then choose again")
    if problem.why == "too_long":
        return _("Write at most 140 characters")
    if problem.why in ("card", "phone"):
        return _("Leave out what looks like a card or phone number")
    return _("Leave out the sign that cannot be seen")


def left_words(room: Room) -> tuple[str, str]:
    """Return what is left as (amount, until when): ("$61.00 left", "today")."""
    found = room.headroom
    if found.rule == NO_LIMIT:
        return _("Nothing may be given:"), _("no limit is set")
    if found.rule in ("customer_count", "customer_total"):
        amount = money.show(found.headroom_minor, found.currency)
        return _("%(amount)s left", amount=amount), _("for this customer")
    if found.budget_left_minor is None:
        amount = money.show(found.headroom_minor, found.currency)
        return _("%(amount)s at most", amount=amount), _("for each decision")
    left = found.budget_left_minor if found.rule != "gross" else found.headroom_minor
    amount = money.show(left, found.currency)
    when = period_words(str(found.budget_period))
    if found.elsewhere_minor:
        when = _("%(when)s, your other sites counted", when=when)
    return _("%(amount)s left", amount=amount), when


def period_words(period: str) -> str:
    """Return the period of a budget as it is now."""
    return {"day": _("today"), "week": _("this week"), "month": _("this month")}[period]


def resets_words(room: Room, zone: str, *, today: date) -> str:
    """Return when more is left again, by the site's clock: "resets 04:00"; nothing if never."""
    at = room.budget_resets_at
    if room.headroom.rule in ("customer_count", "customer_total"):
        at = room.headroom.resets_at
        return "" if at is None else _("again from %(when)s", when=soon(at, zone, today=today))
    return "" if at is None else _("resets %(when)s", when=soon(at, zone, today=today))


def soon(instant: datetime, zone: str, *, today: date) -> str:
    """Return a moment ahead: its time on the night of this business day, else with its date."""
    day = instant.astimezone(ZoneInfo(zone)).date()
    at = time_words(instant, zone)
    if (day - today).days <= 1:
        return at
    return _("%(day)s, %(time)s", day=day_words(day, today=today), time=at)


def till_words(remedy: Remedy, amount: str, code: str) -> str:
    """Return what to do now at the till, with the amount and the reference to write there."""
    # Not str.format: the step is typed by people, and may hold any brace.
    return remedy.till_step.replace("{amount}", amount).replace("{code}", code)


def customer_words(found: FoundCustomer, *, today: date) -> str:
    """Return what is known of a customer: "phone ends 4417 · customer since 2023"."""
    facts = []
    if found.phone_last4:
        facts.append(_("phone ends %(digits)s", digits=found.phone_last4))
    if found.since:
        since = found.since
        facts.append(
            _("new today") if since == today else _("customer since %(year)s", year=since.year)
        )
    return " · ".join(facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureLine:
    """An earlier gesture, and what came of it, as a tag."""

    words: str
    state: str
    outcome: str


def gesture_lines(
    gestures: Sequence[Gesture], horizon: Horizon, *, today: date
) -> Sequence[GestureLine]:
    """Return what a customer was given, with what came of each."""
    made = []
    for gesture in gestures:
        state, outcome = gesture_outcome(gesture, horizon, today=today)
        words = gesture_words(gesture, today=today)
        made.append(GestureLine(words=words, state=state, outcome=outcome))
    return made


def lines_words(lines: Sequence[GestureLine], watch: str) -> str:
    """Return how many gestures these are, and after how many the customer came back."""
    came_back = sum(line.state == "came_back" for line in lines)
    return gestures_words(len(lines), came_back=came_back, watch=watch)


def gesture_words(gesture: Gesture, *, today: date) -> str:
    """Return one earlier decision as a fact: "3 Oct · $6.00 Credit, Late"."""
    return _(
        "%(day)s · %(amount)s %(remedy)s, %(reason)s",
        day=day_words(gesture.on, today=today),
        amount=money.show(gesture.amount_minor, gesture.currency),
        remedy=gesture.remedy,
        reason=gesture.reason,
    )


def gesture_outcome(gesture: Gesture, at: Horizon, *, today: date) -> tuple[str, str]:
    """Return what came of an earlier decision, as (state, words).

    A day on which they came back, or left, is a fact at any horizon.
    """
    stays = at.watch == "stays"
    event = gesture.left_on if stays else gesture.returned_on
    if event is not None and at.through is not None and event <= at.through:
        day = day_words(event, today=today)
        if stays:
            return "not_back", _("Left %(day)s", day=day)
        return "came_back", _("Came back %(day)s", day=day)
    known_on = at.known_on(gesture.on)
    if at.through is None or known_on > at.through:
        return "maturing", maturing_words(known_on, today=today)
    return ("came_back", _("Stayed")) if stays else ("not_back", _("Not back"))


def gestures_words(count: int, *, came_back: int, watch: str) -> str:
    """Return how many gestures a customer had in 90 days, and after how many they came back.

    Where a company watches who stays: after how many they stayed.
    """
    if count == 0:
        return _("no gestures in 90 days")
    words = ngettext("%(count)s gesture in 90 days", "%(count)s gestures in 90 days", count)
    if not came_back:
        return words
    if watch == "stays":
        return _("%(words)s, stayed after %(back)s", words=words, back=came_back)
    return _("%(words)s, came back after %(back)s", words=words, back=came_back)


def maturing_words(known_on: date, *, today: date) -> str:
    """Return when it will be known; on a later day than that, that the feed lags behind."""
    day = day_words(known_on, today=today)
    if known_on < today:
        return _("Not known: no feed has reached %(day)s yet", day=day)
    return _("We will know by %(day)s", day=day)


def outcome_words(
    state: str, event_on: date | None, known_on: date, *, watch: str, today: date
) -> str:
    """Return what came of a decision, for the person who took it."""
    stays = watch == "stays"
    if stays and state == "not_back" and event_on is not None:
        return _("Left %(day)s", day=day_words(event_on, today=today))
    if not stays and state == "came_back" and event_on is not None:
        return _("Came back %(day)s", day=day_words(event_on, today=today))
    if state == "maturing":
        return maturing_words(known_on, today=today)
    return {
        "came_back": _("Stayed"),
        "not_back": _("Not back"),
        "walk_in": _("Walk-in: cannot be known"),
        "voided": _("Undone"),
    }[state]
