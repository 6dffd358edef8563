"""Handing asks over for some days: who is asked then, who may stand in, and when it ends."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from ledger.core import answerers, answers, delegations, leaving, person_changes, sites, work_places
from ledger.core.delegations import NewDelegation
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.permissions import Role
from ledger.core.person_changes import PersonChange
from ledger.core.sites import NewSite
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Delegation, DelegationEnd, Person
from ledger.core.verification import verify
from ledger.core.work_places import NewPlace
from ledger.database import Database
from tests import cast
from tests.core.test_answerers import asked_of, hire
from tests.counter import MONDAY, SUNDAY, Shop, answer_draft, open_shop

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
FRIDAY = date(2026, 3, 6)
NEXT_WEEK = date(2026, 3, 13)
# Four in the morning in New York, where the day then begins.
SATURDAY_BEGINS = datetime(2026, 3, 7, 9, tzinfo=UTC)


def hand_over(  # whose, to whom, when, and by whom
    shop: Shop,
    person: Person,
    to: Person,
    *,
    starts_on: date = TODAY,
    ends_on: date = FRIDAY,
    by: Person | None = None,
    uid: str | None = None,
) -> Delegation:
    new = NewDelegation(uid=uid or str(uuid.uuid4()), to=to, starts_on=starts_on, ends_on=ends_on)
    return delegations.hand_over(shop.session, person, new, by=by or person, now=MONDAY)


def count(shop: Shop, book: type[Delegation | DelegationEnd]) -> int:
    return shop.session.scalars(select(func.count()).select_from(book)).one()


def test_who_stands_in_is_asked_instead_up_to_their_own_ceiling(shop: Shop) -> None:
    dana, stand_in = shop.people["dana"], hire(shop, "Stand-in", site="harbour", ceiling_minor=700)
    hand_over(shop, dana, stand_in)
    found = asked_of(shop, amount_minor=700)
    assert set(found) == {"Sam", "Stand-in"}
    assert found["Stand-in"].for_person == dana
    assert found["Stand-in"].ceiling_minor == 700
    standing = answerers.standing(
        shop.session, stand_in, site_id=shop.sites["elm_street"].id, now=MONDAY
    )
    assert standing is not None
    assert (standing.ceiling_minor, standing.for_person_id) == (700, dana.id)
    assert answerers.site_ids_of(shop.session, stand_in, now=MONDAY) == {
        shop.sites["harbour"].id,
        shop.sites["elm_street"].id,
    }


def test_who_is_away_is_asked_when_nobody_who_stands_in_could_approve_it(shop: Shop) -> None:
    dana, stand_in = shop.people["dana"], hire(shop, "Stand-in", site="harbour", ceiling_minor=700)
    hand_over(shop, dana, stand_in)
    assert set(asked_of(shop, amount_minor=701)) == {"Sam", "Dana"}


def test_who_leads_the_site_themselves_answers_in_nobodys_place(shop: Shop) -> None:
    hand_over(shop, shop.people["dana"], shop.people["sam"])
    found = asked_of(shop)
    assert list(found) == ["Sam"]
    assert found["Sam"].for_person is None


def test_asks_are_handed_on_to_the_last_in_a_row(shop: Shop) -> None:
    second, third = hire(shop, "Second", site="harbour"), hire(shop, "Third", site="station")
    hand_over(shop, shop.people["dana"], second)
    hand_over(shop, second, third)
    found = asked_of(shop)
    assert set(found) == {"Sam", "Third"}
    assert found["Third"].for_person == shop.people["dana"]


def test_g1_nobody_stands_in_for_the_asker_at_their_own_ask(shop: Shop) -> None:
    dana, stand_in = shop.people["dana"], hire(shop, "Stand-in", site="harbour")
    hand_over(shop, dana, stand_in)
    assert list(asked_of(shop, "dana")) == ["Sam"]
    elm_street = shop.sites["elm_street"].id
    assert (
        answerers.standing(shop.session, stand_in, site_id=elm_street, asker_id=dana.id, now=MONDAY)
        is None
    )


def test_g1_who_stands_in_for_the_asker_does_not_answer_their_ask(shop: Shop) -> None:
    shop.limit(1_000)
    stand_in = hire(shop, "Stand-in", site="harbour")
    hand_over(shop, shop.people["dana"], stand_in)
    own, anas = shop.ask("dana", 5_000), shop.ask("ana", 5_000)
    draft = answer_draft(own, "approved")
    with pytest.raises(NotFoundError):
        answers.answer(shop.session, stand_in, own, draft, now=MONDAY)
    answer = answers.answer(
        shop.session, stand_in, anas, answer_draft(anas, "approved"), now=MONDAY
    )
    assert answer.for_person_id == shop.people["dana"].id


def test_g1_who_asks_does_not_stand_in_for_who_would_answer(shop: Shop) -> None:
    hand_over(shop, shop.people["sam"], shop.people["dana"])
    assert list(asked_of(shop, "dana")) == ["Sam"]


def test_it_holds_on_its_dates_alone_and_ends_by_itself(shop: Shop) -> None:
    stand_in = hire(shop, "Stand-in", site="harbour")
    hand_over(shop, shop.people["dana"], stand_in, starts_on=TODAY + DAY)
    assert "Dana" in asked_of(shop)
    last_moment = SATURDAY_BEGINS - timedelta(microseconds=1)
    assert set(asked_of(shop, now=last_moment)) == {"Sam", "Stand-in"}
    assert set(asked_of(shop, now=SATURDAY_BEGINS)) == {"Sam", "Dana"}
    coming = delegations.open_of(shop.session, shop.people["dana"], now=MONDAY)
    assert [one.is_coming for one in coming] == [True]
    assert delegations.open_of(shop.session, stand_in, now=SATURDAY_BEGINS) == []


def test_its_dates_are_business_dates_of_each_site(shop: Shop) -> None:
    new = NewSite(location_ref="S9", name="Ponsonby", zone="Pacific/Auckland")
    far = sites.add_site(shop.session, new, actor="system", now=SUNDAY)
    dana, stand_in = shop.people["dana"], hire(shop, "Stand-in", site="harbour")
    place = NewPlace(site_id=far.id, from_date=TODAY)
    work_places.add_place(shop.session, dana, place, actor="system", now=MONDAY)
    hand_over(shop, dana, stand_in, starts_on=TODAY + DAY)
    # Six in the morning of Tuesday in Auckland, Monday noon in New York.
    now = datetime(2026, 3, 2, 17, tzinfo=UTC)
    here = shop.sites["elm_street"].id
    assert answerers.standing(shop.session, stand_in, site_id=far.id, now=now) is not None
    assert answerers.standing(shop.session, stand_in, site_id=here, now=now) is None


@pytest.mark.parametrize("by", ["dana", "ada"])
def test_it_is_taken_back_by_oneself_or_by_an_administrator(shop: Shop, by: str) -> None:
    stand_in = hire(shop, "Stand-in", site="harbour")
    made = hand_over(shop, shop.people["dana"], stand_in)
    end = delegations.take_back(shop.session, made.uid, by=shop.people[by], now=MONDAY)
    assert set(asked_of(shop)) == {"Sam", "Dana"}
    again = delegations.take_back(shop.session, made.uid, by=shop.people[by], now=MONDAY)
    assert again.uid == end.uid
    assert count(shop, DelegationEnd) == 1


@pytest.mark.parametrize("by", ["sam", "ana", "otto", "hana"])
def test_g3_nobody_else_hands_over_or_takes_back(shop: Shop, by: str) -> None:
    dana, stand_in = shop.people["dana"], hire(shop, "Stand-in", site="harbour")
    with pytest.raises(NotPermittedError):
        hand_over(shop, dana, stand_in, by=shop.people[by])
    made = hand_over(shop, dana, stand_in)
    with pytest.raises(NotFoundError):
        delegations.take_back(shop.session, made.uid, by=shop.people[by], now=MONDAY)
    assert count(shop, DelegationEnd) == 0


def test_what_is_over_cannot_be_taken_back(shop: Shop) -> None:
    made = hand_over(shop, shop.people["dana"], shop.people["sam"], ends_on=TODAY)
    with pytest.raises(NotFoundError):
        delegations.take_back(shop.session, made.uid, by=shop.people["dana"], now=MONDAY + DAY)


@pytest.mark.parametrize("to, why", [("dana", "themselves"), ("ana", "may not answer")])
def test_it_goes_to_somebody_else_who_may_answer(shop: Shop, to: str, why: str) -> None:
    with pytest.raises(BadValueError, match=f"to: {why}"):
        hand_over(shop, shop.people["dana"], shop.people[to])


def test_g1_not_to_a_second_record_of_oneself_nor_to_somebody_who_left(shop: Shop) -> None:
    dana, second = shop.people["dana"], hire(shop, "Second")
    change = PersonChange(same_as_uid=dana.uid)
    person_changes.change_person(shop.session, second, change, actor="system", now=MONDAY)
    with pytest.raises(BadValueError, match="to: themselves"):
        hand_over(shop, dana, second)
    gone = hire(shop, "Gone")
    leaving.leave(shop.session, gone, last_day=None, actor="system", now=MONDAY)
    with pytest.raises(BadValueError, match="to: left"):
        hand_over(shop, dana, gone)
    names = [one.name for one in delegations.could_stand_in(shop.session, dana, now=MONDAY)]
    assert names == ["Sam"]


@pytest.mark.parametrize(
    "starts_on, ends_on, field, why",
    [
        (TODAY - DAY, FRIDAY, "starts_on", "past"),
        (FRIDAY, TODAY, "ends_on", "before start"),
        (TODAY, date(2028, 3, 2), "ends_on", "far"),
    ],
)
def test_days_that_cannot_be_are_named(
    shop: Shop, starts_on: date, ends_on: date, field: str, why: str
) -> None:
    with pytest.raises(BadValueError, match=f"{field}: {why}"):
        hand_over(
            shop, shop.people["dana"], shop.people["sam"], starts_on=starts_on, ends_on=ends_on
        )


def test_nobody_hands_over_twice_on_one_day(shop: Shop) -> None:
    dana, stand_in = shop.people["dana"], hire(shop, "Stand-in", site="harbour")
    made = hand_over(shop, dana, stand_in)
    with pytest.raises(BadValueError, match="starts_on: taken"):
        hand_over(shop, dana, shop.people["sam"], starts_on=FRIDAY, ends_on=FRIDAY + DAY)
    hand_over(shop, dana, shop.people["sam"], starts_on=FRIDAY + DAY, ends_on=FRIDAY + DAY)
    delegations.take_back(shop.session, made.uid, by=dana, now=MONDAY)
    hand_over(shop, dana, shop.people["sam"])


def test_asks_never_go_round(shop: Shop) -> None:
    dana, sam, third = shop.people["dana"], shop.people["sam"], hire(shop, "Third")
    hand_over(shop, dana, sam)
    hand_over(shop, sam, third, starts_on=FRIDAY, ends_on=FRIDAY + DAY)
    with pytest.raises(BadValueError, match="to: goes round"):
        hand_over(shop, third, dana)
    # On the one day on which the last of them would come back, and on no other.
    with pytest.raises(BadValueError, match="to: goes round"):
        hand_over(shop, third, dana, starts_on=FRIDAY, ends_on=FRIDAY)
    hand_over(shop, third, dana, ends_on=FRIDAY - DAY)
    hand_over(shop, third, dana, starts_on=FRIDAY + DAY, ends_on=FRIDAY + DAY)


def test_the_same_form_sent_again_gives_the_same_one(shop: Shop) -> None:
    dana, sam, uid = shop.people["dana"], shop.people["sam"], str(uuid.uuid4())
    made = hand_over(shop, dana, sam, uid=uid)
    assert hand_over(shop, dana, sam, uid=uid).id == made.id
    assert count(shop, Delegation) == 1
    with pytest.raises(SubmissionReusedError):
        hand_over(shop, dana, sam, ends_on=FRIDAY + DAY, uid=uid)


@pytest.mark.parametrize("who", ["dana", "Stand-in"])
def test_it_ends_when_one_of_the_two_leaves(shop: Shop, who: str) -> None:
    stand_in = hire(shop, "Stand-in", site="harbour")
    hand_over(shop, shop.people["dana"], stand_in)
    person = shop.people.get(who, stand_in)
    work = leaving.open_work_of(shop.session, person, now=MONDAY)
    assert len(work.handed_over) == 1
    leaving.leave(shop.session, person, last_day=None, actor="system", now=MONDAY)
    (end,) = shop.session.scalars(select(DelegationEnd))
    assert end.made_by_id is None
    assert delegations.all_open(shop.session, now=MONDAY) == []


def test_who_has_another_role_stands_in_no_more(shop: Shop) -> None:
    dana, stand_in = shop.people["dana"], hire(shop, "Stand-in", site="harbour")
    hand_over(shop, dana, stand_in)
    change = PersonChange(role=Role.STAFF)
    person_changes.change_person(shop.session, stand_in, change, actor="system", now=MONDAY)
    assert set(asked_of(shop)) == {"Sam", "Dana"}
    assert (
        answerers.standing(shop.session, stand_in, site_id=shop.sites["elm_street"].id, now=MONDAY)
        is None
    )


def test_the_books_of_it_are_as_the_journal_says(database: Database) -> None:
    with database.writing() as session:
        cast.hire(session)
        shop = open_shop(session, cast.found(session))
        dana, stand_in = shop.people["dana"], hire(shop, "Stand-in", site="harbour")
        hand_over(shop, dana, stand_in)
        made = hand_over(shop, dana, shop.people["sam"], starts_on=FRIDAY + DAY, ends_on=NEXT_WEEK)
        delegations.take_back(shop.session, made.uid, by=dana, now=MONDAY)
        leaving.leave(shop.session, stand_in, last_day=None, actor="system", now=MONDAY)
    with database.reading() as session:
        verify(session)
