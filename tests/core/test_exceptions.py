"""Exceptions: what was given already is recorded past the limit, apart, and is never refused."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from ledger.core import commitments, submissions, voids
from ledger.core.decisions import Recorded, Refused
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError, NotPermittedError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Budget, Decision, Submission
from ledger.core.verification import tallies
from ledger.core.voids import AlreadyVoidedError, VoidDraft
from tests.counter import MONDAY, Shop

NOTE = "The cake fell, she had it in her hands"
TWO_MINUTES = timedelta(minutes=2)


def test_what_was_given_already_is_recorded_past_the_limit_and_counted_apart(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day")
    shop.give("ana", 1_000)

    made = shop.give("ana", 9_000, already_given=True, note=NOTE)

    assert (made.exception_reason, made.ask_id, made.amount_minor) == ("already_given", None, 9_000)
    assert made.budget_left_minor == 4_000
    assert held(shop.session) == [(1_000, 1_000, 9_000)]
    # It leaves the latitude as it was.
    assert shop.left("ana") == 2_500
    words = commitments.words_of(shop.session, [f"note:{made.uid}"])
    assert words == {f"note:{made.uid}": NOTE}
    assert tallies.check_budgets(Driver(shop.session)) == 1


def test_what_was_given_already_within_the_limit_is_an_ordinary_decision(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day")

    made = shop.give("ana", 2_500, already_given=True, note=NOTE)

    assert made.exception_reason is None
    assert held(shop.session) == [(2_500, 2_500, 0)]


@pytest.mark.parametrize("per_decision_minor", [None, 0])
def test_b10_nothing_may_be_given_and_what_was_given_is_still_written_down(
    shop: Shop, per_decision_minor: int | None
) -> None:
    """B10: a limit of 0 means none; so does no limit at all."""
    if per_decision_minor is not None:
        shop.limit(per_decision_minor, budget_minor=0, budget_period="day")

    assert shop.refused("ana", 1).headroom_minor == 0
    assert shop.give("ana", 1, already_given=True, note=NOTE).exception_reason == "already_given"
    assert shop.refused("ana", 1).headroom_minor == 0


def test_a_budget_that_is_set_later_holds_the_exceptions_of_its_period(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("ana", 3_000, already_given=True, note=NOTE)
    shop.limit(2_500, budget_minor=5_000, budget_period="week", now=MONDAY)

    shop.give("ana", 100)

    assert held(shop.session) == [(100, 100, 3_000)]
    assert tallies.check_budgets(Driver(shop.session)) == 1


def test_an_exception_needs_its_reason(shop: Shop) -> None:
    shop.limit(2_500)

    for note in (None, "  "):
        with pytest.raises(BadValueError) as found:
            shop.give("ana", 3_000, already_given=True, note=note)
        assert (found.value.field, found.value.why) == ("note", "needed")


def test_exceptions_count_for_what_one_customer_may_get(shop: Shop) -> None:
    who = shop.customer("2125550100")
    shop.limit(2_500, customer_total_minor=4_000, customer_days=30)
    shop.give("ana", 3_500, already_given=True, note=NOTE, customer_id=who)

    assert shop.refused("ben", 501, customer_id=who).rule == "customer_total"
    # Also where the customer's cap is what it goes past.
    beyond = shop.give("ben", 501, already_given=True, note=NOTE, customer_id=who)
    assert beyond.exception_reason == "already_given"


def test_g8_what_is_for_oneself_family_or_a_friend_is_never_given_alone(shop: Shop) -> None:
    """G8: a staff member decides for a relative or themselves: it becomes an ask."""
    shop.limit(2_500)

    refusal = shop.refused("ana", 100, declared_own=True)

    assert (refusal.rule, refusal.headroom_minor, refusal.until) == ("own_customer", 0, None)
    assert shop.give("ana", 100).declared_own is False
    given = shop.give("ana", 100, declared_own=True, already_given=True, note=NOTE)
    assert (given.declared_own, given.exception_reason) == (True, "already_given")
    # An apology gives nothing of value.
    assert shop.give("ana", 0, remedy="apology", declared_own=True).exception_reason is None


def test_the_form_of_an_exception_is_known_again_and_stands_for_nothing_else(shop: Shop) -> None:
    shop.limit(2_500)
    draft = shop.draft(3_000, already_given=True, note=NOTE)
    first = shop.send("ana", draft)
    assert isinstance(first, Recorded)

    again = shop.send("ana", draft)

    assert isinstance(again, Recorded)
    assert (again.is_replay, again.decision.id) == (True, first.decision.id)
    for other in (
        replace(draft, already_given=False),
        replace(draft, declared_own=True),
        replace(draft, act_now=True),
    ):
        with pytest.raises(SubmissionReusedError):
            shop.send("ana", other)


def test_the_fingerprint_of_an_ordinary_form_says_nothing_of_exceptions(shop: Shop) -> None:
    """A form that was sent before there were exceptions is known again afterwards."""
    shop.limit(2_500)
    draft = shop.draft(1_000)
    shop.send("ana", draft)

    before = {
        "person_id": shop.people["ana"].id,
        "site_id": draft.site_id,
        "customer_id": None,
        "remedy_id": draft.remedy_id,
        "reason_id": draft.reason_id,
        "amount_minor": 1_000,
        "note": None,
        "at": None,
        "replaces": None,
    }
    kept = shop.session.get_one(Submission, draft.uid).fingerprint
    assert kept == submissions.fingerprint(shop.session, before)


def test_a_voided_exception_gives_nothing_back_and_stays_counted(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day")
    shop.give("ana", 2_000)
    made = shop.give("ana", 9_000, already_given=True, note=NOTE)

    shop.void("ana", made, now=MONDAY + TWO_MINUTES - timedelta(seconds=1))

    assert held(shop.session) == [(2_000, 2_000, 9_000)]
    assert shop.left("ana") == 2_500
    assert tallies.check_budgets(Driver(shop.session)) == 1


def test_after_two_minutes_a_supervisor_voids_an_exception(shop: Shop) -> None:
    shop.limit(2_500)
    made = shop.give("ana", 9_000, already_given=True, note=NOTE)

    with pytest.raises(NotPermittedError):
        shop.void("ana", made, now=MONDAY + TWO_MINUTES)
    assert shop.void("dana", made, now=MONDAY + TWO_MINUTES).decision_id == made.id


def test_a_voided_approved_decision_gives_nothing_back_and_stays_counted(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day")
    shop.give("ana", 1_000)
    ask = shop.ask("ana", 4_500, note="Two cakes at once")
    shop.answer("dana", ask)
    made = shop.hand_in("ana", ask)

    shop.void("dana", made)

    (row,) = budgets_of(shop.session)
    assert (row.alone, row.gross, row.approved, row.reserved) == (1_000, 1_000, 4_500, 0)
    assert tallies.check_budgets(Driver(shop.session)) == 1


def test_an_exception_is_replaced_in_one_step_by_an_ordinary_decision(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day")
    made = shop.give("ana", 9_000, already_given=True, note=NOTE)

    answer = replaced(shop, made, 900)

    assert isinstance(answer, Recorded)
    assert (answer.decision.replaces_id, answer.decision.exception_reason) == (made.id, None)
    void = voids.void_of(shop.session, made)
    assert void is not None
    assert void.replacement_uid == answer.decision.uid
    assert held(shop.session) == [(900, 900, 9_000)]
    assert tallies.check_budgets(Driver(shop.session)) == 1


def test_an_exception_is_replaced_by_another_and_by_nothing_that_is_refused(shop: Shop) -> None:
    shop.limit(2_500)
    made = shop.give("ana", 9_000, already_given=True, note=NOTE)

    assert isinstance(replaced(shop, made, 8_000), Refused)
    assert voids.void_of(shop.session, made) is None

    answer = replaced(shop, made, 8_000, already_given=True, note=NOTE)
    assert isinstance(answer, Recorded)
    assert answer.decision.exception_reason == "already_given"


def test_a_void_that_is_undone_is_no_way_back(shop: Shop) -> None:
    """A15: a reversal is sent once, and a reversal of a reversal is refused."""
    shop.limit(2_500, budget_minor=5_000, budget_period="day")
    made = shop.give("ana", 9_000, already_given=True, note=NOTE)
    void = shop.void("dana", made)

    with pytest.raises(AlreadyVoidedError):
        shop.void("sam", made)
    with pytest.raises(AlreadyVoidedError):
        replaced(shop, made, 100, by="dana")
    assert shop.void("dana", made, uid=void.uid) == void
    assert held(shop.session) == []


def replaced(
    shop: Shop, made: Decision, amount_minor: int, *, by: str = "ana", **said: object
) -> Recorded | Refused:
    """Void a decision and give something else in its place, in one step."""
    instead = replace(shop.draft(amount_minor), **said)  # type: ignore[arg-type]  # fields of the draft
    return voids.replace_decision(
        shop.session,
        shop.people[by],
        made,
        draft=VoidDraft(uid=str(uuid.uuid4()), reason="Wrong amount", taken_back=True),
        instead=instead,
        now=MONDAY,
    )


def budgets_of(session: Session) -> list[Budget]:
    """Return every budget row as it is now."""
    query = select(Budget).execution_options(populate_existing=True)
    return list(session.scalars(query))


def held(session: Session) -> list[tuple[int, int, int]]:
    """Return what every budget holds: alone, gross, exceptions."""
    return [(row.alone, row.gross, row.exceptions) for row in budgets_of(session)]
