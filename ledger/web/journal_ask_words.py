"""What journal rows about asks say, and about what a supervisor read: never why, never for whom."""

from collections.abc import Callable, Mapping
from datetime import date

from ledger.core import money
from ledger.core.tables import Ask
from ledger.web.journal_told import NOTHING, Told
from ledger.web.sites_asks_words import asks_changed_words
from ledger.web.when import day_words
from ledger.web.words import _

Sentence = Callable[[Told], str]


def made(told: Told) -> str:
    """Return who asked to give what, and that it is not the first time if it is not."""
    facts = {
        "who": told.name("people", "person_id"),
        "amount": told.amount(),
        "site": told.name("sites", "site_id"),
        "remedy": told.name("remedies", "remedy_id"),
        "reason": told.name("reasons", "reason_id"),
        "version": told.count("version"),
    }
    if told.count("version") > 1:
        return _(
            "%(who)s asked again, version %(version)s: %(amount)s at %(site)s,"
            " %(remedy)s, %(reason)s",
            **facts,
        )
    return _("%(who)s asked to give %(amount)s at %(site)s: %(remedy)s, %(reason)s", **facts)


def withdrawn(told: Told) -> str:
    """Return who withdrew an ask; nobody in particular did if its asker left."""
    if told.book.get("person_id") is None:
        return _("The ask for %(ask)s ended, for %(asker)s left", **_of_ask(told))
    return _("%(who)s withdrew the ask for %(ask)s", **_of_ask(told))


def _answered(words: str) -> Sentence:
    """Return a sentence of an answer, and how and in whose place it was given."""

    def say(told: Told) -> str:
        said = [_(words, **_of_ask(told))]
        if told.count("in_place"):
            said.append(_("on the screen of who asked"))
        if told.book.get("for_person_id") is not None:
            said.append(_("in the place of %(whom)s", whom=told.name("people", "for_person_id")))
        return ", ".join(said)

    return say


def _of_ask(told: Told) -> Mapping[str, str]:
    """Return the facts of an answer: who, and of which ask."""
    ask = told.names.asks.get(told.count("ask_id"))
    return {
        "who": told.actor,
        "ask": _ask_words(ask, told),
        "asker": NOTHING if ask is None else told.names.people.get(ask.person_id, _("(erased)")),
        "amount": NOTHING if ask is None else _amount(told, ask.currency),
    }


def _ask_words(ask: Ask | None, told: Told) -> str:
    if ask is None:
        return NOTHING
    return _(
        "%(amount)s by %(asker)s at %(site)s",
        amount=money.show(ask.amount_minor, ask.currency),
        asker=told.names.people.get(ask.person_id) or _("(erased)"),
        site=told.names.sites.get(ask.site_id) or _("(erased)"),
    )


def _amount(told: Told, currency: str) -> str:
    minor = told.book.get("amount_minor")
    return money.show(minor, currency) if isinstance(minor, int) else NOTHING


def proven(told: Told) -> str:
    """Return who proved themselves on the screen of somebody who asked."""
    return _("%(who)s proved who they are on the screen of somebody who asked", who=told.actor)


def handed_over(told: Told) -> str:
    """Return who answers asks in whose place, and when."""
    facts = {
        "who": told.actor,
        "whom": told.name("people", "person_id"),
        "to": told.name("people", "to_id"),
        "start": told.day("starts_on"),
        "end": told.day("ends_on"),
    }
    return _(
        "%(who)s handed the asks of %(whom)s over to %(to)s, from %(start)s to %(end)s", **facts
    )


def taken_back(told: Told) -> str:
    """Return who ended a handing over before its last day."""
    found = told.names.delegations.get(told.count("delegation_id"))
    if found is None:
        return _("%(who)s took asks back that had been handed over", who=told.actor)
    people = told.names.people
    return _(
        "%(who)s took the asks of %(whom)s back from %(to)s, handed over until %(end)s",
        who=told.actor,
        whom=people.get(found.person_id) or _("(erased)"),
        to=people.get(found.to_id) or _("(erased)"),
        end=_day(found.ends_on, told),
    )


def reviewed(told: Told) -> str:
    """Return who read which decision that went past the limit."""
    decision = told.names.decisions.get(told.count("decision_id"))
    if decision is None:
        return _("%(who)s read a decision past the limit", who=told.actor)
    return _(
        "%(who)s read the %(amount)s that %(giver)s gave at %(site)s past the limit",
        who=told.actor,
        amount=money.show(decision.amount_minor, decision.currency),
        giver=told.names.people.get(decision.person_id) or _("(erased)"),
        site=told.names.sites.get(decision.site_id) or _("(erased)"),
    )


def flag_read(told: Told) -> str:
    """Return who read which kind of flag as what."""
    flags = {
        "just_under": _("many decisions just under the limit"),
        "same_customer": _("the same customer again and again"),
        "many_hands": _("one customer, several people giving"),
        "splitting": _("one gift in several pieces"),
    }
    readings = {
        "limit": _("a limit set too low"),
        "misuse": _("misuse"),
        "neither": _("neither"),
    }
    return _(
        "%(who)s read a flag at %(site)s, %(flag)s: %(reading)s",
        who=told.actor,
        site=told.name("sites", "site_id"),
        flag=flags.get(str(told.book.get("kind")), NOTHING),
        reading=readings.get(str(told.book.get("reading")), NOTHING),
    )


def rule_changed(told: Told) -> str:
    """Return who changed how asks go, where, and what is other than before."""
    words = _("%(who)s changed how asks go at %(site)s", who=told.actor, site=_site(told))
    return words + _became(told)


def turns_changed(told: Told) -> str:
    """Return who changed who is asked first, where, and who is asked in which turn now."""
    words = _("%(who)s changed who is asked first at %(site)s", who=told.actor, site=_site(told))
    return words + _became(told)


def _became(told: Told) -> str:
    """Return what is other about the asks of a site since this row, after a colon."""
    change = told.names.asks_changes.get(told.said.row.seq)
    return "" if change is None else ": " + "; ".join(asks_changed_words(change))


def _site(told: Told) -> str:
    numbers = told.said.settings_sites
    return (told.names.sites.get(numbers[0]) if numbers else None) or _("(erased)")


def _day(on: date, told: Told) -> str:
    return day_words(on, today=told.today)


SENTENCES: Mapping[str, Sentence] = {
    "ask.made": made,
    "ask.approved": _answered("%(who)s approved the ask for %(ask)s"),
    "ask.countered": _answered("%(who)s offered %(amount)s instead of %(ask)s"),
    "ask.declined": _answered("%(who)s declined the ask for %(ask)s"),
    "ask.allowed": _answered(
        "Nobody answered the ask for %(ask)s in time: it may be given, and is read afterwards"
    ),
    "ask.expired": _answered("Nobody answered the ask for %(ask)s in time: it expired"),
    "ask.withdrawn": withdrawn,
    "ask.replaced": _answered("%(who)s changed the ask for %(ask)s: the next version stands"),
    "ask.given": _answered("%(asker)s gave %(amount)s, as approved: the ask for %(ask)s"),
    "ask.accepted": _answered("%(asker)s gave %(amount)s, as offered: the ask for %(ask)s"),
    "ask.lapsed": _answered("The permission for %(ask)s was not used in time"),
    "ask.proven_in_place": proven,
    "asks.handed_over": handed_over,
    "asks.taken_back": taken_back,
    "decision.reviewed": reviewed,
    "flag.read": flag_read,
    "ask_rule.changed": rule_changed,
    "answer_turns.changed": turns_changed,
}
