"""What limits are called and what is said of them, in one sentence each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ledger.core import limit_book, limit_changes, money
from ledger.core.clock import Calendar
from ledger.core.limit_changes import ScopeNow
from ledger.core.limit_setting import NewLimit
from ledger.core.permissions import Role
from ledger.core.reports.limit_overview import Change, PersonLatitude
from ledger.core.reports.named_limits import NamedLimit, Reverts
from ledger.core.tables import Limit, Person
from ledger.web.when import day_of_words, day_words, time_words, zone_words
from ledger.web.words import _, erased_words, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLine:
    """A limit in a table, all of it words; `reverts` is empty when it has no end."""

    uid: str
    scope: Mapping[str, object]
    who: str
    per_decision: str
    budget: str
    cap: str
    starts: str
    until: str
    reverts: str
    set_by: str
    set_on: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """What one person may give, all of it words; `has_limit` is false if they may give nothing."""

    person_id: int
    name: str
    grade: str
    per_decision: str
    budget: str
    left: str
    which: str
    change: str
    has_limit: bool


def limit_line(found: NamedLimit, *, today: date, zone: str) -> LimitLine:
    """Return a limit as a line of a table; when it was set, by the clock of `zone`."""
    limit = found.limit
    return LimitLine(
        uid=limit.uid,
        scope=scope_address(limit),
        who=who_words(found),
        per_decision=money.show_round(limit.per_decision_minor, limit.currency),
        budget=budget_words(limit.budget_minor, limit.budget_period, limit.currency),
        cap=cap_words(limit),
        starts=day_words(limit.starts_on, today=today),
        until=_("no end") if limit.ends_on is None else day_words(limit.ends_on, today=today),
        reverts="" if found.reverts is None else reverts_words(found, found.reverts, today=today),
        set_by=found.set_by,
        set_on=day_of_words(limit.set_at, zone, today=today),
        reason=found.reason or erased_words(),
    )


def who_words(found: NamedLimit) -> str:
    """Return whom a limit is for: "Associate, Elm Street", "Ana, Refund only"."""
    return scope_words(
        person=found.person, site=found.site, grade=found.limit.grade, remedy=found.remedy
    )


def scope_words(
    *, person: str | None, site: str | None, grade: str | None, remedy: str | None
) -> str:
    """Return what a scope is called, by the names of what it is made of."""
    if person is not None:
        who = person
    elif grade is not None and site is not None:
        who = _("%(grade)s, %(site)s", grade=grade, site=site)
    elif grade is not None:
        who = _("%(grade)s, every site", grade=grade)
    else:
        who = site or _("Everyone")
    return who if remedy is None else _("%(who)s, %(remedy)s only", who=who, remedy=remedy)


def scope_address(scope: limit_book.Scope | Limit) -> Mapping[str, object]:
    """Return the arguments by which the page that changes a limit knows a scope."""
    if scope.person_id is not None:
        level = "person"
    elif scope.grade is not None:
        level = "grade" if scope.site_id is None else "site_grade"
    else:
        level = "everyone" if scope.site_id is None else "site"
    parts = {
        "level": level,
        "site": scope.site_id,
        "grade": scope.grade,
        "person": scope.person_id,
        "remedy": scope.remedy_id,
    }
    return {name: value for name, value in parts.items() if value is not None}


def budget_words(minor: int | None, period: str | None, currency: str) -> str:
    """Return a budget with its period: "$75 a day"; nothing when there is none."""
    if minor is None or period is None:
        return ""
    amount = money.show_round(minor, currency)
    return {
        "day": _("%(amount)s a day", amount=amount),
        "week": _("%(amount)s a week", amount=amount),
        "month": _("%(amount)s a month", amount=amount),
    }[period]


def cap_words(limit: Limit) -> str:
    """Return what one customer gets at most: "3 gestures or $60 in 90 days"; nothing if unset."""
    return _cap_words(limit, limit.customer_count, limit.customer_total_minor)


def taken_words(replaced: Sequence[Limit], new: NewLimit) -> Sequence[str]:
    """Return the budgets and caps that a new limit leaves out: "$75 a day", each once."""
    found = []
    for held in replaced:
        taken = limit_changes.taken_away(held, new)
        if "budget" in taken:
            found.append(budget_words(held.budget_minor, held.budget_period, held.currency))
        count = held.customer_count if "customer_count" in taken else None
        total = held.customer_total_minor if "customer_total" in taken else None
        found.append(_cap_words(held, count, total))
    return list(dict.fromkeys(words for words in found if words))


def reverts_words(found: NamedLimit, reverts: Reverts, *, today: date) -> str:
    """Return what follows a temporary limit: "reverts on 1 Mar to $25"."""
    on = day_words(reverts.on, today=today)
    if reverts.is_mixed:
        return _("reverts on %(on)s to what each site has", on=on)
    if reverts.per_decision_minor is None:
        return _("ends on %(on)s, then no limit is set", on=on)
    amount = money.show_round(reverts.per_decision_minor, found.limit.currency)
    if reverts.is_new:
        return _("%(amount)s from %(on)s", on=on, amount=amount)
    return _("reverts on %(on)s to %(amount)s", on=on, amount=amount)


def begins_words(limit: Limit, calendar: Calendar | None, *, today: date) -> str:
    """Return from when a limit holds, to the minute where all of its sites share a clock."""
    if limit.starts_at is not None and calendar is not None:
        zone = calendar.zone_on(limit.starts_on)
        on = day_of_words(limit.starts_at, zone, today=today)
        return _("At once, since %(on)s at %(time)s", on=on, time=_clock(limit.starts_at, zone))
    if limit.starts_at is not None:
        return _("At once, since %(on)s", on=day_words(limit.starts_on, today=today))
    return _day_start(limit.starts_on, calendar, today=today)


def back_words(found: NamedLimit, calendar: Calendar | None, *, today: date) -> str:
    """Return what happens by itself when a limit is over, in one sentence."""
    reverts = found.reverts
    if reverts is None:
        return _("No end date: it holds until somebody sets another.")
    on = _day_start(reverts.on, calendar, today=today)
    if reverts.is_mixed:
        return _("Back to what each site has, by itself on %(on)s", on=on)
    if reverts.per_decision_minor is None:
        return _("On %(on)s it ends, and no limit is set: then nothing may be given", on=on)
    amount = money.show(reverts.per_decision_minor, found.limit.currency)
    if reverts.is_new:
        return _("Then %(amount)s, by itself on %(on)s", amount=amount, on=on)
    return _("Back to %(amount)s by itself on %(on)s", amount=amount, on=on)


def change_words(change: Change | None, currency: str, *, today: date) -> str:
    """Return what is planned for somebody's amount per decision: "$35 on 4 Dec"."""
    if change is None:
        return ""
    on = day_words(change.on, today=today)
    if change.per_decision_minor is None:
        return _("no limit from %(on)s", on=on)
    amount = money.show_round(change.per_decision_minor, currency)
    return _("%(amount)s from %(on)s", amount=amount, on=on)


