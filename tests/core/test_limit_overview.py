"""Who may give how much at a site: what is in force, what it reverts to, and what is planned."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from ledger.core import headroom, limit_book, limit_changes, limits, sites
from ledger.core.errors import NotFoundError
from ledger.core.limit_book import Place, Scope
from ledger.core.limit_changes import ChangedMeanwhileError
from ledger.core.limit_setting import NewLimit
from ledger.core.reports import limit_overview, named_limits
from ledger.core.tables import Limit
from tests.counter import MONDAY, TUESDAY, Shop

FRIDAY = date(2026, 3, 6)
SATURDAY = date(2026, 3, 7)


def winner_of(shop: Shop, name: str, *, on: date) -> Limit | None:
    person, site = shop.people[name], shop.sites["elm_street"]
    place = Place(
        person_id=person.id,
        grade=person.grade,
        site_id=site.id,
        currency="USD",
        calendar=sites.calendar_of(shop.session, site.id),
    )
    book = limit_book.not_over(shop.session, "USD", on=on)
    return limit_book.winner(book, place, on=on)


def test_of_each_scope_only_the_limit_that_counts_now_is_in_force(shop: Shop) -> None:
    elm = shop.sites["elm_street"]
    shop.limit(2_000, site_id=elm.id)
    latest = shop.limit(2_500, site_id=elm.id, now=MONDAY)

    found = limit_overview.limits_at(shop.session, elm, now=TUESDAY)

    assert [row.limit.id for row in found.in_force] == [latest.id]
    assert found.in_force_count == 1


def test_a_limit_that_has_not_begun_is_coming(shop: Shop) -> None:
    elm = shop.sites["elm_street"]
    coming = shop.limit(3_000, site_id=elm.id, now=MONDAY, starts_on=FRIDAY)

    found = limit_overview.limits_at(shop.session, elm, now=MONDAY)

    assert not found.in_force
    assert [row.limit.id for row in found.coming] == [coming.id]


def test_the_limits_of_another_site_and_its_people_are_not_shown(shop: Shop) -> None:
    shop.limit(2_000, site_id=shop.sites["harbour"].id)
    shop.limit(9_000, person_id=shop.people["chidi"].id)

    found = limit_overview.limits_at(shop.session, shop.sites["elm_street"], now=MONDAY)

    assert not found.in_force


def test_a_temporary_limit_reverts_to_the_one_before_it(shop: Shop) -> None:
    elm = shop.sites["elm_street"]
    shop.limit(2_500, site_id=elm.id)
    raised = shop.limit(3_500, site_id=elm.id, now=MONDAY, ends_on=FRIDAY)

    (row,) = named_limits.named(shop.session, [raised])

    assert row.reverts is not None
    assert (row.reverts.on, row.reverts.per_decision_minor) == (SATURDAY, 2_500)


def test_a_temporary_limit_with_nothing_behind_it_reverts_to_no_limit(shop: Shop) -> None:
    raised = shop.limit(3_500, site_id=shop.sites["elm_street"].id, now=MONDAY, ends_on=FRIDAY)

    (row,) = named_limits.named(shop.session, [raised])

    assert row.reverts is not None
    assert row.reverts.per_decision_minor is None
    assert not row.reverts.is_mixed


def test_a_temporary_limit_may_lead_to_one_that_begins_meanwhile(shop: Shop) -> None:
    elm = shop.sites["elm_street"]
    shop.limit(2_500, site_id=elm.id)
    shop.limit(3_000, site_id=elm.id, now=MONDAY, starts_on=SATURDAY)
    raised = shop.limit(3_500, site_id=elm.id, now=MONDAY, ends_on=FRIDAY)

    (row,) = named_limits.named(shop.session, [raised])

    assert row.reverts is not None
    assert (row.reverts.per_decision_minor, row.reverts.is_new) == (3_000, True)


def test_where_sites_differ_a_limit_for_everyone_reverts_to_what_each_has(shop: Shop) -> None:
    shop.limit(2_000, site_id=shop.sites["harbour"].id)
    raised = shop.limit(3_500, now=MONDAY, ends_on=FRIDAY)

    (row,) = named_limits.named(shop.session, [raised])

    assert row.reverts is not None
    assert row.reverts.is_mixed


def test_the_next_change_of_a_person_is_planned(shop: Shop) -> None:
    elm, ana = shop.sites["elm_street"], shop.people["ana"]
    shop.limit(2_500)
    shop.limit(3_500, person_id=ana.id, now=MONDAY, ends_on=FRIDAY)

    (row,) = limit_overview.latitudes_at(shop.session, elm, [ana], now=TUESDAY)

    assert row.headroom.per_decision_minor == 3_500
    assert row.change is not None
    assert (row.change.on, row.change.per_decision_minor) == (SATURDAY, 2_500)


def test_what_is_left_of_the_budget_is_told_with_the_limit(shop: Shop) -> None:
    elm, ana = shop.sites["elm_street"], shop.people["ana"]
    limit = shop.limit(2_500, budget_minor=7_500, budget_period="day")
    shop.give("ana", 2_600 - 100)

    (row,) = limit_overview.latitudes_at(shop.session, elm, [ana], now=MONDAY)

    assert row.headroom.budget_left_minor == 5_000
    assert row.found is not None
    assert row.found.limit.id == limit.id


def test_what_each_may_give_is_what_they_are_judged_by(shop: Shop) -> None:
    elm = shop.sites["elm_street"]
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    shop.limit(2_000, grade="Associate", site_id=elm.id, budget_minor=5_000, budget_period="week")
    shop.give("ana", 1_500, now=MONDAY)
    shop.void("ana", shop.give("ana", 1_200, now=MONDAY), now=MONDAY)
    shop.ask("ben", 4_000, now=MONDAY)
    shop.limit(2_200, person_id=shop.people["chidi"].id, budget_minor=6_000, budget_period="month")
    people = [shop.people[name] for name in ("ana", "ben", "chidi", "dana", "sam")]

    found = limit_overview.latitudes_at(shop.session, elm, people, now=MONDAY)

    assert [row.headroom for row in found] == [
        headroom.headroom(
            shop.session, person, site_id=elm.id, remedy_id=None, customer_id=None, now=MONDAY
        )
        for person in people
    ]


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Keep the statements that run meanwhile, those past SQLAlchemy too; on SQLite."""
    connection: Any = session.connection().connection.driver_connection
    seen: list[str] = []
    connection.set_trace_callback(seen.append)
    try:
        yield seen
    finally:
        connection.set_trace_callback(None)


