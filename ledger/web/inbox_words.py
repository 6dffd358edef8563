"""What the inbox says of an ask: how long the customer has waited, and the facts on its card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ledger.core import money
from ledger.core.ask_rules import PERMISSION_LASTS
from ledger.core.ask_versions import OWN_CUSTOMER
from ledger.core.headroom import NO_LIMIT
from ledger.core.reports.ask_card import AskCard, Similar
from ledger.core.reports.inbox import InboxAsk
from ledger.core.tables import Ask
from ledger.web import log_words
from ledger.web.charts import ENOUGH, count_words, percent, percent_range
from ledger.web.inbox_thread_words import version_words
from ledger.web.log_words import GestureLine
from ledger.web.when import time_words
from ledger.web.words import _, erased_words, ngettext

LONG_WAIT = timedelta(minutes=5)
GESTURES_SHOWN = 5
CUSTOMER_RULES = ("customer_count", "customer_total")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLine:
    """A waiting ask, all of it words. `above` is empty where all of it may be approved.

    `most` is the most that a counter-offer may be, empty where none may be made.
    """

    uid: str
    person: str
    key: str
    site: str
    amount: str
    left: str
    what: str
    why: str
    customer: str
    wait: str
    is_long: bool
    until: str
    gestures: str
    gesture_lines: Sequence[GestureLine]
    similar: str
    earlier: Sequence[str]
    is_own_customer: bool
    above: str
    most: str
    for_person: str
    asked: str
    anchor: str


def ask_line(shown: InboxAsk, *, now: datetime, today: date) -> AskLine:
    """Return a waiting ask as its card says it."""
    card, ask = shown.card, shown.card.ask
    gestures = gesture_lines(card, today=today)
    return AskLine(
        uid=ask.uid,
        person=card.person.name,
        key=card.person.uid,
        site=card.site,
        amount=money.show(ask.amount_minor, ask.currency),
        left=left_words(ask, card.person.name),
        what=_("%(remedy)s, %(reason)s.", remedy=card.remedy, reason=card.reason.lower()),
        why=why_words(card.why, had_why=card.had_why),
        customer=customer_words(card, today=today),
        wait=wait_words(card, now=now),
        is_long=now - card.since >= LONG_WAIT,
        until=_("open until %(time)s", time=time_words(ask.expires_at, ask.zone)),
        gestures=gestures_words(card, gestures),
        gesture_lines=gestures[:GESTURES_SHOWN],
        similar=similar_words(card.similar, card.horizon.watch, ask.currency),
        earlier=[
            version_words(one, today=today)
            for one in card.versions
            if one.ask.version < ask.version
        ],
        is_own_customer=ask.declared_own,
        above=above_words(shown),
        most=money.show(shown.most_minor, ask.currency) if shown.most_minor > 0 else "",
        for_person=_("You answer for %(name)s", name=shown.for_person) if shown.for_person else "",
        asked=asked_words(shown),
        anchor=f"ask-{ask.uid}",
    )


def wait_words(card: AskCard, *, now: datetime) -> str:
    """Return since when the customer has been waiting, and how many minutes that is."""
    minutes = max(0, int((now - card.since).total_seconds() // 60))
    since = time_words(card.since, card.zone)
    if minutes == 0:
        return _("Waiting since %(since)s, just now", since=since)
    return _("Waiting %(minutes)s min, since %(since)s", minutes=minutes, since=since)


def left_words(ask: Ask, name: str) -> str:
    """Return why the asker could not simply give it, with what they had when they asked."""
    left = money.show(ask.headroom_minor, ask.currency)
    if ask.rule == OWN_CUSTOMER:
        return _("own or family customer")
    if ask.rule == NO_LIMIT:
        return _("no limit is set for %(name)s", name=name)
    if ask.rule in CUSTOMER_RULES:
        return _("%(left)s left for this customer", left=left)
    limit = money.show(ask.limit_per_decision_minor or 0, ask.currency)
    if ask.rule == "per_decision" and ask.budget_left_minor is not None:
        budget = money.show(ask.budget_left_minor, ask.currency)
        return _(
            "%(name)s may give %(limit)s a decision, %(budget)s left of the budget",
            name=name,
            limit=limit,
            budget=budget,
        )
    if ask.rule == "per_decision":
        return _("%(name)s may give %(limit)s a decision", name=name, limit=limit)
    return _("%(name)s has %(left)s left of the budget", name=name, left=left)


def why_words(why: str | None, *, had_why: bool) -> str:
    """Return what was said of an ask."""
    if why is not None:
        return why
    return erased_words() if had_why else ""


def customer_words(card: AskCard, *, today: date) -> str:
    """Return who it is for: "J. Abara · phone ends 2290 · customer since 2021"."""
    if card.customer is None:
        return _("Walk-in: no history, the outcome stays unknown")
    if card.customer.found is None:
        return _("Details erased")
    said = log_words.customer_words(card.customer.found, today=today)
    return " · ".join(words for words in (card.customer.found.label, said) if words)


def gesture_lines(card: AskCard, *, today: date) -> Sequence[GestureLine]:
    """Return what the customer was given in 90 days, with what came of each."""
    if card.customer is None:
        return []
    return log_words.gesture_lines(card.customer.gestures, card.horizon, today=today)


def gestures_words(card: AskCard, lines: Sequence[GestureLine]) -> str:
    """Return how many gestures there were in 90 days, and after how many the customer came back."""
    if card.customer is None:
        return ""
    return log_words.lines_words(lines, card.horizon.watch).capitalize()


def similar_words(similar: Similar, watch: str, currency: str) -> str:
    """Return what similar decisions led to, with n and range; or that it is not enough yet."""
    at, amounts = similar.at, band_words(similar, currency)
    if not similar.is_enough or at.rate is None or at.interval is None:
        return _(
            "Like this before, %(amounts)s: not enough yet, %(n)s of %(enough)s matured",
            amounts=amounts,
            n=count_words(at.known),
            enough=ENOUGH,
        )
    facts = {
        "amounts": amounts,
        "n": count_words(at.known),
        "share": percent(at.rate),
        "range": percent_range(at.interval.low, at.interval.high),
        "days": at.days,
    }
    if watch == "stays":
        return _(
            "Like this before, %(amounts)s: %(share)s stayed %(days)s days (%(range)s, n %(n)s)",
            **facts,
        )
    return _(
        "Like this before, %(amounts)s: %(share)s came back in %(days)s days (%(range)s, n %(n)s)",
        **facts,
    )


def band_words(similar: Similar, currency: str) -> str:
    """Return which amounts are alike."""
    band = similar.band
    if band is None:
        return _("nothing of value")
    low = money.show_round(band.above_minor, currency)
    if band.up_to_minor is None:
        return _("above %(low)s", low=low)
    high = money.show_round(band.up_to_minor, currency)
    if not band.above_minor:
        return _("up to %(high)s", high=high)
    return _("%(low)s to %(high)s", low=low, high=high)


def above_words(shown: InboxAsk) -> str:
    """Return that it is above what one may approve, and what one may do; nothing if it is not."""
    if shown.may_approve:
        return ""
    ceiling = money.show(shown.ceiling_minor, shown.card.ask.currency)
    if not shown.ceiling_minor:
        return _("You have no approval ceiling: an administrator sets one.")
    return _("This is above the %(ceiling)s that you may approve.", ceiling=ceiling)


def asked_words(shown: InboxAsk) -> str:
    """Return who else is asked, and from when one is asked oneself."""
    names = names_words(shown.others)
    if not names:
        return "" if shown.may_approve else _("Nobody at this site may approve all of it")
    if shown.is_mine:
        return _("%(names)s is asked too", names=names)
    if shown.mine_at is not None:
        at = time_words(shown.mine_at, shown.card.zone)
        return _("%(names)s is asked first, you from %(time)s", names=names, time=at)
    return _("%(names)s is asked", names=names)


def names_words(names: Sequence[str]) -> str:
    """Return names as one reads them: "Dana", "Dana or Sam", "Dana, Sam or Vera"."""
    if len(names) > 1:
        rest, last = ", ".join(names[:-1]), names[-1]
        return _("%(rest)s or %(last)s", rest=rest, last=last)
    return names[0] if names else ""


def heading_words(count: int, *, others: int) -> str:
    """Return the first line of the inbox: how many customers wait for the one who reads it."""
    if count:
        return ngettext("%(count)s customer waiting", "%(count)s customers waiting", count)
    return _("Nobody is waiting for you") if others else _("Nobody is waiting")


def elsewhere_words(count: int, *, others: int) -> str:
    """Return how many asks are asked of somebody else, beside the first line; empty for none."""
    if not others:
        return ""
    if count:
        return ngettext(
            "and %(count)s asked of somebody else", "and %(count)s asked of somebody else", others
        )
    return ngettext(
        "%(count)s is asked of somebody else", "%(count)s are asked of somebody else", others
    )


def answered_words(shown: InboxAsk, kind: str, amount_minor: int | None) -> tuple[str, str]:
    """Return what an answer has done, and what happens next."""
    card = shown.card
    name = card.person.name
    if kind == "declined":
        return _("Declined."), _("%(name)s sees why.", name=name)
    amount = money.show(amount_minor or 0, card.ask.currency)
    if kind == "countered":
        happened = _("%(amount)s offered.", amount=amount)
    else:
        happened = _("%(amount)s approved.", amount=amount)
    minutes = int(PERMISSION_LASTS.total_seconds() // 60)
    return happened, _(
        "%(name)s may give it within %(minutes)s minutes.", name=name, minutes=minutes
    )
