"""How a decision went past the limit, for the one who took it: who allowed it, and who reads it."""

from dataclasses import dataclass
from datetime import date, datetime

from ledger.core import money
from ledger.core.permissions import Action, may
from ledger.core.reports import decision_past
from ledger.core.reports.decision_past import AskPast, ReadingPast
from ledger.core.tables import Decision
from ledger.web import log_ways
from ledger.web.access import signed_in
from ledger.web.log_words import own_words
from ledger.web.moment import utc_now
from ledger.web.transactions import reading
from ledger.web.way_words import way_words
from ledger.web.when import moment_words
from ledger.web.words import _


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLimit:
    """That a decision went past the limit: a tag, and in a sentence or two who knows of it.

    `own` is another tag, empty unless it was said to be for oneself, family or a friend.
    """

    tag: str
    own: str
    words: str


def who_undoes(decision: Decision) -> str:
    """Return who can undo a decision of one's own when the two minutes are over."""
    if not may(signed_in().role, Action.VOID_DECISION):
        return _("Your supervisor can undo it.")
    names = log_ways.readers_at(decision.site_id, signed_in().id, now=utc_now())
    if not names:
        return _("Nobody undoes their own, and no other supervisor works here: add one first.")
    if len(names) > log_ways.NAMED:
        return _("Another supervisor can undo it: nobody undoes their own.")
    return _("%(names)s can undo it: nobody undoes their own.", names=log_ways.names_words(names))


def past_limit(decision: Decision, *, now: datetime, today: date) -> PastLimit | None:
    """Return how a decision went past the limit; None for one within it."""
    if decision.ask_id is None and decision.exception_reason is None:
        return None
    ask = decision_past.ask_past(reading(), decision)
    read = decision_past.reading_past(reading(), decision, now=now)
    facts = []
    if ask is not None:
        facts.append(_answered(ask))
    if read is not None:
        facts.append(_read(read, decision, now=now, today=today))
    way = decision.exception_reason or ("allowed" if read is not None else "approved")
    return PastLimit(
        tag=way_words(way),
        own=own_words() if decision.declared_own else "",
        words=" ".join(fact for fact in facts if fact),
    )


def _answered(ask: AskPast) -> str:
    """Return who allowed it, and how."""
    if ask.approver is None:
        return _("Nobody answered in time, and then it may be given at this site.")
    facts = {
        "name": ask.approver,
        "amount": money.show(ask.answer_minor or 0, ask.currency),
        "other": ask.for_person or "",
    }
    if ask.for_person:
        return _("%(name)s allowed %(amount)s, in place of %(other)s.", **facts)
    if ask.kind == "countered":
        return _("%(name)s offered %(amount)s instead, and you took it.", **facts)
    if ask.in_place:
        return _("%(name)s allowed %(amount)s here on this screen.", **facts)
    return _("%(name)s allowed %(amount)s.", **facts)


def _read(read: ReadingPast, decision: Decision, *, now: datetime, today: date) -> str:
    if read.reader is not None and read.read_at is not None:
        at = moment_words(read.read_at, decision.zone, today=today)
        if read.words:
            return _(
                "%(name)s read it on %(at)s: “%(words)s”", name=read.reader, at=at, words=read.words
            )
        return _("%(name)s read it on %(at)s.", name=read.reader, at=at)
    if read.is_needless:
        return _("It was undone: nobody needs to read it.")
    by = moment_words(read.due_at, decision.zone, today=today)
    readers = log_ways.readers_at(decision.site_id, signed_in().id, now=now)
    if not 0 < len(readers) <= log_ways.NAMED:
        return _("A supervisor reads it by %(by)s.", by=by)
    return _("%(names)s reads it by %(by)s.", names=log_ways.names_words(readers), by=by)
