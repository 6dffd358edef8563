"""Flags: what raises one, what does not, and how a supervisor reads it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from ledger.core import chances, flags, unmet_needs
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.flag_readings import AlreadyReadError, ReadingName
from ledger.core.flags import Flag, OwnFlagError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Decision, FlagReading, Journal
from ledger.core.unmet_needs import UnmetNeedDraft
from tests.counter import MONDAY, Shop

DAY = timedelta(days=1)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Let everybody give up to $25 a decision."""
    shop.limit(2_500)
    return shop


def open_to(shop: Shop, name: str = "dana", *, now: datetime = MONDAY) -> Sequence[Flag]:
    return flags.open_flags(shop.session, shop.people[name], now=now)


def only(shop: Shop, *, now: datetime = MONDAY) -> Flag:
    (flag,) = open_to(shop, now=now)
    return flag


def read(
    shop: Shop,
    flag: Flag,
    name: str = "dana",
    *,
    reading: ReadingName = "limit",
    words: str | None = None,
    uid: str | None = None,
    now: datetime = MONDAY,
) -> FlagReading:
    return flags.read_flag(
        shop.session,
        shop.people[name],
        flag.key,
        reading=reading,
        words=words,
        uid=uid or str(uuid4()),
        now=now,
    )


def near(shop: Shop, count: int = 8, *, now: datetime = MONDAY, amount: int = 2_400) -> None:
    """Let Ana give so many times what is just under the limit."""
    for step in range(count):
        shop.give("ana", amount, now=now + timedelta(minutes=step - count))


def again(shop: Shop, *, times: int = 4, now: datetime = MONDAY) -> Sequence[Decision]:
    """Let Ana and Ben give one customer a little so many times by turns, the last one now."""
    customer = shop.customer("212 555 0100")
    return [
        shop.give(("ana", "ben")[step % 2], 300, customer_id=customer, now=now - DAY * step)
        for step in reversed(range(times))
    ]


def test_b6_twenty_five_small_gifts_to_dodge_a_limit_raise_a_flag(shop: Shop) -> None:
    customer = shop.customer("212 555 0100")
    for step in range(25):
        name = "ben" if step == 24 else "ana"
        shop.give(name, 100, customer_id=customer, now=MONDAY + timedelta(minutes=step))

    flag = only(shop, now=MONDAY + timedelta(hours=1))

    # Together they are exactly the limit, which one decision may give: no splitting.
    assert (flag.kind, flag.pattern.counted, flag.people) == ("same_customer", 25, 2)

    shop.give("ana", 1, customer_id=customer, now=MONDAY + timedelta(hours=1))

    kinds = [one.kind for one in open_to(shop, now=MONDAY + timedelta(hours=1))]
    assert kinds == ["same_customer", "splitting"]


def test_b7_a_gift_split_over_two_staff_raises_a_flag(shop: Shop) -> None:
    customer = shop.customer("212 555 0100")
    shop.give("ana", 2_000, customer_id=customer)
    shop.give("ben", 2_000, customer_id=customer)

    flag = only(shop)

    assert flag.kind == "splitting"
    assert (flag.pattern.counted, flag.pattern.amount_minor, flag.people) == (2, 4_000, 2)
    assert flag.pattern.on == date(2026, 3, 2)
    assert flag.pattern.per_decision_minor == 2_500


@pytest.mark.parametrize("second, is_flagged", [(499, False), (500, False), (501, True)])
def test_a_split_gift_is_one_above_the_limit(shop: Shop, second: int, *, is_flagged: bool) -> None:
    customer = shop.customer("212 555 0100")
    shop.give("ana", 2_000, customer_id=customer)
    shop.give("ana", second, customer_id=customer)

    assert bool(open_to(shop)) is is_flagged


def test_two_gifts_on_two_days_or_to_walk_ins_are_not_split(shop: Shop) -> None:
    customer = shop.customer("212 555 0100")
    shop.give("ana", 2_000, customer_id=customer)
    shop.give("ana", 2_000, customer_id=customer, now=MONDAY - DAY)
    shop.give("ana", 2_000)
    shop.give("ana", 2_000)

    assert not open_to(shop)


@pytest.mark.parametrize("count, is_flagged", [(7, False), (8, True)])
def test_many_just_under_the_limit_are_eight_at_least(
    shop: Shop, count: int, *, is_flagged: bool
) -> None:
    near(shop, count)

    assert bool(open_to(shop)) is is_flagged


@pytest.mark.parametrize("amount, is_near", [(2_250, False), (2_251, True), (2_500, True)])
def test_just_under_is_the_last_tenth_and_the_limit_itself(
    shop: Shop, amount: int, *, is_near: bool
) -> None:
    near(shop, amount=amount)

    assert bool(open_to(shop)) is is_near


