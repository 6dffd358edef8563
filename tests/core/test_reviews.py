"""Reviews: what went past a limit is read once, by a supervisor who did not give it."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from ledger.core import ask_rules, reviews
from ledger.core.ask_rules import Rule
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.reviews import AlreadyReviewedError, OwnDecisionError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Decision, Journal, Review
from ledger.core.voids import VoidDraft, void_decision
from tests.counter import LIMITS_SET_AT, MONDAY, Shop

A_DAY = timedelta(hours=24)
WAIT = timedelta(minutes=15)


def test_an_exception_is_to_be_read_by_every_supervisor_of_its_site_within_a_day(
    shop: Shop,
) -> None:
    made = exception(shop)
    shop.give("ana", 100)

    for name in ("dana", "sam"):
        (unread,) = reviews.needs_review(shop.session, shop.people[name], now=MONDAY)
        assert (unread.decision.id, unread.due_at, unread.is_late) == (
            made.id,
            MONDAY + A_DAY,
            False,
        )
    (late,) = reviews.needs_review(shop.session, shop.people["dana"], now=MONDAY + A_DAY)
    assert late.is_late
    for name in ("ana", "hana", "otto", "vera", "ada"):
        assert not unread_of(shop, name), name


def test_only_a_supervisor_of_that_site_reads_it(shop: Shop) -> None:
    made = exception(shop, "chidi", site="harbour")

    assert not unread_of(shop, "dana")
    with pytest.raises(NotFoundError):
        read(shop, "dana", made)
    with pytest.raises(NotPermittedError):
        read(shop, "otto", made)
    assert read(shop, "sam", made).decision_id == made.id


def test_what_was_read_is_off_the_list_and_in_the_journal(shop: Shop) -> None:
    made = exception(shop)

    row = read(shop, "dana", made, words=" Right so, thank you ")

    assert (row.person_id, row.made_at) == (shop.people["dana"].id, MONDAY)
    assert reviews.review_of(shop.session, made) == row
    assert reviews.words_of(shop.session, row) == "Right so, thank you"
    kept = shop.session.get_one(Journal, row.journal_seq)
    assert (kept.kind, kept.subject) == ("decision.reviewed", f"decision:{made.uid}")
    assert "thank" not in kept.content
    assert not unread_of(shop, "dana")
    assert not unread_of(shop, "sam")


def test_it_is_read_once_and_the_second_sees_by_whom(shop: Shop) -> None:
    made = exception(shop)
    uid = str(uuid.uuid4())
    first = read(shop, "dana", made, uid=uid)

    assert read(shop, "dana", made, uid=uid) == first
    with pytest.raises(AlreadyReviewedError) as found:
        read(shop, "sam", made)
    assert found.value.review == first
    with pytest.raises(SubmissionReusedError):
        read(shop, "sam", made, uid=uid)


def test_nobody_reads_their_own_under_whatever_record(shop: Shop) -> None:
    made = exception(shop, "dana")

    assert not unread_of(shop, "dana")
    with pytest.raises(OwnDecisionError):
        read(shop, "dana", made)
    shop.people["sam"].same_as_id = shop.people["dana"].id
    shop.session.flush()
    assert not unread_of(shop, "sam")
    with pytest.raises(OwnDecisionError):
        read(shop, "sam", made)


def test_what_the_band_let_through_is_read_too(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    set_rule(shop, Rule(act_now_up_to_minor=3_000))
    made = shop.give("ana", 3_000, act_now=True, note="The train was leaving")

    assert unread_of(shop, "dana") == [made.id]


def test_what_was_given_when_time_had_run_out_is_read_too_and_an_approved_one_is_not(
    shop: Shop,
) -> None:
    shop.limit(2_500)
    set_rule(shop, Rule(on_timeout="allow", allow_up_to_minor=5_000))
    approved = shop.ask("ana", 4_000, note="The cake fell")
    shop.answer("dana", approved)
    by_dana = shop.hand_in("ana", approved)
    alone = shop.ask("ana", 4_000, note="Another one")
    by_time = shop.hand_in("ana", alone, now=MONDAY + WAIT)

    assert unread_of(shop, "dana", now=MONDAY + WAIT) == [by_time.id]
    with pytest.raises(NotFoundError):
        read(shop, "dana", by_dana)
    assert read(shop, "dana", by_time, now=MONDAY + WAIT).decision_id == by_time.id


def test_an_ordinary_decision_is_nothing_to_read(shop: Shop) -> None:
    shop.limit(2_500)
    with pytest.raises(NotFoundError):
        read(shop, "dana", shop.give("ana", 100))


def test_what_was_undone_is_read_only_if_the_customer_kept_it(shop: Shop) -> None:
    kept, back = exception(shop), exception(shop)
    by_dana = exception(shop)
    void(shop, "ana", kept, taken_back=False)
    void(shop, "ana", back, taken_back=True)
    void(shop, "dana", by_dana, taken_back=False)

    assert unread_of(shop, "dana") == [kept.id]


@pytest.mark.parametrize("words, why", [("x" * 141, "too_long"), ("call 212-555-0100", "phone")])
def test_words_follow_the_rules_for_notes(shop: Shop, words: str, why: str) -> None:
    made = exception(shop)

    with pytest.raises(BadValueError) as found:
        read(shop, "dana", made, words=words)
    assert (found.value.field, found.value.why) == ("words", why)
    assert read(shop, "dana", made, words="  ").words_commitment is None


def exception(shop: Shop, name: str = "ana", *, site: str = "elm_street") -> Decision:
    """Record something that was given past a limit."""
    shop.limit(2_500, now=MONDAY)
    return shop.give(name, 9_000, site=site, already_given=True, note="It was burnt")


def read(
    shop: Shop,
    name: str,
    made: Decision,
    *,
    uid: str | None = None,
    words: str | None = None,
    now: datetime = MONDAY,
) -> Review:
    """Let somebody read it."""
    return reviews.review(
        shop.session,
        shop.people[name],
        made,
        uid=uid or str(uuid.uuid4()),
        words=words,
        now=now,
    )


def unread_of(shop: Shop, name: str, *, now: datetime = MONDAY) -> Sequence[int]:
    """Return which decisions somebody is to read."""
    found = reviews.needs_review(shop.session, shop.people[name], now=now)
    return [one.decision.id for one in found]


def void(shop: Shop, name: str, made: Decision, *, taken_back: bool) -> None:
    """Undo it."""
    draft = VoidDraft(uid=str(uuid.uuid4()), reason="Wrong one", taken_back=taken_back)
    void_decision(shop.session, shop.people[name], made, draft, now=MONDAY)


def set_rule(shop: Shop, rule: Rule) -> None:
    """Set how asks go at Elm Street."""
    ask_rules.set_rule(
        shop.session, shop.sites["elm_street"], rule, actor="system", now=LIMITS_SET_AT
    )
