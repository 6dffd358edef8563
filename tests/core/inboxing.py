"""Asks at the counter: short words for making and answering them."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Unpack

from ledger.core import answers, asks, giving
from ledger.core.answers import AnswerDraft, Kind
from ledger.core.asks import AskDraft
from ledger.core.tables import Ask, AskAnswer, Decision
from tests.counter import MONDAY, Said, Shop


def after(minutes: float) -> datetime:
    """Return a moment on Monday, so many minutes after ten."""
    return MONDAY + timedelta(minutes=minutes)


def ask(  # who, how much, where, after what and when
    shop: Shop,
    name: str,
    amount_minor: int,
    *,
    site: str = "elm_street",
    previous: Ask | None = None,
    declared_own: bool = False,
    now: datetime = MONDAY,
    **said: Unpack[Said],
) -> Ask:
    """Let somebody ask for an amount."""
    wanted = replace(shop.draft(amount_minor, site=site, **said), declared_own=declared_own)
    draft = AskDraft(
        uid=str(uuid.uuid4()),
        wanted=wanted,
        previous_uid=None if previous is None else previous.uid,
    )
    return asks.make_ask(shop.session, shop.people[name], draft, now=now).ask


def answer(  # who, to what, how and when
    shop: Shop,
    name: str,
    to: Ask,
    kind: Kind = "approved",
    *,
    amount_minor: int | None = None,
    words: str | None = None,
    now: datetime = MONDAY,
) -> AskAnswer:
    """Let somebody answer an ask; a no says why."""
    draft = AnswerDraft(
        uid=str(uuid.uuid4()),
        kind=kind,
        amount_minor=amount_minor,
        words=words or ("Not this time" if kind == "declined" else None),
        version=to.version,
        content_hash=to.content_hash,
    )
    return answers.answer(shop.session, shop.people[name], to, draft, now=now)


def withdraw(shop: Shop, name: str, what: Ask, *, now: datetime = MONDAY) -> AskAnswer:
    """Let the asker take an ask back."""
    return answers.withdraw(shop.session, shop.people[name], what, uid=str(uuid.uuid4()), now=now)


def give(shop: Shop, name: str, what: Ask, *, now: datetime = MONDAY) -> Decision:
    """Let the asker give what was allowed."""
    return giving.give(
        shop.session, shop.people[name], what, uid=str(uuid.uuid4()), now=now
    ).decision
