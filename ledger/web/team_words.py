"""What is said of people who work here, and what to do about what was typed of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ledger.core import answerers, money, people
from ledger.core.errors import BadValueError
from ledger.core.reports.named_limits import NamedLimit
from ledger.core.tables import Person, Site
from ledger.core.work_places import WorkPlace
from ledger.web.limit_words import who_words
from ledger.web.when import day_words
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """One work place: the site, from when until when, and its state (a tag's kind and words)."""

    number: int
    site: str
    since: str
    until: str
    kind: str
    state: str
    may_end: bool


def ceiling_words(minor: int, currencies: Sequence[str]) -> str:
    """Return up to which amount somebody may set limits, in each currency of their sites."""
    if not minor:
        return _("none: sets no limits for others")
    amounts = [money.show(minor, currency) for currency in currencies]
    return _("up to %(amounts)s a decision", amounts=_(" or ").join(amounts))


def approval_words(person: Person, currencies: Sequence[str]) -> str:
    """Return up to which amount somebody may approve what others ask for."""
    minor = answerers.ceiling_of(person)
    amounts = _(" or ").join(money.show(minor, currency) for currency in currencies)
    if person.approval_ceiling_minor is None:
        return _("as much as they may set") if minor else _("nothing yet: their ceiling is empty")
    return _("up to %(amounts)s", amounts=amounts) if minor else _("nothing")


def approval_hint(currency: str) -> str:
    """Return in which currency an approval ceiling is typed, and what an empty one means."""
    return _(
        "In %(currency)s. The most a supervisor may say yes to when others ask; empty is as much "
        "as they may set.",
        currency=currency,
    )


def new_ceiling_hint(currency: str, sites: Sequence[Site]) -> str:
    """Return in which currency the ceiling of somebody new is typed, the company's being this."""
    if all(site.currency == currency for site in sites):
        return ceiling_hint([currency])
    where = _(
        "In the currency of the site where they begin; without one in %(currency)s.",
        currency=currency,
    )
    return f"{where} {_ceiling_words()}"


def ceiling_hint(currencies: Sequence[str]) -> str:
    """Return in which currency a ceiling is typed, and what it means in the others."""
    first = _("In %(currency)s.", currency=currencies[0]) + f" {_ceiling_words()}"
    if len(currencies) == 1:
        return first
    one = money.parse("1", currencies[0])
    others = ", ".join(money.show(one, currency) for currency in currencies[1:])
    more = _(
        "At sites with another currency the same count of its smallest coins holds: %(one)s here "
        "is %(others)s there.",
        one=money.show(one, currencies[0]),
        others=others,
    )
    return f"{first} {more}"


def _ceiling_words() -> str:
    return _("The most a supervisor may set per decision for others; empty is none.")


def standing_words(person: Person, *, now: datetime, today: date) -> tuple[str, str]:
    """Return whether somebody works here, as a tag's kind and words."""
    if not people.works_here(person, now=now):
        if person.last_day is None:
            return "plain", _("Left")
        return "plain", _("Left on %(day)s", day=day_words(person.last_day, today=today))
    if person.last_day is not None:
        return "limit", _("Leaves: last day %(day)s", day=day_words(person.last_day, today=today))
    return "note", _("Works here")


def place_line(place: WorkPlace, *, today: date, is_here: bool = True) -> PlaceLine:
    """Return one work place as it is shown; of who is not here any more it is over."""
    row = place.row
    kind, state = "note", _("Now")
    if place.is_over or not is_here:
        kind, state = "plain", _("Over")
    elif place.is_coming:
        kind, state = "maturing", _("Coming")
    return PlaceLine(
        number=row.id,
        site=_("%(name)s (retired)", name=place.site.name)
        if place.site.retired
        else place.site.name,
        since=day_words(row.from_date, today=today),
        until=_("no end")
        if row.until is None
        else _("until %(day)s", day=day_words(row.until, today=today)),
        kind=kind,
        state=state,
        may_end=is_here and not place.is_over,
    )


def person_fix(problem: BadValueError) -> str:
    """Return what to do about a value that cannot be used.

    Raises:
        BadValueError: the problem itself, if it is none that can be mended at a field.

    """
    hidden = _("There is a character in it that cannot be seen. Type it again.")
    fixes = {
        ("name", "empty"): _("Type the name"),
        ("employee_id", "empty"): _("Type the employee id, as payroll knows it"),
        ("employee_id", "taken"): _("Somebody has this employee id already"),
        ("email", "taken"): _("Somebody has this e-mail already"),
        ("email", "not_an_email"): _("Type an e-mail address such as ana@example.com"),
        ("ceiling", "out of bounds"): _("That is more than can be kept"),
        ("approval_ceiling", "out of bounds"): _("That is more than can be kept"),
        ("same_as", "unknown"): _("Nobody here has this employee id"),
        ("same_as", "themselves"): _("That is this very record. Type the other one's."),
        ("site", "retired"): _("This site is retired. Choose another one."),
        ("site", "unknown"): _("Choose the site"),
        ("site", "taken"): _("They work at this site then already. Choose another site or day."),
        ("from_date", "past"): _("That day is over. Choose today or a later day."),
        ("from_date", "left"): _("That is after their last day here. Choose an earlier day."),
        ("until", "before start"): _("The last day is before the first. Choose a later one."),
        ("last_day", "past"): _("That day is over. Choose a later one."),
        ("last_day", "before start"): _("That is before their first day there."),
        ("last_day", "begun"): _("They have begun there already. Choose the last day."),
    }
    by_why = {
        "control": hidden,
        "too_long": _("That is too long. Keep it shorter."),
        "far": _("Choose a day within the next two years"),
    }
    words = fixes.get((problem.field, problem.why)) or by_why.get(problem.why)
    if words is None:
        raise problem
    return words


def limits_words(found: Sequence[NamedLimit]) -> str:
    """Return which limits bind somebody who came back, and what to do about them."""
    named = "; ".join(
        _(
            "%(who)s: %(amount)s a decision",
            who=who_words(one),
            amount=money.show_round(one.limit.per_decision_minor, one.limit.currency),
        )
        for one in found
    )
    return _("%(limits)s. Set another one if that is not meant any more.", limits=named)


def open_words(count: int) -> str:
    """Return in how many places somebody is signed in."""
    if not count:
        return _("nowhere")
    return ngettext("%(count)s place", "%(count)s places", count)


def last_administrator_words(name: str) -> str:
    """Return why the last administrator stays one."""
    return _(
        "%(name)s is the last administrator who can sign in. Make somebody else an administrator "
        "first, with an e-mail and a password or a one-time code: without one nobody could add "
        "people or change settings any more.",
        name=name,
    )
