"""Who may set a limit, for whom, and what cannot be one."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core.errors import BadValueError
from ledger.core.limit_setting import CeilingError, OutsideSitesError, OwnLimitError
from ledger.core.tables import Journal, Words
from tests.counter import LIMITS_SET_AT, Shop, Terms

SET_ON = LIMITS_SET_AT.date()
NO_LIMITS = (
    ("budget_minor", Terms(budget_minor=-1, budget_period="day")),
    ("budget_minor", Terms(budget_minor=10_000_000_000, budget_period="day")),
    ("budget_period", Terms(budget_minor=100)),
    ("budget_period", Terms(budget_period="day")),
    ("budget_period", Terms(budget_minor=100, budget_period="year")),  # type: ignore[typeddict-item]  # a form may say anything
    ("customer_total_minor", Terms(customer_total_minor=-1, customer_days=7)),
    ("customer_count", Terms(customer_count=-1, customer_days=7)),
    ("customer_count", Terms(customer_count=10_000, customer_days=7)),
    ("customer_days", Terms(customer_count=2)),
    ("customer_days", Terms(customer_days=7)),
    ("customer_days", Terms(customer_count=2, customer_days=0)),
    ("customer_days", Terms(customer_count=2, customer_days=3_651)),
    ("starts_on", Terms(starts_on=SET_ON - timedelta(days=1))),
    ("ends_on", Terms(ends_on=SET_ON - timedelta(days=1))),
    ("ends_on", Terms(starts_on=date(2026, 4, 2), ends_on=date(2026, 4, 1))),
    ("currency", Terms(currency="XXQ")),
    ("currency", Terms(currency="EUR", site_id=1)),
    ("person_id", Terms(person_id=1, site_id=1)),
    ("person_id", Terms(person_id=1, grade="Associate")),
    ("person_id", Terms(person_id=999_999)),
    ("remedy_id", Terms(remedy_id=999_999)),
    ("grade", Terms(grade=" ")),
    ("reason", Terms(reason=" ")),
    ("reason", Terms(reason="x" * 501)),
    ("reason", Terms(reason="for the card 4111 1111 1111 1111")),
    ("reason", Terms(reason="call 212-555-0100")),
)


def test_a_supervisor_sets_limits_for_own_sites_and_their_people(shop: Shop) -> None:
    elm_street = shop.sites["elm_street"].id

    for terms in (
        Terms(site_id=elm_street),
        Terms(site_id=elm_street, grade="Associate"),
        Terms(person_id=shop.people["ana"].id),
    ):
        assert shop.limit(2_500, by="dana", **terms).set_by_id == shop.people["dana"].id


def test_a_supervisor_sets_nothing_beyond_own_sites(shop: Shop) -> None:
    for terms in (
        Terms(),
        Terms(grade="Associate"),
        Terms(site_id=shop.sites["harbour"].id),
        Terms(person_id=shop.people["chidi"].id),
        # Sam works at Elm Street, and elsewhere too.
        Terms(person_id=shop.people["sam"].id),
        # Hana works nowhere.
        Terms(person_id=shop.people["hana"].id),
    ):
        with pytest.raises(OutsideSitesError):
            shop.limit(2_500, by="dana", **terms)


def test_a_supervisor_sets_no_more_than_the_ceiling(shop: Shop) -> None:
    elm_street = shop.sites["elm_street"].id

    for amount_minor in (9_999, 10_000):
        made = shop.limit(amount_minor, by="dana", site_id=elm_street)
        assert made.per_decision_minor == amount_minor
    with pytest.raises(CeilingError) as refused:
        shop.limit(10_001, by="dana", site_id=elm_street)
    assert (refused.value.ceiling_minor, refused.value.currency) == (10_000, "USD")


@pytest.mark.parametrize("name", ["dana", "sam", "ada"])
def test_nobody_sets_their_own_limit(shop: Shop, name: str) -> None:
    with pytest.raises(OwnLimitError):
        shop.limit(2_500, by=name, person_id=shop.people[name].id)


def test_g7_nobody_sets_their_own_limit_under_another_record(shop: Shop) -> None:
    shop.people["ana"].same_as_id = shop.people["dana"].id
    shop.session.flush()

    with pytest.raises(OwnLimitError):
        shop.limit(2_500, by="dana", person_id=shop.people["ana"].id)


def test_g7_a_limit_never_applies_to_another_record_of_who_set_it(shop: Shop) -> None:
    shop.limit(1_000)
    shop.limit(2_500, by="dana", site_id=shop.sites["elm_street"].id)
    before = shop.headroom("ana").headroom_minor
    for older, newer in (("dana", "ana"), ("ana", "dana")):
        shop.people[newer].same_as_id = shop.people[older].id
        shop.session.flush()
        assert (before, shop.headroom("ana").headroom_minor) == (2_500, 1_000)
        shop.people[newer].same_as_id = None
    for first, last in (("dana", "ana"), ("ana", "dana")):
        shop.people[first].same_as_id = shop.people["ben"].id
        shop.people["ben"].same_as_id = shop.people[last].id
        shop.session.flush()
        assert shop.headroom("ana").headroom_minor == 1_000
        shop.people[first].same_as_id = None


def test_g7_a_limit_for_those_among_whom_only_oneself_stands_is_ones_own(shop: Shop) -> None:
    elm_street = shop.sites["elm_street"].id
    shop.people["sam"].grade = "Regional"
    shop.session.flush()

    # Dana is the only lead there now.
    with pytest.raises(OwnLimitError):
        shop.limit(2_500, by="dana", site_id=elm_street, grade="Lead")
    assert shop.limit(2_500, by="sam", site_id=elm_street, grade="Lead").id
    # Nobody at all is somebody to come.
    assert shop.limit(2_500, by="dana", site_id=elm_street, grade="Trainee").id


@pytest.mark.parametrize("name", ["ana", "hana", "otto", "vera"])
def test_only_supervisors_and_administrators_set_limits(shop: Shop, name: str) -> None:
    with pytest.raises(OutsideSitesError):
        shop.limit(2_500, by=name, site_id=shop.sites["elm_street"].id)


def test_an_administrator_sets_limits_for_everyone_without_a_ceiling(shop: Shop) -> None:
    assert shop.limit(9_999_999_999).per_decision_minor == 9_999_999_999


def test_b10_zero_is_a_limit_and_means_nothing_may_be_given(shop: Shop) -> None:
    shop.limit(0)

    assert shop.refused("ana", 1).rule == "per_decision"


def test_b11_a_limit_is_in_the_currency_of_its_site(shop: Shop) -> None:
    with pytest.raises(BadValueError) as refused:
        shop.limit(2_500, currency="EUR", site_id=shop.sites["elm_street"].id)

    assert (refused.value.field, refused.value.why) == ("currency", "not the site's")


def test_b10_what_cannot_be_a_limit_is_refused_by_its_field(sqlite_shop: Shop) -> None:
    for field, terms in NO_LIMITS:
        with pytest.raises(BadValueError) as refused:
            sqlite_shop.limit(2_500, **terms)
        assert refused.value.field == field, terms
    for amount_minor in (-1, 10_000_000_000):
        with pytest.raises(BadValueError):
            sqlite_shop.limit(amount_minor)


def test_why_a_limit_was_set_is_kept_beside_the_journal_and_not_in_it(shop: Shop) -> None:
    made = shop.limit(2_500, reason=" Ruth Marsh\n waits too long ")
    longest = shop.limit(2_500, reason="x" * 500)

    for limit, body in ((made, "Ruth Marsh waits too long"), (longest, "x" * 500)):
        assert shop.session.get_one(Words, f"limit:{limit.uid}").body == body
        content = shop.session.get_one(Journal, limit.journal_seq).content
        assert limit.reason_commitment in content
    assert not any("Ruth" in said for said in shop.session.scalars(select(col(Journal.content))))


def test_every_change_is_a_new_row_in_the_journal(shop: Shop) -> None:
    shop.limit(2_500)
    shop.limit(2_000, starts_on=date(2026, 4, 1))

    kinds = shop.session.scalars(select(Journal.kind))  # type: ignore[call-overload]  # SQLModel types a column as its value
    assert list(kinds).count("limit.set") == 2