@pytest.mark.parametrize("has_given", [True, False])
def test_the_statements_do_not_grow_with_the_people(shop: Shop, *, has_given: bool) -> None:
    if shop.session.get_bind().dialect.name != "sqlite":
        pytest.skip("the same statements run on PostgreSQL, whose driver does not tell them")
    elm = shop.sites["elm_street"]
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    people = [shop.people[name] for name in ("ana", "ben", "dana", "sam")]
    if has_given:
        for name in ("ana", "ben", "dana", "sam"):
            shop.give(name, 300)

    ran = []
    for some in (people[:1], people):
        with statements(shop.session) as seen:
            limit_overview.latitudes_at(shop.session, elm, some, now=MONDAY)
        ran.append(len(seen))

    assert ran[0] == ran[1] > 0


def test_people_without_a_limit_are_named(shop: Shop) -> None:
    elm = shop.sites["elm_street"]
    shop.limit(2_500, person_id=shop.people["ana"].id)
    people = limit_overview.people_at(shop.session, elm, now=MONDAY, count=50)

    without = limit_overview.without_limit(shop.session, elm, people, now=MONDAY)

    assert [person.name for person in without] == ["Ben", "Dana", "Sam"]


@pytest.mark.parametrize("name", ["ana", "ben", "dana"])
def test_the_book_and_the_database_name_the_same_winner(shop: Shop, name: str) -> None:
    elm, person = shop.sites["elm_street"], shop.people[name]
    shop.limit(1_000)
    shop.limit(2_000, site_id=elm.id, by="dana", now=MONDAY)
    shop.limit(2_500, site_id=elm.id, grade="Associate", ends_on=date(2026, 3, 2), now=MONDAY)
    shop.limit(4_000, site_id=elm.id, remedy_id=shop.remedies["refund"], now=MONDAY)

    for now, on in ((MONDAY, date(2026, 3, 2)), (TUESDAY, date(2026, 3, 3))):
        asked = limits.limit_in_force(shop.session, person, site_id=elm.id, remedy_id=None, now=now)
        assert winner_of(shop, name, on=on) == asked


def test_a_supervisor_does_not_see_a_limit_of_another_site(shop: Shop) -> None:
    harbours = shop.limit(2_000, site_id=shop.sites["harbour"].id)

    with pytest.raises(NotFoundError):
        limit_overview.limit_visible_to(shop.session, shop.people["dana"], harbours.uid, now=MONDAY)
    seen = limit_overview.limit_visible_to(
        shop.session, shop.people["otto"], harbours.uid, now=MONDAY
    )
    assert seen.id == harbours.id


def test_the_ladder_names_every_level_and_one_winner(shop: Shop) -> None:
    elm = shop.sites["elm_street"]
    shop.limit(1_000)
    shop.limit(2_500, site_id=elm.id, grade="Associate")

    rungs = limit_overview.explained(
        shop.session, shop.people["ana"], elm, remedy_id=None, now=MONDAY
    )

    assert [rung.level for rung in rungs] == list(limits.LEVELS)
    assert [rung.level for rung in rungs if rung.is_winner] == ["site and grade"]
    assert [rung.level for rung in rungs if rung.found] == ["site and grade", "everyone"]


def test_a_change_that_did_not_see_the_last_one_is_not_made(shop: Shop) -> None:
    elm = shop.sites["elm_street"]
    seen = shop.limit(2_500, site_id=elm.id)
    new = NewLimit(site_id=elm.id, currency="USD", per_decision_minor=3_000, reason="Late orders")
    limit_changes.change_limit(
        shop.session, shop.people["dana"], new, seen_uid=seen.uid, now=MONDAY
    )

    with pytest.raises(ChangedMeanwhileError):
        limit_changes.change_limit(
            shop.session, shop.people["sam"], new, seen_uid=seen.uid, now=MONDAY
        )
    assert len(limits.history_of(shop.session, seen)) == 2


def test_what_a_scope_has_now_and_what_applies_to_it_are_told_apart(shop: Shop) -> None:
    shop.limit(1_000)
    scope = Scope(site_id=shop.sites["elm_street"].id, currency="USD")

    now = limit_changes.scope_now(shop.session, scope, now=MONDAY)

    assert now.in_force is None
    assert now.applies is not None
    assert now.applies.per_decision_minor == 1_000


def test_a_scope_beyond_ones_sites_is_not_there_to_set(shop: Shop) -> None:
    beyond = (
        Scope(currency="USD"),
        Scope(grade="Associate", currency="USD"),
        Scope(site_id=shop.sites["harbour"].id, currency="USD"),
        Scope(person_id=shop.people["chidi"].id, currency="USD"),
    )

    for scope in beyond:
        with pytest.raises(NotFoundError):
            limit_changes.check_scope(shop.session, shop.people["dana"], scope, now=MONDAY)
        ada = shop.people["ada"]
        assert limit_changes.check_scope(shop.session, ada, scope, now=MONDAY) == scope
