"""The ways on past a limit: who can allow it, who will read it, and what the site lets one do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.core import act_now, answerers, ask_rules, money
from ledger.core.answerers import Answerer, Asked, SiteLine
from ledger.core.headroom import OWN_CUSTOMER
from ledger.core.reports.at_the_counter import Room
from ledger.core.tables import Refusal, Site
from ledger.web.access import signed_in
from ledger.web.moment import utc_now
from ledger.web.transactions import reading
from ledger.web.words import _, ngettext

# With more names a button cannot be read at a glance.
NAMED = 2
MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way on: what it does, and what comes of it."""

    words: str
    consequence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways past a limit. `ask` is None where nobody can allow it, `act` where no band does.

    `nobody` says why there is nobody to ask; `label` is of the words that whoever decides or reads
    it will see.
    """

    label: str
    ask: Way | None
    nobody: str
    act: Way | None
    gave: Way


def ways_of(refusal: Refusal, room: Room, site: Site) -> Ways:
    """Return the ways past the limit that held, as of now."""
    session, person, now = reading(), signed_in(), utc_now()
    line = answerers.line_at(session, site.id, now=now)
    asked = Asked(
        person_id=person.id,
        site_id=site.id,
        amount_minor=refusal.amount_minor,
        made_at=now,
    )
    found = [one for one in line.of(asked) if one.is_asked]
    amount = money.show(refusal.amount_minor, refusal.currency)
    readers = _readers(line, person.id)
    return Ways(
        label=_("Why? Whoever decides or reads it sees this. To ask, it may stay empty."),
        ask=_ask(found, amount, now=now) if found else None,
        nobody="" if found else _("Nobody here can allow %(amount)s today.", amount=amount),
        act=_act(refusal, room, site, amount, readers),
        gave=Way(words=_("I already gave it"), consequence=_read_words(readers)),
    )


def names_words(names: Sequence[str]) -> str:
    """Return who it is: "Dana", "Dana or Sam", and no names where there are more."""
    if len(names) > NAMED:
        return _("a supervisor")
    return _(" or ").join(names)


def _ask(found: Sequence[Answerer], amount: str, *, now: datetime) -> Way:
    names = names_words([one.person.name for one in found])
    return Way(
        words=_("Ask %(names)s for %(amount)s", names=names, amount=amount),
        consequence=_seen_words(found, now=now),
    )


def _seen_words(found: Sequence[Answerer], *, now: datetime) -> str:
    """Return who was seen and when; where nobody is near, that they can answer on this screen."""
    names = names_words([one.person.name for one in found])
    seen = {one.last_seen_at: one for one in found if one.last_seen_at is not None}
    if not seen:
        return _("Not signed in. Call %(names)s over to answer on this screen", names=names)
    last_seen_at = max(seen)
    last, minutes = seen[last_seen_at], int((now - last_seen_at).total_seconds()) // MINUTE
    if not minutes:
        return _("%(name)s is here now", name=last.person.name)
    if last.is_near:
        return ngettext(
            "%(name)s was seen %(count)s minute ago",
            "%(name)s was seen %(count)s minutes ago",
            minutes,
            name=last.person.name,
        )
    return _(
        "Seen %(count)s minutes ago. Call %(names)s over to answer on this screen",
        count=minutes,
        names=names,
    )


def _act(
    refusal: Refusal, room: Room, site: Site, amount: str, readers: Sequence[str]
) -> Way | None:
    # What nobody could read afterwards is not offered.
    if refusal.rule == OWN_CUSTOMER or not readers:
        return None
    band = ask_rules.rule_of(reading(), site.id).act_now_up_to_minor
    if not act_now.fits(
        reading(), room.headroom, amount_minor=refusal.amount_minor, band_minor=band
    ):
        return None
    return Way(
        words=_("Give %(amount)s now", amount=amount),
        consequence=_("Allowed here above your limit. %(read)s", read=_read_words(readers)),
    )


def readers_at(site_id: int, person_id: int, *, now: datetime) -> Sequence[str]:
    """Return by whom what somebody gave past a limit at a site is to be read, by name."""
    return _readers(answerers.line_at(reading(), site_id, now=now), person_id)


def _readers(line: SiteLine, person_id: int) -> Sequence[str]:
    """Return who reads what goes past a limit: those who lead the site, and nobody their own."""
    own = line.records.get(person_id, frozenset({person_id}))
    return [one.name for one in line.leads if one.id not in own]


def _read_words(readers: Sequence[str]) -> str:
    if not readers or len(readers) > NAMED:
        return _("A supervisor reads it within a day")
    return _("%(names)s reads it within a day", names=names_words(readers))
