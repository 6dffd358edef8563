"""Answers: by another person who may, within their ceiling, once, for the version they read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from ledger.core import answers, in_place, leaving, signing_in
from ledger.core.answers import (
    AboveCeilingError,
    AlreadyAnsweredError,
    AskChangedError,
    OwnAskError,
)
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.people import subject_of
from ledger.core.tables import Ask, AskAnswer, Journal, SignIn
from tests.asking import MINUTE, answered, state, withdrawn
from tests.counter import MONDAY, Shop, answer_draft


@pytest.fixture
def ask(shop: Shop) -> Ask:
    """Let Ana ask for $40, where she may give $25."""
    shop.limit(2_500, budget_minor=7_500, budget_period="day")
    return shop.ask("ana", 4_000)


def test_an_approval_is_permission_for_fifteen_minutes(shop: Shop, ask: Ask) -> None:
    row = answered(shop, "dana", ask)

    found = state(shop, ask, now=MONDAY + MINUTE)
    assert (found.name, found.may_give_minor) == ("approved", 4_000)
    assert found.until == MONDAY + timedelta(minutes=16)
    assert (row.ask_version, row.ask_hash) == (1, ask.content_hash)
    assert (row.ceiling_minor, row.in_place, row.for_person_id) == (10_000, False, None)
    written = shop.session.get_one(Journal, row.journal_seq)
    assert (written.kind, written.actor) == ("ask.approved", subject_of(shop.people["dana"]))
    assert state(shop, ask, now=MONDAY + timedelta(minutes=16)).name == "lapsed"


def test_the_first_answer_wins_and_the_second_sees_it(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask, "countered", amount_minor=3_000)

    with pytest.raises(AlreadyAnsweredError) as told:
        answered(shop, "sam", ask, "declined")

    first = told.value.state.answer
    assert first is not None
    assert (told.value.state.name, first.amount_minor) == ("countered", 3_000)
    assert first.person_id == shop.people["dana"].id


def test_the_same_answer_again_is_the_first_one(shop: Shop, ask: Ask) -> None:
    draft, dana = answer_draft(ask, "approved"), shop.people["dana"]

    first = answers.answer(shop.session, dana, ask, draft, now=MONDAY)
    second = answers.answer(shop.session, dana, ask, draft, now=MONDAY + MINUTE)

    assert first.id == second.id


def test_nobody_answers_their_own_ask(shop: Shop) -> None:
    own = shop.ask("dana", 500)

    with pytest.raises(OwnAskError):
        answered(shop, "dana", own)


def test_a_second_record_of_the_same_person_is_no_other_person(shop: Shop, ask: Ask) -> None:
    shop.people["dana"].same_as_id = ask.person_id
    shop.session.flush()

    with pytest.raises(OwnAskError):
        answered(shop, "dana", ask)


@pytest.mark.parametrize("name", ["ben", "hana", "otto", "vera", "ada"])
def test_who_may_not_answer_finds_nothing(shop: Shop, ask: Ask, name: str) -> None:
    with pytest.raises(NotFoundError):
        answered(shop, name, ask)


def test_a_supervisor_of_another_site_finds_nothing(shop: Shop) -> None:
    there = shop.ask("chidi", 4_000, site="harbour")

    with pytest.raises(NotFoundError):
        answered(shop, "dana", there)

    assert answered(shop, "sam", there).kind == "approved"


def test_an_approver_is_bound_by_a_ceiling_of_their_own(shop: Shop, ask: Ask) -> None:
    shop.people["dana"].approval_ceiling_minor = 3_999
    shop.session.flush()

    with pytest.raises(AboveCeilingError) as told:
        answered(shop, "dana", ask)

    assert (told.value.ceiling_minor, told.value.currency) == (3_999, "USD")
    assert state(shop, ask).name == "waiting"
    assert answered(shop, "dana", ask, "countered", amount_minor=3_999).amount_minor == 3_999


@pytest.mark.parametrize("amount", [None, 0, 4_000, -1])
def test_a_counter_offer_is_less_than_what_was_asked(
    shop: Shop, ask: Ask, amount: int | None
) -> None:
    with pytest.raises(BadValueError) as told:
        answered(shop, "dana", ask, "countered", amount_minor=amount)

    assert told.value.field == "amount"


def test_a_decline_has_a_reason_that_stays_out_of_the_journal(shop: Shop, ask: Ask) -> None:
    with pytest.raises(BadValueError) as told:
        answered(shop, "dana", ask, "declined", words=" ")
    assert told.value.field == "words"

    row = answered(shop, "dana", ask, "declined", words="They had two this week")

    assert state(shop, ask).name == "declined"
    assert shop.headroom("ana").budget_left_minor == 7_500
    assert "week" not in shop.session.get_one(Journal, row.journal_seq).content


def test_an_answer_to_what_was_changed_meanwhile_is_not_taken(shop: Shop, ask: Ask) -> None:
    newer = shop.ask("ana", 5_000, previous=ask, now=MONDAY + MINUTE)

    with pytest.raises(AskChangedError) as told:
        answered(shop, "dana", ask)
    assert told.value.ask.id == newer.id

    stale = replace(answer_draft(newer, "approved"), content_hash=ask.content_hash)
    with pytest.raises(AskChangedError):
        answers.answer(shop.session, shop.people["dana"], newer, stale, now=MONDAY + MINUTE)


def test_nothing_is_answered_once_it_is_over(shop: Shop, ask: Ask) -> None:
    with pytest.raises(AlreadyAnsweredError) as told:
        answered(shop, "dana", ask, now=MONDAY + timedelta(minutes=15))
    assert told.value.state.name == "expired"

    withdrawn(shop, "ana", ask)
    with pytest.raises(AlreadyAnsweredError):
        answered(shop, "dana", ask)


def test_who_has_left_answers_nothing(shop: Shop, ask: Ask) -> None:
    leaving.leave(shop.session, shop.people["sam"], last_day=None, actor="system", now=MONDAY)

    with pytest.raises((NotFoundError, NotPermittedError)):
        answered(shop, "sam", ask)


def _browser(shop: Shop) -> SignIn:
    """Let Ana be signed in on the tablet."""
    signing_in.start(shop.session, shop.people["ana"], now=MONDAY)
    return shop.session.scalars(select(SignIn)).one()


def test_in_place_the_approver_proves_who_they_are_for_this_ask_once(shop: Shop, ask: Ask) -> None:
    tablet, dana = _browser(shop), shop.people["dana"]
    in_place.prove(shop.session, ask, dana, tablet, now=MONDAY)
    proof = in_place.proof_for(shop.session, ask, tablet, now=MONDAY)
    assert proof is not None

    row = answered(shop, "dana", ask, proof=proof)

    assert (row.in_place, row.person_id) == (True, dana.id)
    assert in_place.proof_for(shop.session, ask, tablet, now=MONDAY) is None


def test_a_proof_is_for_five_minutes_one_ask_and_one_person(shop: Shop, ask: Ask) -> None:
    tablet = _browser(shop)
    other = shop.ask("ana", 5_000)
    proof = in_place.prove(shop.session, ask, shop.people["dana"], tablet, now=MONDAY)

    assert in_place.proof_for(shop.session, other, tablet, now=MONDAY) is None
    late = MONDAY + timedelta(minutes=5)
    assert in_place.proof_for(shop.session, ask, tablet, now=late) is None
    with pytest.raises(NotPermittedError):
        answered(shop, "dana", ask, proof=proof, now=late)
    with pytest.raises(NotPermittedError):
        answered(shop, "sam", ask, proof=proof)
    with pytest.raises(NotPermittedError):
        answered(shop, "dana", other, proof=proof)


def test_what_was_proved_can_be_forgotten(shop: Shop, ask: Ask) -> None:
    tablet, late = _browser(shop), MONDAY + timedelta(minutes=5)
    proof = in_place.prove(shop.session, ask, shop.people["dana"], tablet, now=MONDAY)
    assert not in_place.is_over(shop.session, ask, tablet, now=MONDAY)
    assert in_place.is_over(shop.session, ask, tablet, now=late)

    in_place.forget(shop.session, ask, tablet, now=MONDAY)

    assert in_place.proof_for(shop.session, ask, tablet, now=MONDAY) is None
    assert not in_place.is_over(shop.session, ask, tablet, now=late)
    with pytest.raises(NotPermittedError):
        answered(shop, "dana", ask, proof=proof)


def test_an_answer_is_one_row(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask)

    for name in ("dana", "sam"):
        with pytest.raises(AlreadyAnsweredError):
            answered(shop, name, ask)
    assert len(shop.session.scalars(select(AskAnswer)).all()) == 1
