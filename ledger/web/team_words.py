"""What is said of people who work here, and what to do about what was typed of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ledger.core import money, people
from ledger.core.changes_told import Change, Row
from ledger.core.errors import BadValueError
from ledger.core.reports.named_limits import NamedLimit
from ledger.core.tables import Person, Site
from ledger.core.work_places import WorkPlace
from ledger.web.limit_words import who_words
from ledger.web.when import day_words, moment_words
from ledger.web.words import _, ngettext, role_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One line of a history: when, what happened in plain words, and who did it."""

    when: str
    words: Sequence[str]
    by: str


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


def place_line(place: WorkPlace, *, today: date) -> PlaceLine:
    """Return one work place as it is shown."""
    row = place.row
    kind, state = "note", _("Now")
    if place.is_over:
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
        may_end=not place.is_over,
    )


def change_line(
    change: Change, site_names: Mapping[int, str], *, currency: str, zone: str, today: date
) -> ChangeLine:
    """Return one change of a person in plain words."""
    words = [
        *_kind_words(change, currency=currency, today=today),
        *_fact_words(change, currency=currency),
        *_named_words(change),
        *_place_words(change, site_names, today=today),
    ]
    if not words:
        words = [_("Name, employee id or e-mail changed.")]
    return ChangeLine(
        when=moment_words(change.at, zone, today=today),
        words=words,
        by=change.by or _("The command line"),
    )


def _kind_words(change: Change, *, currency: str, today: date) -> Iterator[str]:
    was, became = change.facts.get("last_day", (None, None))
    if change.kind == "person.added":
        yield from _added_words(change, currency=currency)
    elif change.kind == "code.made":
        yield _("A one-time code was made.")
    elif change.kind == "password.set":
        yield _("A password was set.")
    elif change.kind == "sign_in.ended_all":
        yield _("Signed out everywhere.")
    elif change.kind == "person.returned":
        yield _("Came back.") if "active" in change.facts else _("Stays: the last day was undone.")
    elif change.kind == "person.left" and "active" in change.facts:
        is_at_once = "last_day" in change.facts
        yield _("Left, at once.") if is_at_once else _("Left: the last day was over.")
    elif isinstance(became, str):
        yield _("Last day: %(day)s.", day=day_words(date.fromisoformat(became), today=today))
    elif isinstance(was, str):
        yield _("The last day was undone.")


def _added_words(change: Change, *, currency: str) -> Iterator[str]:
    """Yield as what somebody was added; where they work stands beside it, if anywhere."""
    yield _("Added as %(role)s.", role=role_words(str(change.now["role"])))
    if change.now.get("grade"):
        yield _("Grade: %(grade)s.", grade=change.now["grade"])
    ceiling = change.now.get("ceiling_minor")
    if isinstance(ceiling, int) and ceiling:
        amount = money.show(ceiling, currency)
        yield _("Highest limit for others: %(amount)s.", amount=amount)
    if not change.places:
        yield _("At no site yet.")


def _fact_words(change: Change, *, currency: str) -> Iterator[str]:
    if "role" in change.facts:
        was, became = (role_words(str(role)) for role in change.facts["role"])
        yield _("Role: %(became)s, before %(was)s.", became=became, was=was)
    if "grade" in change.facts:
        was, became = (str(grade or _("none")) for grade in change.facts["grade"])
        yield _("Grade: %(became)s, before %(was)s.", became=became, was=was)
    if "ceiling_minor" in change.facts:
        was, became = (
            money.show(minor, currency) if isinstance(minor, int) else _("none")
            for minor in change.facts["ceiling_minor"]
        )
        yield _("Highest limit for others: %(became)s, before %(was)s.", became=became, was=was)


def _named_words(change: Change) -> Iterator[str]:
    words = {
        "name": _("The name was changed."),
        "employee_id": _("The employee id was changed."),
        "email": _("The e-mail was changed."),
    }
    for name in change.named:
        if name in words:
            yield words[name]


def _place_words(change: Change, site_names: Mapping[int, str], *, today: date) -> Iterator[str]:
    if change.places is None:
        return
    before = {row["id"]: row for row in change.before}
    for row in change.places:
        known = before.pop(row["id"], None)
        if known == row:
            continue
        site, since, until = _span(row, site_names, today=today)
        if known is None and until:
            yield _(
                "Works at %(site)s from %(since)s until %(until)s.",
                site=site,
                since=since,
                until=until,
            )
        elif known is None:
            yield _("Works at %(site)s from %(since)s.", site=site, since=since)
        elif until:
            yield _("Last day at %(site)s: %(until)s.", site=site, until=until)
        else:
            yield _("Goes on at %(site)s.", site=site)
    for row in before.values():
        site, since, _until = _span(row, site_names, today=today)
        yield _("Does not begin at %(site)s on %(since)s.", site=site, since=since)


def _span(row: Row, site_names: Mapping[int, str], *, today: date) -> tuple[str, str, str]:
    since, until = date.fromisoformat(str(row["from_date"])), row["until"]
    return (
        site_names.get(int(row["site_id"] or 0), "?"),
        day_words(since, today=today),
        "" if until is None else day_words(date.fromisoformat(str(until)), today=today),
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
