"""Earlier asks: a thread a line, with the state that it has now, for one's own sites."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ledger.core import ask_rules
from ledger.core.ask_rules import ALLOW, Rule
from ledger.core.errors import NotFoundError
from ledger.core.reports import inbox_history
from ledger.core.reports.inbox_history import AskFilter, ThreadPage
from ledger.core.reports.inbox_threads import versions
from ledger.core.tables import Ask
from tests.counter import MONDAY, TUESDAY, Shop

EVERYTHING = AskFilter()


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def listed(
    shop: Shop, name: str, wanted: AskFilter = EVERYTHING, *, minutes: float = 1, page: int = 1
) -> ThreadPage:
    person = shop.people[name]
    return inbox_history.asks_visible_to(
        shop.session, person, wanted, page=page, now=after(minutes)
    )


def one_of_each(shop: Shop) -> dict[str, Ask]:
    """Make asks that came to every end there is, as it stands sixteen minutes after."""
    made = {}
    shop.limit(2_500)
    for name in ("approved", "given", "lapsed", "countered", "accepted", "declined", "withdrawn"):
        made[name] = shop.ask("ana", 4_000)
    made["expired"] = shop.ask("ben", 4_000)
    allows = replace(Rule(), on_timeout=ALLOW, allow_up_to_minor=10_000)
    site = shop.sites["elm_street"]
    ask_rules.set_rule(shop.session, site, allows, actor="system", now=MONDAY)
    made["allowed"] = shop.ask("ben", 4_000)
    shop.answer("dana", made["lapsed"], now=after(1))
    shop.answer("dana", made["declined"], "declined", now=after(2))
    shop.withdraw("ana", made["withdrawn"], now=after(2))
    for name in ("approved", "given"):
        shop.answer("dana", made[name], now=after(10))
    for name in ("countered", "accepted"):
        shop.answer("dana", made[name], "countered", 3_000, now=after(10))
    for name in ("given", "accepted"):
        shop.hand_in("ana", made[name], now=after(11))
    made["waiting"] = shop.ask("ben", 4_000, now=after(12))
    return made


@pytest.mark.parametrize("minutes", [16, 26, 31])
def test_the_filter_by_state_is_the_state_of_each_ask(shop: Shop, minutes: float) -> None:
    made = one_of_each(shop)
    now = after(minutes)
    expected: dict[str, set[int]] = {}
    for version in versions(shop.session, list(made.values()), now=now):
        expected.setdefault(version.state.name, set()).add(version.ask.id)

    names = {*made, *expected}
    found = {
        name: {
            row.last.ask.id
            for row in listed(shop, "dana", AskFilter(state=name), minutes=minutes).rows
        }
        for name in names
    }

    assert found == {name: expected.get(name, set()) for name in names}
    if minutes == 16:
        assert found == {name: {ask.id} for name, ask in made.items()}


def test_what_was_given_with_nobodys_yes_is_not_among_what_was_approved_and_given(
    shop: Shop,
) -> None:
    made = one_of_each(shop)
    shop.hand_in("ben", made["allowed"], now=after(16))

    found = {
        name: [row.last.ask.id for row in listed(shop, "dana", AskFilter(state=name)).rows]
        for name in ("given", "given_unanswered", "allowed")
    }

    assert found == {
        "given": [made["given"].id],
        "given_unanswered": [made["allowed"].id],
        "allowed": [],
    }


def test_a_thread_is_one_line_with_all_of_its_versions(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.ask("ana", 6_000)
    shop.answer("dana", first, "declined", now=after(2))
    second = shop.ask("ana", 4_000, previous=first, now=after(3))

    (row,) = listed(shop, "dana", minutes=4).rows

    assert [one.ask.id for one in row.versions] == [first.id, second.id]
    assert [one.waited for one in row.versions] == [timedelta(minutes=2), None]
    assert (row.uid, row.last.state.name) == (first.uid, "waiting")


def test_an_ask_leads_to_the_decision_that_came_of_it(shop: Shop) -> None:
    shop.limit(2_500)
    ask = shop.ask("ana", 4_000)
    shop.answer("dana", ask, now=after(1))
    given = shop.hand_in("ana", ask, now=after(2))

    (row,) = listed(shop, "dana", minutes=3).rows

    assert row.decision_uid == given.uid
    assert row.last.waited == timedelta(minutes=1)


def test_a_customer_waits_on_while_an_ask_is_changed(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.ask("ana", 6_000)
    second = shop.ask("ana", 4_000, previous=first, now=after(4))
    assert listed(shop, "dana", minutes=5).rows[0].waited is None
    shop.answer("dana", second, "declined", now=after(6))
    third = shop.ask("ana", 3_000, previous=second, now=after(20))
    after_a_no = listed(shop, "dana", minutes=21).rows[0]
    shop.answer("dana", third, now=after(22))

    (row,) = listed(shop, "dana", minutes=23).rows

    assert after_a_no.waited is None
    assert row.waited == timedelta(minutes=2)
    assert [one.waited for one in row.versions] == [
        timedelta(minutes=4),
        timedelta(minutes=2),
        timedelta(minutes=2),
    ]


def test_the_wait_of_a_changed_ask_begins_with_its_first_version(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.ask("ana", 6_000)
    second = shop.ask("ana", 4_000, previous=first, now=after(4))
    shop.answer("dana", second, now=after(6))

    (row,) = listed(shop, "dana", minutes=7).rows

    assert (row.waited, row.last.waited) == (timedelta(minutes=6), timedelta(minutes=2))


def test_what_nobody_answered_waited_until_time_was_up(shop: Shop) -> None:
    shop.limit(2_500)
    shop.ask("ana", 4_000)

    (row,) = listed(shop, "dana", minutes=300).rows

    assert (row.last.state.name, row.last.waited) == ("expired", timedelta(minutes=15))


def test_g2_only_one_s_own_sites_are_listed_and_an_auditor_s_are_all(shop: Shop) -> None:
    shop.limit(2_500)
    own = shop.ask("ana", 4_000)
    theirs = shop.ask("chidi", 4_000, site="harbour")
    session, dana = shop.session, shop.people["dana"]

    assert [row.uid for row in listed(shop, "dana").rows] == [own.uid]
    assert {row.uid for row in listed(shop, "otto").rows} == {own.uid, theirs.uid}
    harbour = AskFilter(site_id=shop.sites["harbour"].id)
    assert listed(shop, "dana", harbour).rows == []
    with pytest.raises(NotFoundError):
        inbox_history.thread_visible_to(session, dana, theirs.uid, now=after(1))
    with pytest.raises(NotFoundError):
        inbox_history.thread_visible_to(session, dana, str(uuid.uuid4()), now=after(1))


def test_lists_are_narrowed_by_person_and_days(shop: Shop) -> None:
    shop.limit(2_500)
    monday = shop.ask("ana", 4_000)
    tuesday = shop.ask("ben", 4_000, now=TUESDAY)

    def uids(**wanted: object) -> list[str]:
        found = listed(shop, "dana", AskFilter(**wanted), minutes=3_000)  # type: ignore[arg-type]  # names and values of the filter
        return [row.uid for row in found.rows]

    assert uids() == [tuesday.uid, monday.uid]
    assert uids(person_id=shop.people["ana"].id) == [monday.uid]
    assert uids(since=TUESDAY.date()) == [tuesday.uid]
    assert uids(until=MONDAY.date()) == [monday.uid]


def test_a_long_list_comes_in_pages(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_history, "ON_A_PAGE", 2)
    shop.limit(2_500)
    made = [shop.ask("ana", 4_000 + number, now=after(number)) for number in range(5)]

    first, last, beyond = (listed(shop, "dana", page=page, minutes=6) for page in (1, 3, 9))

    assert (first.count, first.pages) == (5, 3)
    assert [row.uid for row in first.rows] == [made[4].uid, made[3].uid]
    assert [row.uid for row in last.rows] == [made[0].uid]
    assert beyond.page == 3