def test_what_is_usual_at_ones_sites_is_no_flag(shop: Shop) -> None:
    near(shop, 8)
    for step in range(10):
        shop.give("ana", 1_000, now=MONDAY - timedelta(minutes=step))
    flag = only(shop)
    assert (flag.pattern.counted, flag.pattern.of, flag.pattern.usual_of) == (8, 18, 0)

    # At Harbour half of all decisions are as near: eight of 18 are few.
    for step in range(40):
        amount = 2_400 if step % 2 else 1_000
        shop.give("chidi", amount, site="harbour", now=MONDAY - timedelta(minutes=step))

    found = open_to(shop, "sam")
    assert [(one.about.site.name, one.pattern.counted) for one in found] == [("Harbour", 20)]
    assert (found[0].pattern.usual_near, found[0].pattern.usual_of) == (0, 0)
    # Dana sees Elm Street alone, where nothing else was given.
    assert [one.pattern.counted for one in open_to(shop)] == [8]


def test_a_limit_of_one_persons_own_raises_no_flag(shop: Shop) -> None:
    shop.limit(2_600, person_id=shop.people["ana"].id, starts_on=date(2026, 2, 3))
    near(shop, amount=2_590)

    assert not open_to(shop)


def test_a_flag_on_a_limit_has_the_facts_of_both_readings(shop: Shop) -> None:
    shop.give("ana", 2_450, note="Cake with the wrong name")
    shop.give("ana", 2_450, customer_id=shop.customer("212 555 0100"))
    near(shop, 7)
    draft = UnmetNeedDraft(
        uid=str(uuid4()),
        site_id=shop.sites["elm_street"].id,
        reason_id=shop.reasons["quality"],
        amount_minor=3_000,
    )
    unmet_needs.record_unmet_need(shop.session, shop.people["ana"], draft, now=MONDAY)

    flag = only(shop)

    assert (flag.kind, flag.about.reason) == ("just_under", "Quality")
    assert flag.about.limit is not None
    assert flag.since == date(2026, 2, 3)
    assert (flag.pattern.counted, flag.without_note, flag.walk_ins) == (9, 8, 8)
    assert (flag.wanted.asks, flag.wanted.approved, flag.wanted.unmet) == (0, 0, 1)
    assert len(flag.decisions) == 9
    assert flag.decisions[0].amount_minor == 2_450


def test_what_was_voided_or_is_older_than_28_days_does_not_count(shop: Shop) -> None:
    near(shop, 8)
    assert open_to(shop, now=MONDAY + DAY * 27)
    assert not open_to(shop, now=MONDAY + DAY * 28)

    newest = shop.session.scalars(select(Decision).order_by(Decision.id.desc())).first()  # type: ignore[attr-defined]  # a column
    assert newest is not None
    shop.void("dana", newest)

    assert not open_to(shop)


def test_the_same_customer_again_and_again_is_told_with_their_name(shop: Shop) -> None:
    again(shop, times=3)
    assert not open_to(shop)

    again(shop, times=1)

    flag = only(shop)
    assert (flag.kind, flag.pattern.counted) == ("same_customer", 4)
    assert flag.about.customer == "•••• 0100"
    assert flag.came(["alone"]) == 4


def test_what_one_person_alone_gave_a_customer_is_no_flag_about_them(shop: Shop) -> None:
    customer = shop.customer("212 555 0100")
    for step in range(10):
        shop.give("ana", 300, customer_id=customer, now=MONDAY - DAY * step)
    assert not open_to(shop)

    shop.give("ben", 300, customer_id=customer)

    flag = only(shop)
    assert (flag.kind, flag.pattern.counted, flag.people) == ("same_customer", 11, 2)


def test_where_many_customers_come_often_one_more_is_no_flag(shop: Shop) -> None:
    again(shop, times=4)
    for number in range(10):
        for step in range(3):
            phone = f"212 555 02{number:02}"
            shop.give("ben", 300, customer_id=shop.customer(phone), now=MONDAY - DAY * step)

    assert not open_to(shop)


def test_a_customer_over_many_people_is_told_as_that(shop: Shop) -> None:
    customer = shop.customer("212 555 0100")
    for name in ("ana", "ben", "dana", "sam"):
        for step in range(2):
            shop.give(name, 300, customer_id=customer, now=MONDAY - DAY * step)

    flag = only(shop)

    assert (flag.kind, flag.pattern.counted, flag.people) == ("many_hands", 8, 4)


def test_a_flag_is_of_ones_own_sites_and_never_for_staff(shop: Shop) -> None:
    for step in range(8):
        shop.give("chidi", 2_400, site="harbour", now=MONDAY - timedelta(minutes=step))

    assert not open_to(shop, "dana")
    (flag,) = open_to(shop, "sam")
    assert [one.key for one in open_to(shop, "otto")] == [flag.key]
    for name in ("ana", "chidi", "hana", "vera", "ada"):
        assert not open_to(shop, name)
        with pytest.raises(NotPermittedError):
            read(shop, flag, name)
    with pytest.raises(NotPermittedError):
        read(shop, flag, "otto")
    with pytest.raises(NotFoundError):
        read(shop, flag, "dana")


