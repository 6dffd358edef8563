"""What goes wrong around an ask (FAULTS B9, G5, G6, G9, G10), and what must happen."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from ledger.core import answers, people, reasons
from ledger.core.answers import AlreadyAnsweredError, AnswerDraft, AskChangedError
from ledger.core.ask_steps import AskMovedOnError
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.tables import Ask, Reason
from tests.counter import MONDAY, SUNDAY, Shop, budget_rows, recounted_rows
from tests.recount import apart_rows, recounted_apart

MINUTE = timedelta(minutes=1)
LATE = MONDAY + timedelta(minutes=16)


@pytest.fixture
def ask(shop: Shop) -> Ask:
    """Let Ana ask for $30, which keeps her whole budget of the day."""
    shop.limit(2_500, budget_minor=2_500, budget_period="day")
    return shop.ask("ana", 3_000, note="Cake for a birthday")


def assert_recounted(shop: Shop) -> None:
    """Check that every budget's row is what a recount of asks and decisions says."""
    assert budget_rows(shop.session) == recounted_rows(shop.session)
    assert apart_rows(shop.session) == recounted_apart(shop.session)


def test_b9_a_waiting_ask_keeps_its_reservation_and_expiry_frees_it_once(
    shop: Shop, ask: Ask
) -> None:
    assert ask.reserved_minor == 2_500
    assert shop.left("ana", now=MONDAY + 14 * MINUTE) == 0
    assert shop.refused("ana", 1, now=MONDAY + 14 * MINUTE).rule == "budget"

    # It is free as soon as time is up, and is written down by who comes next.
    assert shop.left("ana", now=LATE) == 2_500
    shop.give("ana", 1_500, now=LATE)
    shop.give("ana", 1_000, now=LATE)
    assert shop.refused("ana", 1, now=LATE).rule == "budget"
    with pytest.raises(AlreadyAnsweredError):
        shop.answer("dana", ask, now=LATE)
    assert_recounted(shop)


@pytest.mark.parametrize(
    "end",
    [
        lambda shop, ask: shop.answer("dana", ask, "declined"),
        lambda shop, ask: shop.withdraw("ana", ask),
        lambda shop, ask: (shop.answer("dana", ask), shop.hand_in("ana", ask)),
        lambda shop, ask: (shop.answer("dana", ask), shop.withdraw("ana", ask)),
    ],
    ids=["declined", "withdrawn", "given", "turned down"],
)
def test_b9_whatever_ends_an_ask_frees_its_reservation(
    shop: Shop, ask: Ask, end: Callable[[Shop, Ask], object]
) -> None:
    shop.give("ana", 0, remedy="apology")
    end(shop, ask)

    assert shop.left("ana") == 2_500
    shop.give("ana", 2_500)
    assert shop.refused("ana", 1).rule == "budget"
    assert_recounted(shop)


def test_g5_an_approval_of_what_was_amended_meanwhile_is_not_taken(shop: Shop, ask: Ask) -> None:
    amended = shop.ask("ana", 2_800, previous=ask, now=MONDAY + MINUTE)

    with pytest.raises(AskChangedError) as told:
        shop.answer("dana", ask, now=MONDAY + 2 * MINUTE)

    assert told.value.ask.uid == amended.uid
    assert amended.content_hash != ask.content_hash
    assert shop.answer("dana", amended, now=MONDAY + 2 * MINUTE).ask_version == 2


def test_g5_an_answer_is_for_the_content_that_was_read(shop: Shop, ask: Ask) -> None:
    other = shop.ask("ana", 2_900, note="Another one")
    draft = AnswerDraft(
        uid=str(uuid4()),
        kind="approved",
        version=ask.version,
        content_hash=other.content_hash,
    )

    with pytest.raises(AskChangedError):
        answers.answer(shop.session, shop.people["dana"], ask, draft, now=MONDAY)


def test_g6_nothing_is_given_without_an_approval(shop: Shop, ask: Ask) -> None:
    with pytest.raises(AskMovedOnError):
        shop.hand_in("ana", ask)
    shop.answer("dana", ask, "declined")
    with pytest.raises(AskMovedOnError):
        shop.hand_in("ana", ask)


def test_g6_nothing_is_approved_after_a_decline_or_an_end(shop: Shop, ask: Ask) -> None:
    shop.answer("dana", ask, "declined")
    with pytest.raises(AlreadyAnsweredError):
        shop.answer("sam", ask)
    forgotten = shop.ask("ana", 2_700)
    with pytest.raises(AlreadyAnsweredError):
        shop.answer("sam", forgotten, now=LATE)


def test_g6_nothing_is_given_twice_or_too_late(shop: Shop, ask: Ask) -> None:
    shop.answer("dana", ask)
    shop.hand_in("ana", ask)
    with pytest.raises(AskMovedOnError):
        shop.hand_in("ana", ask)
    unused = shop.ask("ana", 2_700)
    shop.answer("dana", unused)
    with pytest.raises(AskMovedOnError):
        shop.hand_in("ana", unused, now=LATE)


def test_g9_nothing_is_written_for_an_open_yesterday(shop: Shop) -> None:
    shop.limit(2_500)

    with pytest.raises(BadValueError) as told:
        shop.give("ana", 500, claimed_at=SUNDAY)

    assert told.value.field == "claimed_at"
    # An ask is about now, whatever its form said.
    asked = shop.ask("ana", 3_000, claimed_at=SUNDAY)
    assert (asked.made_at, asked.business_date) == (MONDAY, MONDAY.date())


def test_g10_a_reason_that_the_site_does_not_offer_is_refused(shop: Shop) -> None:
    shop.limit(2_500)
    retired = shop.session.get_one(Reason, shop.reasons["quality"])
    by = people.subject_of(shop.people["ada"])
    reasons.retire_reason(shop.session, retired.id, retired=True, actor=by, now=SUNDAY)

    with pytest.raises((BadValueError, NotFoundError)):
        shop.give("ana", 500)
    with pytest.raises((BadValueError, NotFoundError)):
        shop.ask("ana", 3_000)
