"""One version of an ask, as it is first written down, and what an answer to it binds."""

from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from ledger.core import ask_rules, journal, timeouts
from ledger.core.drafts import DecisionDraft
from ledger.core.headroom import Headroom
from ledger.core.posting import Posting
from ledger.core.tables import Ask, Person

OWN_CUSTOMER = "own_customer"
# What of a decision an ask carries on as it was written at the log.
CARRIED = (
    "forecast",
    "apologised",
    "noticed_first",
    "asked_for",
    "criteria_version",
    "criteria_ticks",
    "device_id",
)


def new(  # what is asked, by which rule it is held back, after what
    session: Session,
    wanted: Posting,
    room: Headroom,
    *,
    draft: DecisionDraft,
    previous: Ask | None,
    now: datetime,
) -> Ask:
    """Return the ask without its why, its hash and its place in the book.

    Needs the person's lock, with their overdue asks settled.
    """
    uid, asked = wanted.claim.uid, wanted.asked
    is_own = bool(wanted.row["declared_own"])
    rule = ask_rules.rule_of(session, asked.site_id)
    left = room.budget_left_minor
    thread_uid = uid if previous is None else previous.thread_uid
    silence = timeouts.Wanted(
        asked=asked, amount_minor=wanted.amount_minor, room=room, thread_uid=thread_uid
    )
    return Ask(
        uid=uid,
        thread_uid=thread_uid,
        version=1 if previous is None else previous.version + 1,
        previous_id=None if previous is None else previous.id,
        person_id=asked.person_id,
        site_id=asked.site_id,
        customer_id=asked.customer_id,
        remedy_id=wanted.remedy_id,
        reason_id=wanted.reason_id,
        amount_minor=wanted.amount_minor,
        currency=asked.currency,
        declared_own=is_own,
        rule=OWN_CUSTOMER if is_own else room.rule,
        headroom_minor=room.headroom_minor,
        limit_id=room.limit_id,
        limit_per_decision_minor=None if room.limit_id is None else room.per_decision_minor,
        limit_budget_minor=room.budget_minor,
        limit_budget_period=room.budget_period,
        budget_left_minor=left,
        reserved_minor=0 if left is None else min(wanted.amount_minor, left),
        **{name: getattr(draft, name) for name in CARRIED},
        content_hash="",
        made_at=now,
        business_date=asked.business_date,
        zone=asked.calendar.zone_on(asked.business_date),
        expires_at=now + rule.waits,
        timeout_allows=not is_own and timeouts.allows(session, silence),
    )


def content_hash(person: Person, ask: Ask) -> str:
    """Return the SHA-256 of what is asked, in hexadecimal: an answer binds this and no other."""
    content: dict[str, object] = {
        "person": person.uid,
        "site": ask.site_id,
        "customer": ask.customer_id,
        "remedy": ask.remedy_id,
        "reason": ask.reason_id,
        "amount": ask.amount_minor,
        "currency": ask.currency,
        "own": int(ask.declared_own),
        "thread": ask.thread_uid,
        "version": ask.version,
        "why": ask.why_commitment,
    }
    return sha256(journal.canonical(content).encode()).hexdigest()
