"""Answers as time goes on: a minute after the ask, and two; see `counter` for the shop."""

from datetime import datetime, timedelta

from ledger.core import ask_states
from ledger.core.answers import Kind
from ledger.core.ask_states import AskState
from ledger.core.tables import Ask, AskAnswer, Decision, InPlace
from tests.counter import MONDAY, Shop

MINUTE = timedelta(minutes=1)


def answered(  # who answers which ask how, and when
    shop: Shop,
    name: str,
    ask: Ask,
    kind: Kind = "approved",
    *,
    amount_minor: int | None = None,
    words: str | None = None,
    proof: InPlace | None = None,
    now: datetime = MONDAY + MINUTE,
) -> AskAnswer:
    """Let somebody answer an ask."""
    return shop.answer(name, ask, kind, amount_minor, words=words, proof=proof, now=now)


def given(shop: Shop, name: str, ask: Ask, *, now: datetime = MONDAY + 2 * MINUTE) -> Decision:
    """Let somebody give what their ask was allowed, a while after the answer."""
    return shop.hand_in(name, ask, now=now)


def withdrawn(shop: Shop, name: str, ask: Ask, *, now: datetime = MONDAY + MINUTE) -> AskAnswer:
    """Let somebody take their ask back, a while after they made it."""
    return shop.withdraw(name, ask, now=now)


def state(shop: Shop, ask: Ask, *, now: datetime = MONDAY) -> AskState:
    """Return how an ask stands."""
    return ask_states.state_of(shop.session, ask, now=now)
