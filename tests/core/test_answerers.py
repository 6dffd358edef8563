"""Who is asked when somebody wants to give more than they may, in turn, and who is near."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ledger.core import answerers, ask_rules, people, person_changes, signing_in, sites
from ledger.core.answerers import Answerer, Asked
from ledger.core.ask_rules import Rule
from ledger.core.people import NewPerson
from ledger.core.permissions import Role
from ledger.core.person_changes import PersonChange
from ledger.core.sites import NewSite
from ledger.core.tables import Person
from tests.counter import MONDAY, Shop

MINUTE = timedelta(minutes=1)


def hire(  # who, as what, where
    shop: Shop,
    name: str,
    *,
    role: Role = Role.SUPERVISOR,
    ceiling_minor: int = 10_000,
    site: str | None = "elm_street",
) -> Person:
    new = NewPerson(
        employee_id=f"9-{name}",
        name=name,
        role=role,
        site_ids=[] if site is None else [shop.sites[site].id],
        from_date=date(2026, 1, 5),
        ceiling_minor=ceiling_minor,
    )
    return people.add_person(shop.session, new, actor="system", now=MONDAY)


def asked_of(
    shop: Shop, name: str = "ana", amount_minor: int = 5_000, *, now: datetime = MONDAY
) -> dict[str, Answerer]:
    asked = Asked(
        person_id=shop.people[name].id,
        site_id=shop.sites["elm_street"].id,
        amount_minor=amount_minor,
        made_at=MONDAY,
    )
    found = answerers.answerers(shop.session, asked, now=now)
    return {one.person.name: one for one in found}


def turns(shop: Shop, **names: int) -> None:
    wanted = {shop.people[name].id: turn for name, turn in names.items()}
    ask_rules.set_turns(shop.session, shop.sites["elm_street"], wanted, actor="system", now=MONDAY)


def the_same(shop: Shop, one: Person, other: Person) -> None:
    person_changes.change_person(
        shop.session, one, PersonChange(same_as_uid=other.uid), actor="system", now=MONDAY
    )


def test_all_supervisors_of_the_site_are_asked_at_once_unless_a_turn_was_set(shop: Shop) -> None:
    found = asked_of(shop)
    assert list(found) == ["Dana", "Sam"]
    assert all(one.is_asked and one.asked_at == MONDAY for one in found.values())


def test_the_next_in_line_are_asked_when_the_others_have_not_answered_in_time(shop: Shop) -> None:
    turns(shop, sam=2)
    before = asked_of(shop, now=MONDAY + 4 * MINUTE)
    assert [(one.turn, one.is_asked) for one in before.values()] == [(1, True), (2, False)]
    assert before["Sam"].asked_at == MONDAY + 5 * MINUTE
    assert asked_of(shop, now=MONDAY + 5 * MINUTE)["Sam"].is_asked


def test_the_site_says_after_how_long_the_next_are_asked(shop: Shop) -> None:
    turns(shop, sam=2)
    ask_rules.set_rule(
        shop.session,
        shop.sites["elm_street"],
        replace(Rule(), next_after_minutes=2),
        actor="system",
        now=MONDAY,
    )
    assert asked_of(shop)["Sam"].asked_at == MONDAY + 2 * MINUTE


def test_without_anybody_before_them_the_next_in_line_are_asked_at_once(shop: Shop) -> None:
    turns(shop, sam=7)
    found = asked_of(shop, "dana")
    assert list(found) == ["Sam"]
    assert found["Sam"].is_asked
    # Nor does somebody who could not approve as much as this hold up those who can.
    assert asked_of(shop, amount_minor=15_000)["Sam"].asked_at == MONDAY


def test_g1_nobody_is_asked_about_their_own_ask(shop: Shop) -> None:
    assert "Dana" not in asked_of(shop, "dana")


def test_g1_a_second_account_of_the_asker_is_not_asked_either(shop: Shop) -> None:
    second = hire(shop, "Ana as a lead")
    assert second.name in asked_of(shop, "ana")
    the_same(shop, second, shop.people["ana"])
    assert second.name not in asked_of(shop, "ana")
    assert second.name in asked_of(shop, "ben")


def test_g1_two_records_that_name_the_same_third_are_one_human(shop: Shop) -> None:
    second, third = hire(shop, "Second"), hire(shop, "Third")
    the_same(shop, second, shop.people["ana"])
    the_same(shop, third, shop.people["ana"])
    ana_id = shop.people["ana"].id
    assert people.is_same_human(shop.session, second.id, third.id)
    assert people.is_same_human(shop.session, ana_id, third.id)
    assert people.is_same_human(shop.session, third.id, ana_id)
    assert not people.is_same_human(shop.session, third.id, shop.people["ben"].id)
    assert people.is_same_human(shop.session, ana_id, ana_id)


def test_g2_a_supervisor_of_another_site_has_no_standing_here(shop: Shop) -> None:
    elsewhere = hire(shop, "Elsewhere", site="harbour")
    elm_street = shop.sites["elm_street"].id
    assert answerers.standing(shop.session, elsewhere, site_id=elm_street, now=MONDAY) is None
    assert elsewhere.name not in asked_of(shop)
    standing = answerers.standing(shop.session, shop.people["dana"], site_id=elm_street, now=MONDAY)
    assert standing is not None
    assert (standing.ceiling_minor, standing.for_person_id) == (10_000, None)


def test_who_leads_but_has_no_such_role_or_has_left_has_no_standing(shop: Shop) -> None:
    elm_street = shop.sites["elm_street"].id
    for name in ("ana", "ada", "otto", "vera", "hana"):
        person = shop.people[name]
        assert answerers.standing(shop.session, person, site_id=elm_street, now=MONDAY) is None
    dana = shop.people["dana"]
    change = PersonChange(active=False)
    person_changes.change_person(shop.session, dana, change, actor="system", now=MONDAY)
    assert answerers.standing(shop.session, dana, site_id=elm_street, now=MONDAY) is None
    assert "Dana" not in asked_of(shop)


def test_exactly_the_ceiling_can_be_approved_and_a_cent_above_it_cannot(shop: Shop) -> None:
    assert "Dana" in asked_of(shop, amount_minor=10_000)
    assert "Dana" not in asked_of(shop, amount_minor=10_001)


def test_the_approval_ceiling_counts_before_what_somebody_may_set(shop: Shop) -> None:
    dana = shop.people["dana"]
    for ceiling, amount in ((25_000, 25_000), (0, 1)):
        person_changes.change_person(
            shop.session,
            dana,
            PersonChange(approval_ceiling_minor=ceiling),
            actor="system",
            now=MONDAY,
        )
        assert answerers.ceiling_of(dana) == ceiling
        assert ("Dana" in asked_of(shop, amount_minor=amount)) is (ceiling > 0)
    back = PersonChange(approval_ceiling_minor=person_changes.AS_MUCH_AS_THEY_SET)
    person_changes.change_person(shop.session, dana, back, actor="system", now=MONDAY)
    assert answerers.ceiling_of(dana) == 10_000


def test_who_was_seen_within_ten_minutes_is_near_and_comes_first(shop: Shop) -> None:
    signing_in.start(shop.session, shop.people["sam"], now=MONDAY)
    found = asked_of(shop, now=MONDAY + 10 * MINUTE)
    assert list(found) == ["Sam", "Dana"]
    assert found["Sam"].is_near
    assert found["Sam"].last_seen_at == MONDAY
    assert not found["Dana"].is_near
    assert found["Dana"].last_seen_at is None
    later = asked_of(shop, now=MONDAY + 11 * MINUTE)
    assert not later["Sam"].is_near
    assert later["Sam"].last_seen_at == MONDAY


def test_who_has_signed_out_is_not_said_to_have_been_seen(shop: Shop) -> None:
    token = signing_in.start(shop.session, shop.people["sam"], now=MONDAY)
    signing_in.end(shop.session, token, now=MONDAY + MINUTE)
    assert asked_of(shop, now=MONDAY + 2 * MINUTE)["Sam"].last_seen_at is None


def test_each_site_asks_by_its_own_business_date(shop: Shop) -> None:
    new = NewSite(location_ref="S9", name="Ponsonby", zone="Pacific/Auckland")
    far = sites.add_site(shop.session, new, actor="system", now=MONDAY)
    tuesday_there = datetime(2026, 3, 2, 17, tzinfo=UTC)
    lead = people.add_person(
        shop.session,
        NewPerson(
            employee_id="00990",
            name="Rua",
            role=Role.SUPERVISOR,
            site_ids=[far.id, shop.sites["elm_street"].id],
            from_date=date(2026, 3, 3),
        ),
        actor="system",
        now=MONDAY,
    )
    here = answerers.site_ids_of(shop.session, lead, now=tuesday_there)
    assert here == {far.id}
    assert answerers.standing(shop.session, lead, site_id=far.id, now=tuesday_there) is not None
