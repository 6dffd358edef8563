"""The sentences of a flag: what was counted, and what speaks for each of its two readings."""

from collections import Counter
from datetime import date

from ledger.core import flag_patterns, money
from ledger.core.flag_names import About
from ledger.core.flags import Flag
from ledger.web.way_words import apart_words
from ledger.web.when import day_words
from ledger.web.words import _, ngettext


def about_words(kind: str, about: About) -> str:
    """Return what a flag is about: "Late, Elm Street", "•••• 0100, Elm Street"."""
    what = about.reason if kind == "just_under" else customer_words(about)
    return _("%(what)s, %(site)s", what=what or "", site=about.site.name)


def found_words(flag: Flag, *, today: date) -> str:
    """Return what was counted, in one or two sentences."""
    pattern, since = flag.pattern, day_words(flag.since, today=today)
    facts = {"since": since, "site": flag.about.site.name, "customer": customer_words(flag.about)}
    if flag.kind == "just_under":
        return _just_under(flag, since=since)
    if flag.kind == "splitting" and pattern.on is not None:
        return _(
            "On %(day)s, %(customer)s was given %(amount)s at %(site)s in %(decisions)s, each "
            "within the limit of %(limit)s.",
            day=day_words(pattern.on, today=today),
            amount=money.show(pattern.amount_minor, pattern.currency or ""),
            decisions=decisions_words(pattern.counted),
            limit=_limit_amount(flag),
            **facts,
        )
    said = _(
        "Since %(since)s, %(customer)s was given something %(count)s times at %(site)s, "
        "by %(people)s.",
        count=pattern.counted,
        people=_people(flag.people),
        **facts,
    )
    apart = apart_words(Counter(one.way for one in flag.decisions))
    return f"{said} " + _("Of them %(apart)s.", apart=apart) if apart else said


def _just_under(flag: Flag, *, since: str) -> str:
    pattern = flag.pattern
    said = _(
        "Since %(since)s, %(near)s of %(of)s decisions for %(reason)s at %(site)s were above "
        "%(above)s, with a limit of %(limit)s.",
        since=since,
        near=pattern.counted,
        of=pattern.of,
        reason=flag.about.reason or "",
        site=flag.about.site.name,
        above=money.show(nine_tenths(pattern.per_decision_minor), pattern.currency or ""),
        limit=_limit_amount(flag),
    )
    if not pattern.usual_of:
        return f"{said} " + _("Spread evenly, one in ten would be.")
    usual = round(pattern.usual_near * pattern.of / pattern.usual_of)
    return f"{said} " + _(
        "For the other reasons and sites that you see it is %(near)s in %(of)s.",
        near=usual,
        of=pattern.of,
    )


def titles(flag: Flag) -> tuple[str, str]:
    """Return what each reading says: the limit first, misuse second."""
    return {
        "just_under": (
            _("The limit is too low."),
            _("Amounts are kept just under the limit."),
        ),
        "same_customer": (
            _("The limit is too low."),
            _("Gifts go to one customer without enough reason."),
        ),
        "many_hands": (
            _("The limit is too low."),
            _("The customer goes from one person to the next."),
        ),
        "splitting": (
            _("The limit is too low."),
            _("One gift was split to stay under the limit."),
        ),
    }[flag.kind]


def limit_reading(flag: Flag) -> str:
    """Return what speaks for a limit set too low: what was asked for and wished for beside it."""
    wanted = flag.wanted
    what = {
        "just_under": _("for %(reason)s above the limit", reason=flag.about.reason or ""),
        "splitting": _("above the limit, for as much or less"),
    }.get(flag.kind, _("for this customer"))
    asked = ngettext(
        "In the same weeks, %(count)s ask %(what)s was made; %(approved)s approved.",
        "In the same weeks, %(count)s asks %(what)s were made; %(approved)s approved.",
        wanted.asks,
        what=what,
        approved=wanted.approved,
    )
    if not wanted.asks:
        asked = _("In the same weeks, nobody made an ask %(what)s.", what=what)
    unmet = ngettext(
        "%(count)s unmet need was written down.",
        "%(count)s unmet needs were written down.",
        wanted.unmet,
    )
    small = {
        "just_under": "",
        "splitting": _("One decision could not cover it."),
    }.get(flag.kind, _("Where one decision cannot put a thing right, it takes several."))
    return " ".join(words for words in (small, asked, unmet if wanted.unmet else "") if words)


def misuse_reading(flag: Flag) -> str:
    """Return what speaks for misuse: what the decisions do not say, and how they are spread."""
    count = len(flag.decisions)
    said = [
        _("%(none)s of the %(count)s have no note.", none=flag.without_note, count=count)
        if flag.without_note
        else _("Each of the %(count)s has a note.", count=count)
    ]
    if flag.kind == "just_under":
        said.append(
            _(
                "%(walk_ins)s were for walk-ins; %(people)s gave them.",
                walk_ins=flag.walk_ins,
                people=_people(flag.people),
            )
        )
    elif flag.kind == "splitting":
        said.append(
            ngettext("%(count)s person gave them.", "%(count)s people gave them.", flag.people)
        )
    else:
        reasons = len({one.reason for one in flag.decisions})
        said.append(
            ngettext("They are for %(count)s reason.", "They are for %(count)s reasons.", reasons)
        )
    return " ".join(said)


def customer_words(about: About) -> str:
    """Return what the customer of a flag is called."""
    return about.customer or _("a customer whose details were erased")


def _limit_amount(flag: Flag) -> str:
    return money.show_round(flag.pattern.per_decision_minor or 0, flag.pattern.currency or "")


def nine_tenths(minor: int | None) -> int:
    """Return the most that does not yet lie in the last tenth below a limit, in minor units."""
    return (minor or 0) * flag_patterns.NINE // flag_patterns.TENTHS


def decisions_words(count: int) -> str:
    """Return how many decisions these are."""
    return ngettext("%(count)s decision", "%(count)s decisions", count)


def _people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count)
