"""Recording a decision: what is kept, what is judged, and what cannot be written at all."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from ledger.core import decisions, reasons, sites
from ledger.core.drafts import DecisionDraft
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.money import MAX_MINOR
from ledger.core.tables import (
    Decision,
    Journal,
    Outcome,
    PersonSite,
    Reason,
    Remedy,
    Submission,
    Words,
)
from tests.counter import LIMITS_SET_AT, MONDAY, TUESDAY, Shop

TICK = timedelta.resolution
QUARTER = timedelta(minutes=15)


def test_a_decision_is_kept_with_all_that_was_said(shop: Shop) -> None:
    shop.limit(2_500)
    customer_id = shop.customer("2125550100")

    made = shop.give(
        "ana",
        1_500,
        customer_id=customer_id,
        forecast="comes_back",
        apologised=True,
        noticed_first=False,
        asked_for="nothing",
    )

    assert (made.person_id, made.customer_id) == (shop.people["ana"].id, customer_id)
    assert (made.amount_minor, made.cost_minor, made.currency) == (1_500, 1_500, "USD")
    assert (made.business_date, made.zone) == (date(2026, 3, 2), "America/New_York")
    assert made.claimed_at == made.decided_at == made.received_at == MONDAY
    assert (made.forecast, made.asked_for) == ("comes_back", "nothing")
    assert (made.apologised, made.noticed_first, made.written_later) == (True, False, False)
    assert (made.source, made.feed, made.external_id, made.ask_id) == ("logged", None, None, None)


def test_what_nobody_answered_is_kept_as_nothing(shop: Shop) -> None:
    shop.limit(2_500)

    made = shop.give("ana", 1_500)

    told = (made.forecast, made.apologised, made.noticed_first, made.asked_for)
    assert told == (None, None, None, None)
    assert (made.customer_id, made.note_commitment) == (None, None)


def test_every_decision_and_refusal_has_its_own_row_in_the_journal(shop: Shop) -> None:
    shop.limit(2_500)
    made, refused = shop.give("ana", 1_500), shop.refused("ana", 2_501)

    row = shop.session.get_one(Journal, made.journal_seq)
    assert (row.kind, row.subject) == ("decision.recorded", f"decision:{made.uid}")
    assert row.actor == f"person:{shop.people['ana'].uid}"
    assert shop.session.get_one(Journal, refused.journal_seq).kind == "decision.refused"
    assert shop.session.get_one(Outcome, made.id).in_force


def test_a_refusal_says_how_much_until_when_and_by_which_limit(shop: Shop) -> None:
    limit = shop.limit(2_500, budget_minor=3_000, budget_period="day")
    shop.give("ana", 2_000)

    refusal = shop.refused("ana", 1_001)

    calendar = sites.calendar_of(shop.session, shop.sites["elm_street"].id)
    assert (refusal.rule, refusal.limit_id) == ("budget", limit.id)
    assert (refusal.amount_minor, refusal.headroom_minor) == (1_001, 1_000)
    assert refusal.until == calendar.start_of(date(2026, 3, 3))
    assert shop.session.scalars(select(func.count(col(Decision.id)))).one() == 1


def test_the_cost_is_the_share_of_then_and_is_not_rewritten(shop: Shop) -> None:
    shop.limit(2_500)
    free_item = shop.session.get_one(Remedy, shop.remedies["free_item"])
    # Half of 2.25 is 1.125, half a cent up.
    before = shop.give("ana", 225, remedy="free_item")
    free_item.cost_share_bp = 10_000
    shop.session.flush()

    after = shop.give("ana", 225, remedy="free_item")

    assert (before.cost_minor, after.cost_minor) == (113, 225)
    stored = text("SELECT cost_minor FROM decision WHERE id = :id")
    assert shop.session.execute(stored, {"id": before.id}).scalar_one() == 113


def test_only_an_apology_is_worth_nothing(shop: Shop) -> None:
    shop.limit(MAX_MINOR)

    assert shop.give("ana", 0, remedy="apology").cost_minor == 0
    assert why(shop, shop.draft(1, remedy="apology")) == ("amount", "worthless")
    assert why(shop, shop.draft(0)) == ("amount", "zero")


def test_amounts_have_a_floor_and_a_ceiling(shop: Shop) -> None:
    shop.limit(MAX_MINOR)

    assert shop.give("ana", 1).amount_minor == 1
    assert shop.give("ana", MAX_MINOR).amount_minor == MAX_MINOR
    for amount_minor in (-1, MAX_MINOR + 1, 2**63):
        assert why(shop, shop.draft(amount_minor)) == ("amount", "out of bounds")


def test_what_is_not_offered_cannot_be_chosen(shop: Shop) -> None:
    shop.limit(2_500)
    shop.session.get_one(Remedy, shop.remedies["upgrade"]).retired = True
    shop.session.get_one(Reason, shop.reasons["late"]).retired = True
    shop.session.flush()
    plain = shop.draft(100)

    assert why(shop, shop.draft(100, remedy="upgrade")) == ("remedy_id", "not offered")
    assert why(shop, replace(plain, remedy_id=999)) == ("remedy_id", "not offered")
    assert why(shop, replace(plain, reason_id=shop.reasons["late"])) == ("reason_id", "not offered")
    assert why(shop, replace(plain, reason_id=999)) == ("reason_id", "not offered")
    assert why(shop, replace(plain, forecast="for sure")) == ("forecast", "unknown")
    assert why(shop, replace(plain, asked_for="a pony")) == ("asked_for", "unknown")
    assert why(shop, replace(plain, uid="first")) == ("uid", "not an id")
    assert why(shop, replace(plain, uid=plain.uid.upper())) == ("uid", "not an id")
    with pytest.raises(NotFoundError, match="customer"):
        shop.send("ana", replace(plain, customer_id=999))


@pytest.mark.parametrize(
    "note, reason",
    [
        ("card 4111 1111 1111 1111", "card"),
        ("call 212-555-0100 later", "phone"),
        ("x" * 141, "too_long"),
    ],
)
def test_a_note_with_a_number_of_somebodys_is_refused(shop: Shop, note: str, reason: str) -> None:
    shop.limit(2_500)

    assert why(shop, shop.draft(100, note=note)) == ("note", reason)


def test_a_note_is_kept_outside_the_journal(shop: Shop) -> None:
    shop.limit(2_500)

    made = shop.give("ana", 100, note="  The cake was\n the wrong one ")

    assert shop.session.get_one(Words, f"note:{made.uid}").body == "The cake was the wrong one"
    assert made.note_commitment
    row = shop.session.get_one(Journal, made.journal_seq)
    assert "cake" not in row.content
    assert made.note_commitment in row.content


def test_a_decision_is_made_only_where_one_works_today(shop: Shop) -> None:
    shop.limit(2_500)
    until_monday = shop.session.scalars(
        select(PersonSite).where(col(PersonSite.person_id) == shop.people["ben"].id)
    ).one()
    until_monday.until = date(2026, 3, 2)
    shop.session.flush()

    shop.give("ben", 100, now=MONDAY)
    for name, site, now in (
        ("ben", "elm_street", TUESDAY),
        ("ana", "harbour", MONDAY),
        ("hana", "elm_street", MONDAY),
    ):
        with pytest.raises(NotFoundError, match="site"):
            shop.send(name, shop.draft(100, site=site), now=now)
    shop.sites["elm_street"].retired = True
    with pytest.raises(NotFoundError, match="site"):
        shop.send("ana", shop.draft(100))


def test_who_has_left_decides_nothing_even_with_a_page_still_open(shop: Shop) -> None:
    shop.limit(2_500)
    # The page's person was read before; the row has changed since.
    ana = shop.people["ana"].id
    shop.session.execute(text("UPDATE person SET active = 0 WHERE id = :id"), {"id": ana})

    with pytest.raises(NotPermittedError):
        shop.send("ana", shop.draft(100))


def test_written_later_is_judged_by_the_limit_then_in_force(shop: Shop) -> None:
    shop.limit(2_500)
    shop.limit(1_000, now=MONDAY)
    later = MONDAY + 2 * QUARTER

    made = shop.give("ana", 2_000, claimed_at=MONDAY - QUARTER, now=later)

    assert (made.limit_per_decision_minor, made.written_later) == (2_500, True)
    assert made.claimed_at == made.decided_at == MONDAY - QUARTER
    assert made.received_at == later
    assert shop.refused("ana", 2_000, claimed_at=MONDAY, now=later).rule == "per_decision"


def test_written_later_means_a_quarter_hour_of_the_open_day(shop: Shop) -> None:
    shop.limit(2_500)
    day_starts = datetime(2026, 3, 2, 9, tzinfo=UTC)

    assert shop.give("ana", 100, claimed_at=day_starts).business_date == date(2026, 3, 2)
    for claimed_at in (
        day_starts - QUARTER,
        day_starts + timedelta(minutes=1),
        MONDAY,
        MONDAY + QUARTER,
    ):
        assert why(shop, shop.draft(100, claimed_at=claimed_at)) == ("claimed_at", "not today")


def test_the_ledger_never_receives_backwards(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("ana", 100, now=MONDAY)

    made = shop.give("ana", 100, now=MONDAY - QUARTER)

    assert (made.received_at, made.decided_at) == (MONDAY, MONDAY - QUARTER)


def test_the_forms_choices_come_in_their_order(shop: Shop) -> None:
    for number in range(3):
        shop.session.add(Reason(code=f"extra_{number}", name=f"Extra {number}", position=-1))
    shop.session.flush()

    kinds = [remedy.kind for remedy in decisions.remedies_offered(shop.session)]
    assert (kinds[0], kinds[-1]) == ("refund", "apology")
    offered = [reason.code for reason in reasons.company_reasons(shop.session)]
    assert offered[:4] == ["extra_0", "extra_1", "extra_2", "wrong_item"]
    assert len(offered) == 7


def test_a_malformed_form_leaves_nothing(shop: Shop) -> None:
    shop.limit(2_500, now=LIMITS_SET_AT)

    why(shop, shop.draft(0))

    assert not shop.session.scalars(select(Submission)).all()


def why(shop: Shop, draft: DecisionDraft) -> tuple[str, str]:
    """Return which field of Ana's form cannot be used, and why not."""
    with pytest.raises(BadValueError) as refused:
        shop.send("ana", draft)
    return refused.value.field, refused.value.why