def person_line(row: PersonLatitude, *, today: date) -> PersonLine:
    """Return one person's latitude as a line of a table."""
    room = row.headroom
    return PersonLine(
        person_id=row.person.id,
        name=row.person.name,
        grade=row.person.grade or "",
        per_decision=money.show_round(room.per_decision_minor, room.currency),
        budget=budget_words(room.budget_minor, room.budget_period, room.currency),
        left=""
        if room.budget_left_minor is None
        else money.show(room.budget_left_minor, room.currency),
        which="" if row.found is None else who_words(row.found),
        change=change_words(row.change, room.currency, today=today),
        has_limit=row.found is not None,
    )


def now_words(now: ScopeNow) -> str:
    """Return what is in force for a scope now, as the form shows it above the new amount."""
    currency = now.scope.currency
    if now.in_force is not None:
        return money.show(now.in_force.per_decision_minor, currency)
    if now.differs:
        return _("differs by site")
    if now.applies is None:
        return _("no limit: nothing may be given")
    return _(
        "%(amount)s, from a wider limit",
        amount=money.show(now.applies.per_decision_minor, currency),
    )


def ceiling_words(setter: Person, currency: str) -> str:
    """Return up to what a supervisor may set limits; administrators have no ceiling."""
    if setter.role == Role.ADMINISTRATOR:
        return ""
    if not setter.ceiling_minor:
        return _("You have no ceiling, so you can set no limit. Ask an administrator for one.")
    return _(
        "You may set up to %(most)s a decision. Your ceiling is for one decision: it bounds no "
        "budget.",
        most=money.show(setter.ceiling_minor, currency),
    )


def _cap_words(limit: Limit, count: int | None, total_minor: int | None) -> str:
    if limit.customer_days is None or (count is None and total_minor is None):
        return ""
    caps = []
    if count is not None:
        caps.append(ngettext("%(count)s gesture", "%(count)s gestures", count))
    if total_minor is not None:
        caps.append(money.show_round(total_minor, limit.currency))
    return ngettext(
        "%(most)s in %(count)s day",
        "%(most)s in %(count)s days",
        limit.customer_days,
        most=_(" or ").join(caps),
    )


def _day_start(day: date, calendar: Calendar | None, *, today: date) -> str:
    on = day_words(day, today=today)
    if calendar is None:
        return _("%(on)s, when each site's day starts", on=on)
    # The clock of the day before still closes it, and of the day itself says what is read.
    at = _clock(calendar.start_of(day), calendar.zone_on(day))
    return _("%(on)s at %(time)s", on=on, time=at)


def _clock(instant: datetime, zone: str) -> str:
    return _("%(time)s, %(zone)s", time=time_words(instant, zone), zone=zone_words(zone))
