"""Why somebody may give what they may: the ladder of limits, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core.limits import Level
from ledger.core.reports.limit_overview import NamedRung
from ledger.core.tables import Limit, Person
from ledger.web.limit_words import budget_words, cap_words, who_words
from ledger.web.when import day_of_words, day_words
from ledger.web.words import _


@dataclass(frozen=True, slots=True, kw_only=True)
class RungLine:
    """One rung of the ladder, as the macro shows it."""

    words: str
    why: str
    amount: str
    wins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why somebody may give what they may: a title, the ladder, and one sentence."""

    title: str
    rungs: Sequence[RungLine]
    why: str
    more: str


def explanation(
    rungs: Sequence[NamedRung], person: Person, site: str, *, today: date, zone: str
) -> Explanation:
    """Return why a person may give what they may at a site."""
    won = next((rung.found for rung in rungs if rung.is_winner), None)
    if won is None:
        title, more = _("Why %(name)s may give nothing", name=person.name), ""
    else:
        limit = won.limit
        amount = money.show_round(limit.per_decision_minor, limit.currency)
        title = _("Why %(name)s may give %(amount)s", name=person.name, amount=amount)
        more = _rest_words(limit)
    return Explanation(
        title=title,
        rungs=rung_lines(rungs, person, site, today=today, zone=zone),
        why=why_words(rungs, person),
        more=more,
    )


def rung_lines(
    rungs: Sequence[NamedRung], person: Person, site: str, *, today: date, zone: str
) -> Sequence[RungLine]:
    """Return the ladder for a person, each rung with its reason."""
    return [
        RungLine(
            words=level_words(rung.level),
            why=_rung_why(rung, person, site, today=today, zone=zone),
            amount=""
            if rung.found is None
            else money.show_round(rung.found.limit.per_decision_minor, rung.found.limit.currency),
            wins=rung.is_winner,
        )
        for rung in rungs
    ]


def level_words(level: Level) -> str:
    """Return what a level of the ladder is called."""
    return {
        "person": _("Person"),
        "site and grade": _("Grade at this site"),
        "grade": _("Grade"),
        "site": _("Site"),
        "everyone": _("Everyone"),
    }[level]


def why_words(rungs: Sequence[NamedRung], person: Person) -> str:
    """Return in one sentence why the limit that applies is the one."""
    won = next((rung.found for rung in rungs if rung.is_winner), None)
    if won is None:
        return _("None of these levels has a limit for %(name)s.", name=person.name)
    return _(
        "The limit for %(who)s applies: it is the most specific one in force for %(name)s.",
        who=who_words(won),
        name=person.name,
    )


def _rest_words(limit: Limit) -> str:
    """Return what a limit sets beside the amount: the budget and the customer's cap."""
    budget = budget_words(limit.budget_minor, limit.budget_period, limit.currency)
    cap = cap_words(limit)
    said = [
        _("Budget: %(budget)s.", budget=budget) if budget else _("No budget is set."),
        _("No customer gets more than %(cap)s.", cap=cap) if cap else "",
    ]
    return " ".join(words for words in said if words)


def _rung_why(rung: NamedRung, person: Person, site: str, *, today: date, zone: str) -> str:
    if rung.found is None:
        return _nothing_set(rung.level, person, site)
    limit = rung.found.limit
    if not rung.is_winner:
        return _(
            "%(who)s has %(amount)s, not used: a more specific limit wins",
            who=who_words(rung.found),
            amount=money.show_round(limit.per_decision_minor, limit.currency),
        )
    facts = {
        "who": who_words(rung.found),
        "by": rung.found.set_by,
        "on": day_of_words(limit.set_at, zone, today=today),
    }
    if limit.ends_on is None:
        return _("%(who)s. Set by %(by)s on %(on)s, no end date", **facts)
    until = day_words(limit.ends_on, today=today)
    return _("%(who)s. Set by %(by)s on %(on)s, until %(until)s", until=until, **facts)


def _nothing_set(level: Level, person: Person, site: str) -> str:
    grade = person.grade
    if grade is None and level in ("site and grade", "grade"):
        return _("%(name)s has no grade", name=person.name)
    return {
        "person": _("Nothing set for %(name)s", name=person.name),
        "site and grade": _("Nothing set for %(grade)s, %(site)s", grade=grade, site=site),
        "grade": _("Nothing set for %(grade)s, every site", grade=grade),
        "site": _("Nothing set for %(site)s", site=site),
        "everyone": _("Nothing set for everyone"),
    }[level]
