"""What is said of decisions that a supervisor is to read."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core.reports.inbox_exceptions import ToRead
from ledger.web.log_words import own_words
from ledger.web.when import moment_words
from ledger.web.words import _, erased_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A decision to be read, all of it words; `limit` is empty where no limit was set.

    `reading` is the id that its reading gets when the whole list is read at once. `own` is the tag
    of what was for the person themself or family, `alone` why it is not read with the list: both
    are empty for most.
    """

    uid: str
    reading: str
    person: str
    site: str
    when: str
    what: str
    note: str
    way: str
    own: str
    alone: str
    customer: str
    amount: str
    limit: str
    due: str
    is_late: bool


def read_line(one: ToRead, *, today: date) -> ReadLine:
    """Return a decision to be read as a line of the list."""
    decision = one.decision
    due = moment_words(one.due_at, decision.zone, today=today)
    limit = decision.limit_per_decision_minor
    return ReadLine(
        uid=decision.uid,
        reading=str(uuid.uuid4()),
        person=one.person,
        site=one.site,
        when=moment_words(decision.decided_at, decision.zone, today=today),
        what=_("%(remedy)s, %(reason)s.", remedy=one.remedy, reason=one.reason.lower()),
        note=one.note or (erased_words() if one.had_note else ""),
        way=way_words().get(one.way, _("Past the limit")),
        own=own_words() if one.is_own else "",
        alone=_alone_words(one),
        customer=_customer_words(one),
        amount=money.show(decision.amount_minor, decision.currency),
        limit="" if limit is None else money.show(limit, decision.currency),
        due=_("was due %(when)s", when=due) if one.is_late else _("by %(when)s", when=due),
        is_late=one.is_late,
    )


def way_words() -> Mapping[str, str]:
    """Return how a decision went past the limit."""
    return {
        "already_given": _("Given already, told later"),
        "act_now": _("Given at once, in the band"),
        "allowed": _("Nobody answered in time"),
        "late": _("Told late, above the limit"),
    }


def _alone_words(one: ToRead) -> str:
    """Return why it is not among those that are read all at once; nothing if it is."""
    if one.is_own:
        return _("Not among all: it was for them, family or a friend.")
    return _("Not among all: it is overdue.") if one.is_late else ""


def _customer_words(one: ToRead) -> str:
    if one.customer is None:
        return _("Walk-in")
    return one.customer.found.label if one.customer.found else _("Details erased")
