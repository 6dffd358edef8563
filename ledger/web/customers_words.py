"""What is said of a customer: facts, never a score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money, ways
from ledger.core.customer_finder import FoundCustomer
from ledger.core.reports.customer_names import Effect, KnownAs, Side
from ledger.core.reports.customer_page import CustomerFacts, GivenFact, NeedFact, VisitFact
from ledger.core.reports.states import Horizon
from ledger.core.reports.walk_ins import WalkIns
from ledger.web.decision_words import KINDS, fact_words, state_words
from ledger.web.way_words import apart_words, way_words
from ledger.web.when import day_words
from ledger.web.words import _, ngettext

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLine:
    """One decision for the customer, all of it words; `uid` is None where there is no way to it."""

    uid: str | None
    when: str
    where: str
    person: str
    what: str
    amount: str
    way: str
    is_exception: bool
    kind: str
    state: str
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """A visit or an unmet need, all of it words."""

    when: str
    what: str
    where: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLine:
    """Somebody who counts as the customer."""

    uid: str
    label: str
    words: str
    joined: str
    reason: str


def found_words(found: FoundCustomer, *, today: date) -> str:
    """Return what tells a customer from others: "phone ends 4417 · reference C-1 · since 2023"."""
    facts = [fact for _term, fact in _numbers(found)]
    if found.since is not None:
        facts.append(_("since %(day)s", day=day_words(found.since, today=today)))
    return " · ".join(facts)


def name_words(found: FoundCustomer) -> str:
    """Return a name with a number beside it: two who are compared may have one name."""
    number = found.reference or found.loyalty
    if number is None and found.phone_last4:
        number = _("ends %(digits)s", digits=found.phone_last4)
    return found.label if number in {None, found.label} else f"{found.label} ({number})"


def who_pairs(found: FoundCustomer, *, today: date) -> Pairs:
    """Return who a customer is, as far as is known."""
    said = [(_("Name"), found.label if found.label not in _values(found) else _("not given"))]
    if found.phone_last4:
        said.append((_("Phone"), _("ends %(digits)s", digits=found.phone_last4)))
    if found.loyalty:
        said.append((_("Loyalty number"), found.loyalty))
    if found.reference:
        said.append((_("At the till"), found.reference))
    since = found.since
    said.append((_("Known since"), day_words(since, today=today) if since else _("not known")))
    return said


def given_line(row: GivenFact, at: Horizon, *, today: date) -> GivenLine:
    """Return one decision for the customer with what came of it."""
    return GivenLine(
        uid=row.uid,
        when=day_words(row.on, today=today),
        where=row.site,
        person=row.person or _("another site"),
        what=_("%(remedy)s, %(reason)s", remedy=row.remedy, reason=row.reason),
        amount=money.show(row.amount_minor, row.currency),
        way=way_words(row.way),
        is_exception=row.way in ways.EXCEPTIONS,
        kind=KINDS[row.state],
        state=state_words(row.state, at),
        fact=fact_words(row.state, row.event_on, at, row.on, today=today),
    )


def gestures_words(facts: CustomerFacts) -> str:
    """Return how the gestures in force came about: "3 alone, 1 approved, 1 as an exception"."""
    return apart_words(facts.in_force)


def visit_line(row: VisitFact, *, today: date) -> SeenLine:
    """Return one thing that the customer did."""
    return SeenLine(
        when=day_words(row.on, today=today),
        what={
            "purchase": _("Purchase"),
            "visit": _("Visit"),
            "renewal": _("Renewal"),
            "cancellation": _("Cancellation"),
        }[row.kind],
        where=row.site or "",
        amount=money.show(row.amount_minor, row.currency) if row.amount_minor else "",
    )


def need_line(row: NeedFact, *, today: date) -> SeenLine:
    """Return one thing that could not be given."""
    return SeenLine(
        when=day_words(row.on, today=today),
        what=row.reason,
        where=row.site,
        amount=money.show(row.amount_minor, row.currency),
    )


def visits_words(facts: CustomerFacts) -> str:
    """Return how often the customer was seen, and what that came to."""
    count = sum(total.count for total in facts.visit_totals)
    sums = [
        money.show(total.amount_minor, total.currency)
        for total in facts.visit_totals
        if total.amount_minor
    ]
    said = ngettext("%(count)s visit or purchase", "%(count)s visits and purchases", count)
    return f"{said}, {' + '.join(sums)}" if sums else said


def name_line(known: KnownAs, *, today: date) -> NameLine:
    """Return somebody who counts as the customer, with who found out and when."""
    on = day_words(known.joined_at.date(), today=today)
    return NameLine(
        uid=known.customer.uid,
        label=known.customer.label,
        words=found_words(known.customer, today=today),
        joined=_("Joined %(on)s by %(name)s", on=on, name=known.by)
        if known.by
        else _("Joined %(on)s by a file with the same number", on=on),
        reason=known.reason or "",
    )


def side_pairs(side: Side, *, today: date) -> Pairs:
    """Return one of two customers as they stand side by side."""
    said = [
        *who_pairs(side.customer, today=today),
        (_("Decisions"), str(side.decisions)),
        (_("Visits and purchases"), str(side.visits)),
    ]
    if side.names > 1:
        said.append((_("Known under"), ngettext("%(count)s name", "%(count)s names", side.names)))
    return said


def joining_words(effect: Effect) -> str:
    """Return what joining changes: "3 decisions and 12 visits will count for one; …"."""
    return _(
        "%(decisions)s and %(visits)s will count for one; %(outcomes)s.",
        decisions=_decisions(effect.one.decisions + effect.other.decisions),
        visits=_visits(effect.one.visits + effect.other.visits),
        outcomes=_changing(effect.outcomes),
    )


def parting_words(effect: Effect) -> str:
    """Return what parting changes, for whom."""
    return _(
        "%(name)s goes back to %(decisions)s and %(visits)s of their own; %(outcomes)s.",
        name=name_words(effect.one.customer),
        decisions=_decisions(effect.one.decisions),
        visits=_visits(effect.one.visits),
        outcomes=_changing(effect.outcomes),
    )


def changed_words(count: int) -> str:
    """Return how many outcomes are others now, as it was said before."""
    if not count:
        return _("No outcome changed.")
    return ngettext("%(count)s outcome changed.", "%(count)s outcomes changed.", count)


def walk_in_words(found: WalkIns) -> str:
    """Return how many decisions were for nobody in particular, and what they came to."""
    return _(
        "%(count)s of %(whole)s, %(amount)s",
        count=found.walk_ins,
        whole=_decisions(found.decisions),
        amount=money.show(found.amount_minor, found.currency),
    )


def _values(found: FoundCustomer) -> set[str | None]:
    return {found.loyalty, found.reference, found.phone_last4}


def _numbers(found: FoundCustomer) -> Pairs:
    said = []
    if found.phone_last4:
        said.append(("phone", _("phone ends %(digits)s", digits=found.phone_last4)))
    if found.loyalty and found.loyalty != found.label:
        said.append(("loyalty", _("loyalty %(number)s", number=found.loyalty)))
    if found.reference and found.reference != found.label:
        said.append(("till", _("till %(number)s", number=found.reference)))
    return said


def _decisions(count: int) -> str:
    return ngettext("%(count)s decision", "%(count)s decisions", count)


def _visits(count: int) -> str:
    return ngettext("%(count)s visit", "%(count)s visits", count)


def _changing(count: int) -> str:
    if not count:
        return _("no outcome changes")
    return ngettext("%(count)s outcome changes", "%(count)s outcomes change", count)
