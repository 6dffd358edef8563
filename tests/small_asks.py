"""A Tuesday of asks for the small ledger: one of everything that can become of them."""

import uuid
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from ledger.core import (
    answers,
    ask_rules,
    delegations,
    flags,
    in_place,
    people,
    person_changes,
    reviews,
    signing_in,
)
from ledger.core.answers import AnswerDraft
from ledger.core.ask_rules import ALLOW, Rule
from ledger.core.delegations import NewDelegation
from ledger.core.person_changes import PersonChange
from ledger.core.tables import Ask, SignIn
from tests.counter import TUESDAY, Shop

MINUTE = timedelta(minutes=1)


def ask_and_answer(shop: Shop) -> None:
    """Let people ask, answer, give and leave it; let Dana read what went past a limit."""
    _set_up(shop)
    _given(shop)
    _ended_otherwise(shop)
    _read(shop)
    _handed_over(shop)
    # One waits, and keeps some of the budget free.
    shop.ask("ben", 9_500, note="For the whole table", now=TUESDAY + 3 * timedelta(hours=1))


def _set_up(shop: Shop) -> None:
    session, by, elm = shop.session, people.subject_of(shop.people["ada"]), shop.sites["elm_street"]
    rule = Rule(on_timeout=ALLOW, allow_up_to_minor=6_000, act_now_up_to_minor=5_500)
    ask_rules.set_rule(session, elm, rule, actor=by, now=TUESDAY)
    turns = {shop.people["sam"].id: 2}
    ask_rules.set_turns(session, elm, turns, actor=by, now=TUESDAY)
    change = PersonChange(approval_ceiling_minor=9_900, same_as_uid=shop.people["hana"].uid)
    person_changes.change_person(session, shop.people["dana"], change, actor=by, now=TUESDAY)


def _given(shop: Shop) -> None:
    """Let one ask be approved and given, and a smaller amount be offered in place and accepted."""
    customer = shop.customer("555 867 5309")
    ask = shop.ask("ben", 6_500, customer_id=customer, note="Twice wrong", now=TUESDAY)
    shop.answer("dana", ask, words="Yes, and tell the kitchen", now=TUESDAY + MINUTE)
    shop.hand_in("ben", ask, now=TUESDAY + 2 * MINUTE)
    ask = shop.ask("ana", 7_000, forecast="comes_back", device_id="tablet-1", now=TUESDAY)
    _answer_in_place(shop, ask)
    shop.hand_in("ana", ask, now=TUESDAY + 3 * MINUTE)


def _answer_in_place(shop: Shop, ask: Ask) -> None:
    session, dana, at = shop.session, shop.people["dana"], TUESDAY + MINUTE
    signing_in.start(session, shop.people["ana"], now=TUESDAY)
    (sign_in,) = session.scalars(select(SignIn))
    proof = in_place.prove(session, ask, dana, sign_in, now=at)
    draft = AnswerDraft(
        uid=str(uuid.uuid4()),
        kind="countered",
        amount_minor=5_500,
        version=ask.version,
        content_hash=ask.content_hash,
    )
    answers.answer(session, dana, ask, draft, proof=proof, now=at)


def _ended_otherwise(shop: Shop) -> None:
    """Let asks be declined, asked again, changed, withdrawn, left alone, allowed and forgotten."""
    at = TUESDAY + timedelta(hours=1)
    first = shop.ask("ben", 8_000, now=at)
    shop.answer("sam", first, "declined", words="The half of it at most", now=at + MINUTE)
    again = shop.ask("ben", 7_000, previous=first, now=at + 2 * MINUTE)
    last = shop.ask("ben", 6_800, previous=again, now=at + 3 * MINUTE)
    shop.withdraw("ben", last, now=at + 4 * MINUTE)
    unused = shop.ask("ben", 6_400, now=at + 5 * MINUTE)
    shop.answer("dana", unused, now=at + 6 * MINUTE)
    forgotten = shop.ask("ben", 8_800, now=at + 7 * MINUTE)
    # Another remedy: for this one she was offered less an hour ago.
    allowed = shop.ask("ana", 5_900, remedy="credit", now=at)
    assert forgotten.timeout_allows is not allowed.timeout_allows
    shop.hand_in("ana", allowed, now=at + 25 * MINUTE)


def _read(shop: Shop) -> None:
    """Let two exceptions be told, and Dana read one of them and a flag."""
    session, dana, at = shop.session, shop.people["dana"], TUESDAY + timedelta(hours=2)
    late = shop.give("ana", 9_000, note="Nobody could be asked", already_given=True, now=at)
    shop.give("ana", 5_400, note="The train was leaving", act_now=True, now=at)
    reviews.review(
        session, dana, late, uid=str(uuid.uuid4()), words="Right so", now=at + 9 * MINUTE
    )
    guest = shop.customer("555 867 5310")
    for name in ("ana", "ben"):
        shop.give(name, 3_000, customer_id=guest, now=at + MINUTE)
    (flag,) = flags.open_flags(session, dana, now=at + 10 * MINUTE)
    flags.read_flag(
        session,
        dana,
        flag.key,
        reading="limit",
        uid=str(uuid.uuid4()),
        words="Two of a family",
        now=at + 10 * MINUTE,
    )


def _handed_over(shop: Shop) -> None:
    """Let Dana hand her asks over to Sam twice, and take them back once."""
    session, dana, at = shop.session, shop.people["dana"], TUESDAY + timedelta(hours=2, minutes=30)
    new = NewDelegation(
        uid=str(uuid.uuid4()),
        to=shop.people["sam"],
        starts_on=TUESDAY.date(),
        ends_on=TUESDAY.date() + timedelta(days=2),
    )
    delegations.hand_over(session, dana, new, by=dana, now=at)
    delegations.take_back(session, new.uid, by=dana, now=at + MINUTE)
    again = replace(new, uid=str(uuid.uuid4()))
    delegations.hand_over(session, dana, again, by=dana, now=at + 2 * MINUTE)
