"""What is said of decisions in a list: their states and their totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core.reports.decision_list import DecisionPage, ListedDecision
from ledger.core.reports.states import Horizon, State
from ledger.core.reports.unmet_list import ListedNeed, NeedPage
from ledger.web.log_words import maturing_words
from ledger.web.when import day_words, moment_words
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """A decision in a list, all of it words; `kind` is the kind of its tag."""

    uid: str
    when: str
    site: str
    person: str
    customer: str
    remedy: str
    reason: str
    amount: str
    is_imported: bool
    kind: str
    state: str
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """An unmet need in a list, all of it words."""

    when: str
    site: str
    person: str
    customer: str
    reason: str
    amount: str
    left: str


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
        kind=KINDS[row.state],
        state=state_words(row.state, at),
        fact=fact_words(row.state, row.event_on, at, row.business_date, today=today),
    )


def need_line(row: ListedNeed, *, today: date) -> NeedLine:
    """Return an unmet need as a line of the list."""
    left = row.headroom_minor
    return NeedLine(
        when=moment_words(row.made_at, row.zone, today=today),
        site=row.site,
        person=row.person,
        customer=customer_words(row.customer, is_walk_in=row.is_walk_in),
        reason=row.reason,
        amount=money.show(row.amount_minor, row.currency),
        left="" if left is None else money.show(left, row.currency),
    )


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
    """Return what the filter leaves adds up to, a currency at a time; voids are counted apart."""
    said = [ngettext("%(count)s decision", "%(count)s decisions", page.count)]
    for total in page.totals:
        facts = {"amount": money.show(total.amount_minor, total.currency)}
        if total.is_voided:
            said.append(
                _("%(count)s voided (%(amount)s, not in the sums)", count=total.count, **facts)
            )
        elif total.is_imported:
            said.append(
                ngettext(
                    "%(amount)s in %(count)s imported decision",
                    "%(amount)s in %(count)s imported decisions",
                    total.count,
                    **facts,
                )
            )
        else:
            said.append(
                ngettext(
                    "%(amount)s given in %(count)s decision",
                    "%(amount)s given in %(count)s decisions",
                    total.count,
                    **facts,
                )
            )
    return said


def need_totals_words(page: NeedPage) -> Sequence[str]:
    """Return how many unmet needs there are and what they add up to."""
    return [
        ngettext(
            "%(count)s unmet need, %(amount)s",
            "%(count)s unmet needs, %(amount)s",
            total.count,
            amount=money.show(total.amount_minor, total.currency),
        )
        for total in page.totals
    ]


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
