"""How asks go at a site, in sentences: how long they wait, who is asked, and what happens then."""

from collections.abc import Mapping, Sequence

from ledger.core import money
from ledger.core.ask_rules import ALLOW, FIRST_TURN, LAST_TURN, Rule
from ledger.core.ask_rules_told import AsksChange
from ledger.core.tables import Person
from ledger.web.words import _, ngettext


def rule_sentences(
    rule: Rule, leads: Sequence[Person], turns: Mapping[int, int], *, currency: str
) -> Sequence[str]:
    """Return how asks go at a site, one sentence for each thing.

    Args:
        rule: the site's.
        leads: who answers there of their own accord, by name.
        turns: the turns that were set, by person id.
        currency: the site's.

    """
    return [
        _("An ask waits %(long)s.", long=long_words(rule.waits_minutes)),
        asked_words(rule, leads, turns),
        timeout_words(rule, currency=currency),
        act_now_words(rule, currency=currency),
    ]


def asked_words(rule: Rule, leads: Sequence[Person], turns: Mapping[int, int]) -> str:
    """Return who is asked at once, and who after how long."""
    if not leads:
        return _("Nobody supervises this site now, so nobody can answer.")
    groups: dict[int, list[str]] = {}
    for person in sorted(leads, key=lambda one: turns.get(one.id, FIRST_TURN)):
        groups.setdefault(turns.get(person.id, FIRST_TURN), []).append(person.name)
    first, *later = groups.values()
    told = ngettext(
        "%(names)s is asked at once",
        "%(names)s are asked at once",
        len(first),
        names=names_words(first),
    )
    for number, names in enumerate(later, start=1):
        long = long_words(number * rule.next_after_minutes)
        told += _(", after %(long)s %(names)s too", long=long, names=names_words(names))
    return f"{told}."


def timeout_words(rule: Rule, *, currency: str) -> str:
    """Return what happens when nobody answers."""
    if rule.on_timeout != ALLOW:
        return _("When nobody answers in time, it expires and nothing is given.")
    return _(
        "When nobody answers in time, up to %(amount)s may be given, and a supervisor reads it "
        "afterwards.",
        amount=money.show(rule.allow_up_to_minor, currency),
    )


def act_now_words(rule: Rule, *, currency: str) -> str:
    """Return up to how much somebody may go above their limit at once, if at all."""
    if not rule.act_now_up_to_minor:
        return _("Nobody goes above their limit at once: they ask.")
    return _(
        "Above the limit, up to %(amount)s may be given at once, and a supervisor reads it within "
        "a day.",
        amount=money.show(rule.act_now_up_to_minor, currency),
    )


def asks_changed_words(change: AsksChange) -> Sequence[str]:
    """Return what is other than before about the asks of a site: "an ask waits 15 → 60 minutes"."""
    before, after, currency = change.before, change.after, change.currency
    pairs = [
        (
            _("an ask waits %(old)s → %(new)s"),
            *(long_words(rule.waits_minutes) for rule in (before, after)),
        ),
        (
            _("those asked next are asked after %(old)s → %(new)s"),
            *(long_words(rule.next_after_minutes) for rule in (before, after)),
        ),
        (
            _("when nobody answers: %(old)s → %(new)s"),
            *(_unanswered_words(rule, currency) for rule in (before, after)),
        ),
        (
            _("at once above the limit: %(old)s → %(new)s"),
            *(_at_once_words(rule, currency) for rule in (before, after)),
        ),
    ]
    names = dict(turn_words())
    turns = [
        _(
            "%(name)s is asked %(old)s → %(new)s",
            name=name or _("(erased)"),
            old=names.get(str(old), str(old)),
            new=names.get(str(new), str(new)),
        )
        for name, old, new in change.turns
    ]
    told = [words % {"old": old, "new": new} for words, old, new in pairs if old != new]
    return [*told, *turns] or [_("nothing is other than before")]


def _unanswered_words(rule: Rule, currency: str) -> str:
    if rule.on_timeout != ALLOW:
        return _("nothing is given")
    return _("up to %(amount)s", amount=money.show(rule.allow_up_to_minor, currency))


def _at_once_words(rule: Rule, currency: str) -> str:
    if not rule.act_now_up_to_minor:
        return _("off")
    return _("up to %(amount)s", amount=money.show(rule.act_now_up_to_minor, currency))


def long_words(minutes: int) -> str:
    """Return how long something lasts: "15 minutes", "4 hours", "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes)
    if not rest:
        return ngettext("%(count)s hour", "%(count)s hours", hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def names_words(names: Sequence[str]) -> str:
    """Return names as they are said: "Dana", "Dana and Sam", "Ana, Dana and Sam"."""
    *others, last = names
    if not others:
        return last
    return _("%(others)s and %(last)s", others=", ".join(others), last=last)


def turn_words() -> Sequence[tuple[str, str]]:
    """Return the turns to choose from, with their words."""
    first = [(str(FIRST_TURN), _("first")), ("2", _("second")), ("3", _("third"))]
    rest = range(len(first) + 1, LAST_TURN + 1)
    return [*first, *((str(turn), _("%(turn)sth", turn=turn)) for turn in rest)]
