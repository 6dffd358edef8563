"""Why something was not given: the title and the sentence of the fork, for each rule."""

from collections.abc import Sequence
from datetime import date

from ledger.core import money
from ledger.core.customer_caps import CustomerCap
from ledger.core.headroom import NO_LIMIT, OWN_CUSTOMER, PER_DECISION
from ledger.core.reports.at_the_counter import Room
from ledger.core.reports.named_limits import NamedLimit
from ledger.core.tables import Refusal
from ledger.web import log_words
from ledger.web.limit_words import who_words
from ledger.web.when import day_words
from ledger.web.words import _, ngettext

CUSTOMER_RULES = ("customer_count", "customer_total")


def tag_words(rule: str) -> str:
    """Return what stopped it, in a few words."""
    if rule == NO_LIMIT:
        return _("No limit set")
    if rule == OWN_CUSTOMER:
        return _("For you, family or a friend")
    if rule in CUSTOMER_RULES:
        return _("Above what one customer gets")
    if rule == PER_DECISION:
        return _("Above your limit for one decision")
    return _("Above what is left of your budget")


def left_words(rule: str, left: str) -> str:
    """Return what the rule that held leaves of one's own, in a few words."""
    if rule == PER_DECISION:
        return _("%(amount)s at most, each decision", amount=left)
    return _("%(amount)s left", amount=left)


def stopped_words(refusal: Refusal) -> str:
    """Return which rule had stopped it, with what it left then, in a few words."""
    left = money.show(refusal.headroom_minor, refusal.currency)
    if refusal.rule == NO_LIMIT:
        return _("No limit was set for you")
    if refusal.rule == OWN_CUSTOMER:
        return _("For yourself, family or a friend")
    if refusal.rule == PER_DECISION:
        return _("Your limit of %(left)s a decision", left=left)
    if refusal.rule in CUSTOMER_RULES:
        return _("What one customer gets: %(left)s was left", left=left)
    return _("Your budget: %(left)s was left", left=left)


def no_limit_words(site: str, only_for: Sequence[str], setters: Sequence[str]) -> tuple[str, str]:
    """Return that nothing can be given, who can change that, and what to do until then.

    Args:
        site: the name of the site.
        only_for: the remedies for which alone a limit is set.
        setters: the names of those who can set one there, beside the administrators.

    """
    title = _("No limit is set for you at %(site)s", site=site)
    if only_for:
        names = ", ".join(only_for)
        title = _("At %(site)s a limit is set for you for %(names)s alone", site=site, names=names)
    ask = _("Ask an administrator to set one.")
    if setters:
        names = ", ".join(setters)
        ask = _("Ask %(names)s or an administrator to set one.", names=names)
    none = _("Until one is set, nothing of value may be given.")
    until = _("Record what you wanted to give as an unmet need: it is the evidence for a limit.")
    return title, f"{none} {ask} {until}"


def why_not(
    refusal: Refusal, room: Room, zone: str, *, limit: NamedLimit | None, who: str
) -> tuple[str, str]:
    """Return which limit held and what is left until when, as a title and a sentence.

    `limit` is the one that judged, `who` the customer's name, for the rules about one customer.
    """
    left = money.show(refusal.headroom_minor, refusal.currency)
    if refusal.rule == PER_DECISION:
        return (
            _("You may give up to %(left)s a decision", left=left),
            _per_decision_why(room, zone, limit=limit, today=refusal.business_date),
        )
    if refusal.rule == OWN_CUSTOMER:
        return _("Somebody else decides this one"), _(
            "What is for you, your family or a friend is never given by you alone, however small. "
            "Whoever answers sees that you said so."
        )
    until = (
        ""
        if refusal.until is None
        else log_words.soon(refusal.until, zone, today=refusal.business_date)
    )
    if refusal.rule in ("customer_count", "customer_total"):
        return _customer_why(refusal, room, until, who=who)
    title = _("You have %(left)s left until %(until)s", left=left, until=until)
    return title, _budget_why(refusal, room, until)


