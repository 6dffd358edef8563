"""What became of asks, version by version, in words."""

from collections.abc import Mapping
from datetime import date, timedelta

from ledger.core import money
from ledger.core.ask_states import AskState
from ledger.core.reports.inbox_threads import Answered, Version
from ledger.web.when import day_words, moment_words, time_words
from ledger.web.words import _, erased_words


def state_words() -> Mapping[str, str]:
    """Return what the states of an ask are called, in the order of its life.

    The keys are those of `state_key`.
    """
    return {
        "waiting": _("Waiting"),
        "approved": _("Approved, not given yet"),
        "countered": _("Counter-offer made"),
        "allowed": _("Time was up: may be given"),
        "given": _("Approved and given"),
        "given_unanswered": _("Allowed, nobody answered"),
        "accepted": _("Counter-offer given"),
        "declined": _("Declined"),
        "withdrawn": _("Taken back"),
        "replaced": _("Changed"),
        "expired": _("Nobody answered"),
        "lapsed": _("Allowed, not used in time"),
    }


def state_key(state: AskState) -> str:
    """Return the name of a state, where what was given with nobody's yes has one of its own."""
    is_unanswered = state.answer is not None and state.answer.kind == "allowed"
    return "given_unanswered" if state.name == "given" and is_unanswered else state.name


def version_words(version: Version, *, today: date) -> str:
    """Return what one version asked for and what became of it, in one sentence."""
    ask = version.ask
    facts = {
        "amount": money.show(ask.amount_minor, ask.currency),
        "when": moment_words(ask.made_at, ask.zone, today=today),
        "state": became_words(version, today=today),
    }
    return _("Asked %(when)s for %(amount)s: %(state)s", **facts)


def became_words(version: Version, *, today: date) -> str:
    """Return what became of a version: who answered it how, and what they said."""
    answer = version.answer
    if answer is None or answer.by is None:
        return state_words()[state_key(version.state)].lower()
    facts = {"by": by_words(answer), "time": _answered_at(version, answer, today=today)}
    amount = answer.row.amount_minor
    offered = "" if amount is None else money.show(amount, version.ask.currency)
    said = {
        "approved": _("approved by %(by)s at %(time)s", **facts),
        "countered": _("%(by)s offered %(offered)s at %(time)s", offered=offered, **facts),
        "declined": _("declined by %(by)s at %(time)s", **facts),
        "withdrawn": _("taken back at %(time)s", time=facts["time"]),
        "replaced": _("changed at %(time)s", time=facts["time"]),
    }[answer.row.kind]
    words = words_of(answer)
    return _("%(said)s: “%(words)s”", said=said, words=words) if words else said


def by_words(answer: Answered) -> str:
    """Return who answered, and in whose place."""
    if answer.for_person is None:
        return answer.by or ""
    return _("%(by)s for %(name)s", by=answer.by or "", name=answer.for_person)


def words_of(answer: Answered) -> str:
    """Return what was said with an answer."""
    if answer.words is not None:
        return answer.words
    return erased_words() if answer.had_words else ""


def minutes_words(waited: timedelta | None) -> str:
    """Return how long was waited, in minutes: "under 1 min" for less than one."""
    if waited is None:
        return _("still waiting")
    minutes = int(waited.total_seconds() // 60)
    return _("%(minutes)s min", minutes=minutes) if minutes else _("under 1 min")


def _answered_at(version: Version, answer: Answered, *, today: date) -> str:
    at, zone = answer.row.made_at, version.ask.zone
    if answer.row.business_date == today:
        return time_words(at, zone)
    return _(
        "%(time)s, %(day)s",
        time=time_words(at, zone),
        day=day_words(answer.row.business_date, today=today),
    )
