"""What the asker is told of an ask: how it stands, in a title and a sentence, and the ways on."""

from collections.abc import Sequence
from datetime import datetime

from ledger.core import money
from ledger.core.answerers import Answerer
from ledger.core.reports.inbox_threads import Answered
from ledger.core.reports.own_ask import OwnAsk
from ledger.web.inbox_thread_words import words_of
from ledger.web.inbox_waiting_words import duration_words
from ledger.web.log_ways import names_words
from ledger.web.when import time_words
from ledger.web.words import _, ngettext

MINUTE = 60
# How an ask stands, where it has ended with nothing given.
OVER = ("declined", "withdrawn", "expired", "lapsed")


def title_words(found: OwnAsk) -> str:
    """Return how the ask stands, in a few words."""
    name, state = found.state.name, found.state
    amount = money.show(state.may_give_minor or found.ask.amount_minor, found.ask.currency)
    if name == "waiting":
        asked = asked_now(found.answerers)
        if not asked:
            return _("Nobody can answer this now")
        return _("Waiting for %(names)s", names=names_words(_names(asked)))
    facts = {"name": _by(found.version.answer), "amount": amount}
    return {
        "approved": _("%(name)s approved %(amount)s", **facts),
        "countered": _("%(name)s offers %(amount)s", **facts),
        "allowed": _("Nobody answered: you may give %(amount)s", **facts),
        "declined": _("%(name)s said no", **facts),
        "withdrawn": _("The ask was taken back"),
        "replaced": _("You changed this ask"),
        "expired": _("Nobody answered in time"),
        "lapsed": _("The time to give it is over"),
        "given": _("%(amount)s was given", **facts),
        "accepted": _("%(amount)s was given", **_given(found)),
    }[name]


def lead_words(found: OwnAsk, *, now: datetime) -> str:
    """Return what follows from how it stands, in a sentence or two."""
    zone, until = found.ask.zone, found.state.until
    at = "" if until is None else time_words(until, zone)
    said = "" if found.version.answer is None else words_of(found.version.answer)
    quoted = _("“%(words)s”", words=said) if said else ""
    name = found.state.name
    if name == "waiting":
        parts = (_since(found, now=now), _usually(found), _nobody(found))
        return " ".join(one for one in parts if one)
    then = {
        "approved": _("Nothing is given yet. You can give it until %(at)s.", at=at),
        "countered": _("Nothing is given yet. You can take it until %(at)s.", at=at),
        "allowed": _("This site lets you until %(at)s. A supervisor reads it within a day.", at=at),
        "declined": _("Nothing was given. You can try again with more to say."),
        "withdrawn": _("Nothing was given."),
        "replaced": _("The newer one counts."),
        "expired": _("Nothing was given. Ask again, or give what you may alone."),
        "lapsed": _("It was allowed, and not given within fifteen minutes. You can ask again."),
        "given": _("It is in the books."),
        "accepted": _("It is in the books."),
    }[name]
    return f"{quoted} {then}" if quoted else then


def next_words(found: OwnAsk) -> Sequence[tuple[str, str]]:
    """Return what happens while nobody answers, and when: ("If nobody answers by 14:22", …)."""
    zone, told = found.ask.zone, []
    later = [one for one in found.answerers if not one.is_asked]
    if later:
        at = min(one.asked_at for one in later)
        names = _names([one for one in later if one.asked_at == at])
        told.append(
            (
                _("If nobody answers by %(at)s", at=time_words(at, zone)),
                _("Then also asked: %(names)s", names=", ".join(names)),
            )
        )
    term = _("If nobody answers by %(at)s", at=time_words(found.ask.expires_at, zone))
    if found.ask.timeout_allows:
        return [*told, (term, _("You may give it, and a supervisor reads it within a day"))]
    return [*told, (term, _("It ends, and nothing is given"))]


def seen_words(found: Sequence[Answerer], *, now: datetime) -> str:
    """Return who of those asked was seen, and when; empty where nobody is asked."""
    parts = []
    for one in found:
        if one.last_seen_at is None:
            parts.append(_("%(name)s is not signed in", name=one.person.name))
            continue
        minutes = int((now - one.last_seen_at).total_seconds()) // MINUTE
        if minutes:
            parts.append(
                ngettext(
                    "%(name)s was seen %(count)s minute ago",
                    "%(name)s was seen %(count)s minutes ago",
                    minutes,
                    name=one.person.name,
                )
            )
        else:
            parts.append(_("%(name)s is here now", name=one.person.name))
    return " · ".join(parts)


def here_words(found: Sequence[Answerer]) -> str:
    """Return who may answer on this screen, if they stand beside it."""
    return names_words(_names(found))


def asked_now(found: Sequence[Answerer]) -> Sequence[Answerer]:
    """Return those whose turn it is."""
    return [one for one in found if one.is_asked]


def moved_words(name: str) -> tuple[str, str]:
    """Return why a step could not be taken, for an ask that stands so, and what is next."""
    happened = _("Nothing was changed.")
    then = {
        "waiting": _("It still waits for an answer."),
        "given": _("It was given before, once."),
        "accepted": _("It was given before, once."),
        "declined": _("It was declined meanwhile."),
        "expired": _("Its time was up. You can ask again."),
        "lapsed": _("Its fifteen minutes are over. You can ask again."),
        "withdrawn": _("It was taken back meanwhile."),
        "replaced": _("It was changed meanwhile: the newer one counts."),
    }.get(name, _("An answer came meanwhile: look at it."))
    return happened, then


def _nobody(found: OwnAsk) -> str:
    """Return what to do where nobody may allow so much here."""
    if found.answerers:
        return ""
    return _("Ask an administrator who may allow this here, or ask for less.")


def _since(found: OwnAsk, *, now: datetime) -> str:
    minutes = int((now - found.ask.made_at).total_seconds()) // MINUTE
    # Below nothing: it was made where the clock is ahead of this machine's.
    if minutes <= 0:
        return _("Asked just now.")
    return ngettext("Asked %(count)s minute ago.", "Asked %(count)s minutes ago.", minutes)


def _usually(found: OwnAsk) -> str:
    waits = found.waits
    if not waits.is_enough or waits.median is None or waits.nine_in_ten is None:
        return ""
    return _(
        "Half of the asks here were answered within %(half)s, nine in ten within %(most)s.",
        half=duration_words(waits.median),
        most=duration_words(waits.nine_in_ten),
    )


def _given(found: OwnAsk) -> dict[str, str]:
    end = found.version.end
    minor = None if end is None else end.row.amount_minor
    return {"amount": money.show(minor or found.ask.amount_minor, found.ask.currency)}


def _by(answer: Answered | None) -> str:
    return (answer.by if answer is not None else None) or _("Somebody")


def _names(found: Sequence[Answerer]) -> Sequence[str]:
    return [one.person.name for one in found]