def _per_decision_why(room: Room, zone: str, *, limit: NamedLimit | None, today: date) -> str:
    found = room.headroom
    holds = _holds(limit, today=today)
    if found.budget_left_minor is None or room.budget_resets_at is None:
        return holds
    left = _(
        "%(left)s of your budget is left until %(until)s.",
        left=money.show(found.budget_left_minor, found.currency),
        until=log_words.soon(room.budget_resets_at, zone, today=today),
    )
    return f"{holds} {left}"


def _holds(limit: NamedLimit | None, *, today: date) -> str:
    """Return which limit it is that holds for each decision, and for how long."""
    if limit is None:
        return _("That is your limit for each decision, until somebody changes it.")
    who = who_words(limit)
    if limit.limit.ends_on is None:
        return _("That is the limit for %(who)s, until somebody changes it.", who=who)
    until = day_words(limit.limit.ends_on, today=today)
    return _("That is the limit for %(who)s, through %(until)s.", who=who, until=until)


def _customer_why(refusal: Refusal, room: Room, until: str, *, who: str) -> tuple[str, str]:
    left = money.show(refusal.headroom_minor, refusal.currency)
    title = _("%(who)s has had what one customer may get for now", who=who)
    if refusal.headroom_minor > 0:
        title = _("%(who)s can get %(left)s more", who=who, left=left)
    words = [_("This is about the customer, whoever gives it, and not about your own budget.")]
    cap = room.headroom.customer_cap
    if cap is not None:
        words = [*_cap_words(cap, refusal.currency), *words]
    if until:
        words.append(_("More is possible from %(until)s.", until=until))
    return title, " ".join(words)


def _cap_words(cap: CustomerCap, currency: str) -> tuple[str, str]:
    """Return what one customer may get, and what this one has had."""
    most = []
    if cap.most_count is not None:
        most.append(_gestures(cap.most_count))
    if cap.most_minor is not None:
        most.append(money.show_round(cap.most_minor, currency))
    facts = {
        "most": _(" and ").join(most),
        "days": cap.days,
        "count": _gestures(cap.had_count),
        "had": money.show(cap.had_minor, currency),
    }
    return (
        _("One customer gets at most %(most)s in %(days)s days.", **facts),
        _("This one has had %(count)s, %(had)s in all.", **facts),
    )


def _gestures(count: int) -> str:
    return ngettext("%(count)s gesture", "%(count)s gestures", count)


def _budget_why(refusal: Refusal, room: Room, until: str) -> str:
    found = room.headroom
    if refusal.rule == "gross":
        return _(
            "A lot was given and undone in this budget. It starts anew at %(until)s.", until=until
        )
    if found.budget_minor is None or found.budget_period is None:
        return _("It starts anew at %(until)s.", until=until)
    budget = money.show_round(found.budget_minor, found.currency)
    given_minor = found.budget_minor - refusal.headroom_minor - found.reserved_minor
    used = money.show(max(0, given_minor), found.currency)
    facts = {"budget": budget, "used": used, "until": until}
    words = {
        "day": _(
            "Your budget is %(budget)s a business day, and %(used)s is used. At %(until)s it is "
            "%(budget)s again.",
            **facts,
        ),
        "week": _(
            "Your budget is %(budget)s a week, and %(used)s is used. From %(until)s it is "
            "%(budget)s again.",
            **facts,
        ),
        "month": _(
            "Your budget is %(budget)s a month, and %(used)s is used. From %(until)s it is "
            "%(budget)s again.",
            **facts,
        ),
    }[found.budget_period]
    if not found.elsewhere_minor:
        return words
    elsewhere = money.show(found.elsewhere_minor, found.currency)
    return words + " " + _("%(elsewhere)s of it at your other sites.", elsewhere=elsewhere)