def test_a_reading_is_kept_with_its_name_and_words(shop: Shop) -> None:
    near(shop)

    row = read(shop, only(shop), reading="misuse", words="I look closer  today")

    assert (row.kind, row.counted, row.through) == ("just_under", 8, date(2026, 3, 2))
    assert shop.session.get_one(Journal, row.journal_seq).kind == "flag.read"
    assert not open_to(shop)
    (kept,) = flags.flags_read(shop.session, shop.people["dana"], now=MONDAY)
    assert (kept.person, kept.words, kept.reading.reading) == (
        "Dana",
        "I look closer today",
        "misuse",
    )
    assert kept.about.reason == "Quality"
    assert not flags.flags_read(shop.session, shop.people["ana"], now=MONDAY)


def test_the_same_form_again_is_one_reading(shop: Shop) -> None:
    near(shop)
    flag, uid = only(shop), str(uuid4())

    first = read(shop, flag, uid=uid, words="Set too low")

    assert read(shop, flag, uid=uid, words="Set too low", now=MONDAY + DAY) == first
    assert len(shop.session.scalars(select(FlagReading)).all()) == 1
    with pytest.raises(SubmissionReusedError):
        read(shop, flag, uid=uid, reading="misuse")


def test_the_first_reading_wins_and_the_second_sees_it(shop: Shop) -> None:
    near(shop)
    flag = only(shop)
    first = read(shop, flag)

    with pytest.raises(AlreadyReadError) as refused:
        read(shop, flag, "sam", reading="misuse")

    assert refused.value.reading == first


def test_a_flag_that_was_read_is_raised_again_by_as_many_newer_decisions(shop: Shop) -> None:
    near(shop)
    read(shop, only(shop))
    later = MONDAY + DAY

    near(shop, 7, now=later)
    assert not open_to(shop, now=later)
    near(shop, 1, now=later)

    flag = only(shop, now=later)
    assert flag.pattern.counted == 16
    assert flag.before is not None
    read(shop, flag, now=later)
    assert not open_to(shop, now=later)


def test_one_more_part_raises_a_split_gift_again(shop: Shop) -> None:
    customer = shop.customer("212 555 0100")
    for _part in range(2):
        shop.give("ana", 2_000, customer_id=customer)
    read(shop, only(shop))

    shop.give("ana", 100, customer_id=customer)

    assert only(shop).pattern.counted == 3


def test_nobody_reads_a_flag_of_their_own_decisions_alone(shop: Shop) -> None:
    for step in range(8):
        shop.give("dana", 2_400, now=MONDAY - timedelta(minutes=step))
    flag = only(shop)

    with pytest.raises(OwnFlagError):
        read(shop, flag)

    assert read(shop, flag, "sam").reading == "limit"


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"reading": "guilty"}, "reading"),
        ({"uid": "first"}, "uid"),
        ({"words": "Call 212 555 0100"}, "note"),
        ({"words": "x" * 141}, "note"),
    ],
)
def test_what_cannot_be_a_reading_is_refused(
    shop: Shop, changed: dict[str, str], field: str
) -> None:
    near(shop)
    flag = only(shop)

    with pytest.raises(BadValueError) as refused:
        read(shop, flag, **changed)  # type: ignore[arg-type]  # texts that are none of the readings

    assert refused.value.field == field
    assert open_to(shop)


def test_a_flag_that_is_not_there_is_not_found(shop: Shop) -> None:
    near(shop)
    flag = only(shop)
    read(shop, flag)

    for key in ("just_under", "just_under/x/y", "just_under/1/reason:9,limit:9", ""):
        with pytest.raises(NotFoundError):
            flags.read_flag(
                shop.session,
                shop.people["dana"],
                key,
                reading="limit",
                uid=str(uuid4()),
                now=MONDAY,
            )


@pytest.mark.parametrize(
    "at_least, of, share, chance",
    [(0, 5, 0.5, 1.0), (5, 5, 0.5, 0.03125), (1, 2, 0.5, 0.75), (6, 5, 0.5, 0.0), (2, 9, 1, 1.0)],
)
def test_a_binomial_tail_is_what_counting_says(
    at_least: int, of: int, share: float, chance: float
) -> None:
    assert chances.binomial_tail(at_least, of, share) == pytest.approx(chance)


def test_a_poisson_tail_is_what_tables_say() -> None:
    assert chances.poisson_tail(0, 1.0) == pytest.approx(1.0)
    assert chances.poisson_tail(1, 1.0) == pytest.approx(0.632120, abs=1e-6)
    assert chances.poisson_tail(4, 1.0) == pytest.approx(0.018988, abs=1e-6)
