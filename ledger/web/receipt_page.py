"""A receipt in words: till step, what was given, what is left, how long it can be undone."""

from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from ledger.core import money, sites, till, voids
from ledger.core.reports import at_the_counter
from ledger.core.reports.own_receipt import OwnReceipt
from ledger.core.tables import Decision
from ledger.web import log_words, receipt_ways
from ledger.web.access import signed_in
from ledger.web.charts import time_left
from ledger.web.moment import utc_now
from ledger.web.receipt_ways import PastLimit, who_undoes
from ledger.web.transactions import reading
from ledger.web.when import moment_words, time_words
from ledger.web.words import _, erased_words

UNDO_SECONDS = int(voids.UNDO.total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A decision that was undone: why, and whether the customer kept what was given."""

    title: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another receipt, in whose place this one came or which came in its place."""

    uid: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as the page shows it. `undo_seconds` is 0 when a void needs no hurry.

    `imported` says from which feed it came, and is empty for what was written at the log.

    `past_limit` says how it went past the limit, None for what is within it.

    `past` is empty as long as it is now: then the till's step is still to be done. Later it says
    what was given and when.
    """

    uid: str
    is_replay: bool
    till: str
    past: str
    code: str
    symbol: str
    amount: str
    given: str
    left: str
    outcome_state: str
    outcome: str
    written_later: str
    imported: str
    past_limit: PastLimit | None
    site: str
    undone: Undone | None
    replaces: Link | None
    replaced_by: Link | None
    can_undo: bool
    undo_seconds: int
    undo_words: str
    undo_meter: Markup | None
    who_undoes: str


def receipt(found: OwnReceipt, *, is_replay: bool) -> Receipt:
    """Return the words of a receipt, as of now."""
    decision, now = found.decision, utc_now()
    amount = money.show(decision.amount_minor, decision.currency)
    is_imported = decision.source == "imported"
    seconds = 0 if is_imported else voids.undo_seconds_left(decision, now=now)
    today = sites.calendar_of(reading(), decision.site_id).business_date(now)
    can_undo = found.void is None and voids.may_void(reading(), signed_in(), decision, now=now)
    return Receipt(
        uid=decision.uid,
        is_replay=is_replay,
        till=log_words.till_words(found.remedy, amount, found.code),
        past="" if seconds else _past(found, amount, today=today),
        code=found.code,
        symbol=money.symbol(decision.currency),
        amount=amount,
        given=_given(found),
        left=_left(found, now=now),
        outcome_state=found.state,
        outcome=_outcome(found, today=today),
        written_later=_written_later(decision),
        imported=_("Imported from the feed “%(feed)s”", feed=decision.feed) if is_imported else "",
        past_limit=receipt_ways.past_limit(decision, now=now, today=today),
        site=found.site.name,
        undone=_undone(found, amount),
        replaces=_link(found.replaces, _("In place of %(code)s, which was undone")),
        replaced_by=_link(found.replaced_by, _("%(code)s came in its place")),
        can_undo=can_undo,
        undo_seconds=seconds if can_undo else 0,
        undo_words=clock_words(seconds),
        undo_meter=_countdown(seconds) if can_undo and seconds else None,
        who_undoes=who_undoes(decision),
    )


def clock_words(seconds: int) -> str:
    """Return how long: "1:47"."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def too_late_words(decision: Decision) -> str:
    """Return why a decision cannot be undone by its recorder any more, and who can."""
    return _("It was undone before, or the two minutes are over.") + " " + who_undoes(decision)


def _given(found: OwnReceipt) -> str:
    if found.decision.customer_id is None:
        who = _("a walk-in")
    else:
        # A name may end with an initial: the sentence brings the point itself.
        who = _("a customer") if found.customer is None else found.customer.label.removesuffix(".")
    facts = {"remedy": found.remedy.name, "who": who, "reason": found.reason.name}
    return _("%(remedy)s for %(who)s. Reason: %(reason)s", **facts)


def _left(found: OwnReceipt, *, now: datetime) -> str:
    session, person = reading(), signed_in()
    room = at_the_counter.room(
        session, person, found.site, remedy_id=found.decision.remedy_id, now=now
    )
    amount, when = log_words.left_words(room)
    zone, today = found.decision.zone, found.decision.business_date
    resets = log_words.resets_words(room, zone, today=today)
    return ", ".join(words for words in (f"{amount} {when}", resets) if words)


def _past(found: OwnReceipt, amount: str, *, today: date) -> str:
    decision = found.decision
    facts = {
        "amount": amount,
        "remedy": found.remedy.name,
        "at": moment_words(decision.decided_at, decision.zone, today=today),
    }
    if found.remedy.worthless:
        return _("%(remedy)s, on %(at)s", **facts)
    return _("%(amount)s was given on %(at)s", **facts)


def _outcome(found: OwnReceipt, *, today: date) -> str:
    if found.state == "walk_in":
        return _("Walk-in: cannot be known")
    return log_words.outcome_words(
        found.state, found.event_on, found.known_on, watch=found.watch, today=today
    )


def _written_later(decision: Decision) -> str:
    if not decision.written_later:
        return ""
    return _("Written later, for %(time)s", time=time_words(decision.decided_at, decision.zone))


def _undone(found: OwnReceipt, amount: str) -> Undone | None:
    void = found.void
    if void is None:
        return None
    at = moment_words(void.made_at, found.decision.zone, today=void.business_date)
    if void.taken_back:
        words = _(
            "%(amount)s was taken back from the customer. Take %(code)s back at the till too.",
            amount=amount,
            code=found.code,
        )
    else:
        words = _("The customer keeps it, so its cost stays in the books.")
    reason = found.void_reason or erased_words()
    return Undone(title=_("Undone on %(at)s", at=at), words=words, reason=reason)


def _link(decision: Decision | None, sentence: str) -> Link | None:
    if decision is None:
        return None
    return Link(uid=decision.uid, words=sentence % {"code": till.reference_of(decision.id)})


def _countdown(seconds: int) -> Markup:
    title = _("%(time)s left to undo it", time=clock_words(seconds))
    return time_left("undo", title, share=seconds / UNDO_SECONDS)
