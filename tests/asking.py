"""Asking: short words for what the tests of asks do again and again; see `counter` for the shop."""

import uuid
from datetime import datetime, timedelta
from typing import Unpack

from ledger.core import answers, ask_states, asks, giving
from ledger.core.answers import AnswerDraft, Kind
from ledger.core.ask_states import AskState
from ledger.core.asks import AskDraft
from ledger.core.tables import Ask, AskAnswer, Decision, InPlace
from tests.counter import MONDAY, Said, Shop

MINUTE = timedelta(minutes=1)


def ask_for(  # who, how much, where, what and when, after which version
    shop: Shop,
    name: str,
    amount_minor: int,
    *,
    site: str = "elm_street",
    remedy: str = "refund",
    previous: Ask | None = None,
    now: datetime = MONDAY,
    **said: Unpack[Said],
) -> Ask:
    """Ask for more than the headroom."""
    draft = AskDraft(
        uid=said.pop("uid", str(uuid.uuid4())),
        wanted=shop.draft(amount_minor, site=site, remedy=remedy, **said),
        previous_uid=None if previous is None else previous.uid,
    )
    return asks.make_ask(shop.session, shop.people[name], draft, now=now).ask


def answer_draft(
    ask: Ask,
    kind: Kind,
    *,
    amount_minor: int | None = None,
    words: str | None = None,
    uid: str | None = None,
) -> AnswerDraft:
    """Return an answer to what the ask says now."""
    return AnswerDraft(
        uid=uid or str(uuid.uuid4()),
        kind=kind,
        amount_minor=amount_minor,
        words="Not this time" if kind == "declined" and words is None else words,
        version=ask.version,
        content_hash=ask.content_hash,
    )


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
    draft = answer_draft(ask, kind, amount_minor=amount_minor, words=words)
    return answers.answer(shop.session, shop.people[name], ask, draft, now=now, proof=proof)


def given(shop: Shop, name: str, ask: Ask, *, now: datetime = MONDAY + 2 * MINUTE) -> Decision:
    """Let somebody give what their ask was allowed."""
    person = shop.people[name]
    return giving.give(shop.session, person, ask, uid=str(uuid.uuid4()), now=now).decision


def withdrawn(shop: Shop, name: str, ask: Ask, *, now: datetime = MONDAY + MINUTE) -> AskAnswer:
    """Let somebody take their ask back."""
    person = shop.people[name]
    return answers.withdraw(shop.session, person, ask, uid=str(uuid.uuid4()), now=now)


def state(shop: Shop, ask: Ask, *, now: datetime = MONDAY) -> AskState:
    """Return how an ask stands."""
    return ask_states.state_of(shop.session, ask, now=now)
