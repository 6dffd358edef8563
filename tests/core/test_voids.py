"""Voids: who may, what comes back, and replacing in one step."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from ledger.core import sites, voids
from ledger.core.decisions import Recorded, Refused
from ledger.core.drafts import DecisionDraft
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError, NotPermittedError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Decision, Journal, Outcome, Void, Words
from ledger.core.verification import tallies
from ledger.core.voids import AlreadyVoidedError, VoidDraft
from tests.counter import MONDAY, TUESDAY, Shop, budget_rows, recounted_rows
from tests.recount import apart_rows, recounted_apart

TWO_MINUTES = timedelta(minutes=2)
A_SECOND = timedelta(seconds=1)


def test_a_void_leaves_the_decision_and_takes_it_out_of_force(shop: Shop) -> None:
    shop.limit(2_500)
    made = shop.give("ana", 2_000)

    void = shop.void("dana", made)

    assert (void.decision_id, void.person_id) == (made.id, shop.people["dana"].id)
    assert (void.taken_back, void.business_date) == (True, date(2026, 3, 2))
    assert shop.session.get_one(Decision, made.id).amount_minor == 2_000
    assert shop.session.get_one(Journal, void.journal_seq).kind == "decision.voided"
    assert not shop.session.get_one(Outcome, made.id).in_force
    assert voids.void_of(shop.session, made) == void


def test_why_it_was_voided_is_kept_beside_the_journal_and_not_in_it(shop: Shop) -> None:
    shop.limit(2_500)
    void = shop.void("dana", shop.give("ana", 2_000))

    content = shop.session.get_one(Journal, void.journal_seq).content
    assert voids.reason_of(shop.session, void) == "Wrong customer"
    assert void.reason_commitment in content
    assert "Wrong" not in content

    shop.session.delete(shop.session.get_one(Words, f"void:{void.uid}"))
    assert voids.reason_of(shop.session, void) is None


def test_the_recorder_may_void_for_two_minutes_without_anybody(shop: Shop) -> None:
    shop.limit(2_500)
    first, second = shop.give("ana", 100), shop.give("ana", 100)

    assert voids.undo_seconds_left(first, now=MONDAY) == 120
    shop.void("ana", first, now=MONDAY + TWO_MINUTES - A_SECOND)

    assert voids.undo_seconds_left(second, now=MONDAY + TWO_MINUTES) == 0
    with pytest.raises(NotPermittedError):
        shop.void("ana", second, now=MONDAY + TWO_MINUTES)
    shop.void("dana", second, now=MONDAY + TWO_MINUTES)


def test_only_a_supervisor_of_that_site_voids_for_somebody(shop: Shop) -> None:
    shop.limit(2_500)
    made = shop.give("chidi", 100, site="harbour")

    for name in ("ana", "dana", "hana", "otto", "vera", "ada"):
        assert not voids.may_void(shop.session, shop.people[name], made, now=MONDAY), name
        with pytest.raises(NotPermittedError):
            shop.void(name, made)
    shop.people["sam"].active = False
    assert not voids.may_void(shop.session, shop.people["sam"], made, now=MONDAY)
    shop.people["sam"].active = True
    assert shop.void("sam", made).person_id == shop.people["sam"].id


def test_a_decision_is_voided_once(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=2_500, budget_period="day")
    made = shop.give("ana", 2_000)
    first = shop.void("dana", made)

    with pytest.raises(AlreadyVoidedError) as refused:
        shop.void("sam", made)

    assert refused.value.void == first
    assert budget_rows(shop.session) == recounted_rows(shop.session)


def test_the_same_void_again_gives_the_first_even_after_the_two_minutes(shop: Shop) -> None:
    shop.limit(2_500)
    made, other = shop.give("ana", 2_000), shop.give("ana", 100)
    uid = str(uuid4())
    first = shop.void("ana", made, uid=uid)

    assert shop.void("ana", made, uid=uid, now=TUESDAY) == first
    with pytest.raises(SubmissionReusedError):
        shop.void("ana", other, uid=uid)
    with pytest.raises(SubmissionReusedError):
        shop.void("dana", made, uid=uid)
    with pytest.raises(SubmissionReusedError):
        shop.send("ana", shop.draft(100, uid=uid))


def test_a_void_gives_back_to_the_periods_that_are_still_open(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=2_500, budget_period="day")
    shop.limit(2_500, budget_minor=9_000, budget_period="week", remedy_id=shop.remedies["refund"])
    weekly = shop.give("ana", 2_000)
    shop.give("ana", 500, remedy="credit")
    calendar = sites.calendar_of(shop.session, shop.sites["elm_street"].id)
    tuesday_starts = calendar.start_of(date(2026, 3, 3))

    shop.void("dana", weekly, now=tuesday_starts)

    held = {key[2:]: held for key, held in budget_rows(shop.session).items()}
    monday = (0, date(2026, 3, 2), date(2026, 3, 2))
    week = (shop.remedies["refund"], date(2026, 3, 2), date(2026, 3, 8))
    # Monday is over; the week is not.
    assert held == {monday: (2_500, 2_500), week: (0, 2_000)}
    assert budget_rows(shop.session) == recounted_rows(shop.session)


def test_a_void_in_the_last_moment_of_the_day_still_gives_back(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=2_500, budget_period="day")
    made = shop.give("ana", 2_500)
    calendar = sites.calendar_of(shop.session, shop.sites["elm_street"].id)
    last = calendar.start_of(date(2026, 3, 3)) - timedelta.resolution

    shop.void("dana", made, now=last)

    assert shop.left("ana", now=last) == 2_500


def test_a_decision_of_somebody_who_has_left_can_be_voided(shop: Shop) -> None:
    shop.limit(2_500)
    made = shop.give("ana", 2_000)
    shop.people["ana"].active = False
    shop.session.flush()

    assert shop.void("dana", made).decision_id == made.id


@pytest.mark.parametrize(
    "reason, why",
    [
        (" ", "empty"),
        ("x" * 141, "too_long"),
        ("his card 4111 1111 1111 1111", "card"),
        ("call 212-555-0100", "phone"),
    ],
)
def test_a_voids_reason_follows_the_rules_for_notes(shop: Shop, reason: str, why: str) -> None:
    shop.limit(2_500)
    made = shop.give("ana", 2_000)
    draft = VoidDraft(uid=str(uuid4()), reason=reason, taken_back=False)

    with pytest.raises(BadValueError) as refused:
        voids.void_decision(shop.session, shop.people["ana"], made, draft, now=MONDAY)

    assert (refused.value.field, refused.value.why) == ("reason", why)


def test_replacing_voids_the_first_and_records_the_second(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=2_500, budget_period="day")
    first = shop.give("ana", 2_500)

    # Together both would be above the budget: the first gives back before the second is judged.
    second = replaced(shop, "ana", first, 2_000)

    assert isinstance(second, Recorded)
    assert second.decision.replaces_id == first.id
    void = voids.void_of(shop.session, first)
    assert void is not None
    assert void.replacement_uid == second.decision.uid
    assert shop.left("ana") == 500
    assert budget_rows(shop.session) == recounted_rows(shop.session)


def test_a_refused_replacement_leaves_the_first_standing_and_is_kept(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=2_500, budget_period="day")
    first = shop.give("ana", 2_000)
    uid = str(uuid4())

    answer = replaced(shop, "ana", first, 2_501, uid=uid)

    assert isinstance(answer, Refused)
    assert voids.void_of(shop.session, first) is None
    assert shop.session.get_one(Outcome, first.id).in_force
    assert shop.left("ana") == 500
    assert budget_rows(shop.session) == recounted_rows(shop.session)
    assert replaced(shop, "ana", first, 2_501, uid=uid) == Refused(
        refusal=answer.refusal, is_replay=True
    )


def test_the_same_replacement_again_gives_the_first_answer(shop: Shop) -> None:
    shop.limit(2_500)
    first, uid = shop.give("ana", 2_000), str(uuid4())
    second = replaced(shop, "ana", first, 1_000, uid=uid)

    again = replaced(shop, "ana", first, 1_000, uid=uid, after=timedelta(days=3))

    assert isinstance(second, Recorded)
    assert again == Recorded(decision=second.decision, is_replay=True)
    assert shop.session.scalars(select(func.count(col(Void.id)))).one() == 1
    # As a plain decision it is another form.
    with pytest.raises(SubmissionReusedError):
        shop.send("ana", shop.draft(1_000, uid=uid))


def test_what_was_voided_cannot_be_replaced_nor_by_whom_it_may_not(shop: Shop) -> None:
    shop.limit(2_500)
    voided, other = shop.give("ana", 2_000), shop.give("ana", 2_000)
    shop.void("dana", voided)

    with pytest.raises(AlreadyVoidedError):
        replaced(shop, "ana", voided, 1_000)
    with pytest.raises(NotPermittedError):
        replaced(shop, "ben", other, 1_000)


def test_a_supervisors_replacement_is_the_supervisors_own_decision(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=2_500, budget_period="day")
    first = shop.give("ana", 2_500)

    second = replaced(shop, "dana", first, 1_000, after=timedelta(hours=1))

    assert isinstance(second, Recorded)
    assert second.decision.person_id == shop.people["dana"].id
    assert (shop.left("ana"), shop.left("dana")) == (2_500, 1_500)
    assert budget_rows(shop.session) == recounted_rows(shop.session)


def replaced(  # who, which, by how much, under which id and when
    shop: Shop,
    name: str,
    first: Decision,
    amount_minor: int,
    *,
    uid: str | None = None,
    after: timedelta = timedelta(),
    remedy: str = "refund",
) -> Recorded | Refused:
    """Replace a decision by one of another amount."""
    return voids.replace_decision(
        shop.session,
        shop.people[name],
        first,
        draft=VoidDraft(uid=str(uuid4()), reason="Wrong amount", taken_back=True),
        instead=shop.draft(amount_minor, uid=uid or str(uuid4()), remedy=remedy),
        now=MONDAY + after,
    )


@pytest.mark.parametrize("remedy", ["refund", "credit"])
def test_what_was_allowed_is_corrected_at_once_without_asking_again(
    shop: Shop, remedy: str
) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day")
    shop.give("ana", 2_000)
    first = allowed(shop, 4_500)

    answer = replaced(shop, "ana", first, 4_000, remedy=remedy)

    assert isinstance(answer, Recorded)
    assert (answer.decision.ask_id, answer.decision.replaces_id) == (first.ask_id, first.id)
    assert answer.decision.exception_reason is None
    # What was approved is told gross; the latitude is as it was.
    (held,) = apart_rows(shop.session).values()
    assert held == (0, 8_500, 0)
    assert apart_rows(shop.session) == recounted_apart(shop.session)
    assert budget_rows(shop.session) == recounted_rows(shop.session)
    assert shop.left("ana") == 2_500
    assert tallies.check_budgets(Driver(shop.session)) == 1


def test_a_correction_of_a_correction_is_still_allowed_and_never_more(shop: Shop) -> None:
    shop.limit(2_500)
    second = replaced(shop, "ana", allowed(shop, 4_500), 4_000)
    assert isinstance(second, Recorded)

    assert isinstance(replaced(shop, "ana", second.decision, 4_001), Refused)
    third = replaced(shop, "ana", second.decision, 3_900)
    assert isinstance(third, Recorded)
    assert third.decision.ask_id == second.decision.ask_id


def test_what_is_more_or_for_somebody_else_is_judged_as_ever(shop: Shop) -> None:
    shop.limit(2_500)
    one, other = shop.customer("2125550100"), shop.customer("2125550101")
    first = allowed(shop, 4_500, customer_id=one)

    for instead in (
        shop.draft(4_501, customer_id=one),
        shop.draft(4_500, customer_id=other),
        shop.draft(4_500),
        shop.draft(4_500, customer_id=one, declared_own=True),
    ):
        assert isinstance(replaced_by(shop, "ana", first, instead), Refused)
    assert isinstance(replaced_by(shop, "dana", first, shop.draft(4_500, customer_id=one)), Refused)
    # Within the latitude it is an ordinary decision, for whomever.
    answer = replaced_by(shop, "ana", first, shop.draft(2_500, customer_id=other))
    assert isinstance(answer, Recorded)
    assert answer.decision.ask_id is None


def test_what_was_allowed_is_corrected_at_one_site_alone(shop: Shop) -> None:
    shop.limit(1_500)
    ask = shop.ask("sam", 1_900)
    shop.answer("dana", ask)
    first = shop.hand_in("sam", ask)

    answer = replaced_by(shop, "sam", first, shop.draft(1_900, site="harbour"))

    assert isinstance(answer, Refused)


def test_an_apology_in_place_of_what_was_allowed_needs_nobody(shop: Shop) -> None:
    shop.limit(2_500)
    first = allowed(shop, 4_500)

    answer = replaced(shop, "ana", first, 0, remedy="apology")

    assert isinstance(answer, Recorded)
    assert answer.decision.ask_id is None


def test_b8_after_two_minutes_nobody_voids_their_own_not_even_a_supervisor(shop: Shop) -> None:
    shop.limit(2_500)
    own = shop.give("dana", 2_000)
    shop.void("dana", shop.give("dana", 100), now=MONDAY + TWO_MINUTES - A_SECOND)

    assert not voids.may_void(shop.session, shop.people["dana"], own, now=MONDAY + TWO_MINUTES)
    with pytest.raises(NotPermittedError):
        shop.void("dana", own, now=MONDAY + TWO_MINUTES)
    with pytest.raises(NotPermittedError):
        replaced(shop, "dana", own, 100, after=TWO_MINUTES)
    assert shop.void("sam", own, now=MONDAY + TWO_MINUTES).decision_id == own.id


def test_nobody_voids_their_own_under_another_record(shop: Shop) -> None:
    shop.limit(2_500)
    made = shop.give("ana", 2_000)
    shop.people["dana"].same_as_id = shop.people["ana"].id
    shop.session.flush()

    for now in (MONDAY, MONDAY + TWO_MINUTES):
        with pytest.raises(NotPermittedError):
            shop.void("dana", made, now=now)
    assert shop.void("sam", made, now=MONDAY + TWO_MINUTES).decision_id == made.id


def allowed(shop: Shop, amount_minor: int, *, customer_id: int | None = None) -> Decision:
    """Let Ana give what Dana allowed her."""
    ask = shop.ask("ana", amount_minor, customer_id=customer_id)
    shop.answer("dana", ask)
    return shop.hand_in("ana", ask)


def replaced_by(
    shop: Shop, name: str, first: Decision, instead: DecisionDraft
) -> Recorded | Refused:
    """Replace a decision by this one, at once."""
    draft = VoidDraft(uid=str(uuid4()), reason="Wrong amount", taken_back=True)
    return voids.replace_decision(
        shop.session, shop.people[name], first, draft=draft, instead=instead, now=MONDAY
    )
