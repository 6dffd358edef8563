"""The band over the counter's pages: an open ask of one's own is never out of sight."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask

from ledger.core import ask_states, asks, money
from ledger.core.ask_states import WAITING, AskState
from ledger.core.tables import Ask
from ledger.web.access import somebody
from ledger.web.moment import utc_now
from ledger.web.transactions import reading
from ledger.web.when import time_words
from ledger.web.words import _

# More would push the page down; My decisions has them all.
MOST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAsk:
    """An open ask, in a few words, and what can be done."""

    uid: str
    words: str
    then: str


def set_up(app: Flask) -> None:
    """Let the counter's pages ask for it."""
    app.context_processor(lambda: {"open_asks": open_asks})


def open_asks() -> Sequence[OpenAsk]:
    """Return the newest open asks of the person who is signed in."""
    person, now = somebody(), utc_now()
    if person is None:
        return []
    found = asks.open_of(reading(), person, now=now)[:MOST]
    states = ask_states.states_of(reading(), found, now=now) if found else {}
    return [_open_ask(ask, states[ask.id]) for ask in found]


def _open_ask(ask: Ask, state: AskState) -> OpenAsk:
    until = "" if state.until is None else time_words(state.until, ask.zone)
    if state.name == WAITING:
        amount = money.show(ask.amount_minor, ask.currency)
        words = _("Your ask for %(amount)s is waiting.", amount=amount)
        return OpenAsk(uid=ask.uid, words=words, then=_("Open until %(until)s.", until=until))
    amount = money.show(state.may_give_minor or 0, ask.currency)
    words = _("You may give %(amount)s.", amount=amount)
    return OpenAsk(uid=ask.uid, words=words, then=_("Until %(until)s.", until=until))
