"""What is said of decisions in a list: their states and their totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money, ways
from ledger.core.reports.decision_list import DecisionPage, ListedDecision, Total
from ledger.core.reports.states import Horizon, State
from ledger.web.log_words import maturing_words
from ledger.web.way_words import way_words
from ledger.web.when import day_words, moment_words
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """A decision in a list, all of it words; `kind` is the kind of its tag.

    `way` says how it came about and `reading` whether an exception was read; `beside` that it
    replaces another, or was replaced, which is `beside_uid`.
    """

    uid: str
    when: str
    site: str
    person: str
    customer: str
    remedy: str
    reason: str
    amount: str
    is_imported: bool
    way: str
    is_exception: bool
    reading: str
    beside: str
    beside_uid: str | None
    kind: str
    state: str
    fact: str


KINDS = {
    "came_back": "back",
    "not_back": "notback",
    "maturing": "maturing",
    "walk_in": "walkin",
    "voided": "void",
}


def decision_line(row: ListedDecision, at: Horizon, *, today: date) -> DecisionLine:
    """Return a decision as a line of the list."""
    return DecisionLine(
        uid=row.uid,
        when=moment_words(row.decided_at, row.zone, today=today),
        site=row.site,
        person=row.person,
        customer=customer_words(row.customer, is_walk_in=row.is_walk_in),
        remedy=row.remedy,
        reason=row.reason,
        amount=money.show(row.amount_minor, row.currency),
        is_imported=row.source == "imported",
        way=way_words(row.way),
        is_exception=row.way in ways.EXCEPTIONS,
        reading=_reading_words(row),
        beside=_beside_words(row),
        beside_uid=row.replaced_by or row.replaces,
        kind=KINDS[row.state],
        state=state_words(row.state, at),
        fact=fact_words(row.state, row.event_on, at, row.business_date, today=today),
    )


def _reading_words(row: ListedDecision) -> str:
    """Return whether what went past the limit with nobody's yes was read; else nothing."""
    if row.way not in ways.EXCEPTIONS or row.state == "voided":
        return ""
    return _("read") if row.is_read else _("not read yet")


def _beside_words(row: ListedDecision) -> str:
    """Return that a decision was voided and replaced in one step, from either side."""
    if row.replaced_by is not None:
        return _("Replaced by another")
    return "" if row.replaces is None else _("In place of a voided one")


def state_words(state: State, at: Horizon) -> str:
    """Return what a state is called."""
    stays = at.watch == "stays"
    return {
        "came_back": _("Stayed") if stays else _("Came back"),
        "not_back": _("Left") if stays else _("Not back"),
        "maturing": _("Maturing"),
        "walk_in": _("Walk-in"),
        "voided": _("Voided"),
    }[state]


def customer_words(label: str | None, *, is_walk_in: bool) -> str:
    """Return what a customer is called: a name or number, nobody in particular, or erased."""
    if is_walk_in:
        return _("Walk-in")
    return label or _("Details erased")


def totals_words(page: DecisionPage) -> Sequence[str]:
    """Return what the filter leaves adds up to, a currency at a time; voids are counted apart.

    Of what was given, what was approved and what are exceptions stand beside it.
    """
    said = [ngettext("%(count)s decision", "%(count)s decisions", page.count)]
    for currency in dict.fromkeys(total.currency for total in page.totals):
        totals = [total for total in page.totals if total.currency == currency]
        in_force = [total for total in totals if not total.is_voided]
        imported = [total for total in in_force if total.is_imported]
        voided = [total for total in totals if total.is_voided]
        said += _given_words([total for total in in_force if not total.is_imported], currency)
        if imported:
            words = ngettext(
                "%(amount)s in %(count)s imported decision",
                "%(amount)s in %(count)s imported decisions",
                _count(imported),
                amount=_sum(imported, currency),
            )
            said.append(words)
        if voided:
            facts = {"count": _count(voided), "amount": _sum(voided, currency)}
            said.append(_("%(count)s voided (%(amount)s, not in the sums)", **facts))
    return said


def _given_words(given: Sequence[Total], currency: str) -> Sequence[str]:
    """Return what was given, and of it what was not given alone within the latitude."""
    if not given:
        return []
    said = [
        ngettext(
            "%(amount)s given in %(count)s decision",
            "%(amount)s given in %(count)s decisions",
            _count(given),
            amount=_sum(given, currency),
        )
    ]
    for words, wanted in (
        (_("of it approved: %(amount)s in %(count)s"), ways.APPROVED),
        (_("of it exceptions: %(amount)s in %(count)s"), ways.EXCEPTIONS),
        (_("of these allowed, nobody answered: %(amount)s in %(count)s"), ("allowed",)),
    ):
        part = [total for total in given if total.way in wanted]
        if part:
            said.append(words % {"amount": _sum(part, currency), "count": f"{_count(part):,}"})
    return said


def _count(totals: Sequence[Total]) -> int:
    return sum(total.count for total in totals)


def _sum(totals: Sequence[Total], currency: str) -> str:
    return money.show(sum(total.amount_minor for total in totals), currency)


def fact_words(
    state: State, event_on: date | None, at: Horizon, business_date: date, *, today: date
) -> str:
    """Return what is known beside the state: on which day, or by when we will know."""
    if state == "maturing":
        return _maturing_words(event_on, at, business_date, today=today)
    if event_on is None or state in ("walk_in", "voided"):
        return ""
    on = day_words(event_on, today=today)
    return _("left on %(on)s", on=on) if at.watch == "stays" else _("on %(on)s", on=on)


def _maturing_words(event_on: date | None, at: Horizon, business_date: date, *, today: date) -> str:
    known_on = at.known_on(business_date)
    if event_on is None:
        return maturing_words(known_on, today=today)
    by = day_words(known_on, today=today)
    on = day_words(event_on, today=today)
    if at.watch == "stays":
        return _("Left on %(on)s; counted from %(by)s", on=on, by=by)
    return _("Came back on %(on)s; counted from %(by)s", on=on, by=by)
