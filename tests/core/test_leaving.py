"""Leaving on a day and coming back, and where people work from when until when."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import (
    leaving,
    limit_changes,
    people,
    signing_in,
    site_changes,
    sites,
    work_places,
)
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.limit_book import Scope
from ledger.core.permissions import Role
from ledger.core.person_changes import (
    LastAdministratorError,
    PersonChange,
    PersonChangedError,
    change_person,
    version_of,
)
from ledger.core.tables import Person, PersonSite
from ledger.core.verification import verify
from ledger.core.work_places import NewPlace
from ledger.database import Database
from tests import cast
from tests.counter import MONDAY, Shop, open_shop
from tests.patience import PATIENCE_SECONDS

TODAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
# Four in the morning of Saturday in New York.
FRIDAY_IS_OVER = datetime(2026, 3, 7, 9, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def leave(shop: Shop, name: str, last_day: date | None = None, *, now: datetime = MONDAY) -> None:
    person = shop.people[name]
    leaving.leave(shop.session, person, last_day=last_day, actor="system", now=now)


def add_place(shop: Shop, name: str, new: NewPlace, *, now: datetime = MONDAY) -> None:
    work_places.add_place(shop.session, shop.people[name], new, actor="system", now=now)


def spans(shop: Shop, name: str) -> set[tuple[str, date, date | None]]:
    found = work_places.places_of(shop.session, shop.people[name], now=MONDAY)
    return {(place.site.name, place.row.from_date, place.row.until) for place in found}


def test_who_leaves_at_once_is_out_and_what_they_did_stays(shop: Shop) -> None:
    shop.limit(5_000)
    shop.limit(900, person_id=shop.people["ana"].id)
    given = shop.give("ana", 500)
    ana = shop.people["ana"]
    token = signing_in.start(shop.session, ana, now=MONDAY)
    code = signing_in.make_code(shop.session, shop.people["ben"], now=MONDAY)
    open_work = leaving.open_work_of(shop.session, ana, now=MONDAY)
    assert (open_work.limits, open_work.decisions) == (1, 1)
    assert (open_work.sign_ins, open_work.has_code) == (1, False)
    assert leaving.open_work_of(shop.session, shop.people["ben"], now=MONDAY).has_code

    leave(shop, "ana")
    leave(shop, "ben")

    assert signing_in.signed_in(shop.session, token, now=MONDAY) is None
    email = cast.email_of("ben")
    assert signing_in.holder_of_code(shop.session, email, code, now=MONDAY) is None
    with pytest.raises((NotPermittedError, NotFoundError)):
        shop.give("ana", 500)
    assert spans(shop, "ana") == {("Elm Street", cast.HIRED_ON, TODAY)}
    assert shop.void("dana", given, now=MONDAY).decision_id == given.id


def test_a_last_day_ends_everything_when_it_is_over_and_not_before(shop: Shop) -> None:
    shop.limit(5_000)
    hana = shop.people["hana"]

    leave(shop, "hana", FRIDAY)
    leave(shop, "ana", FRIDAY)

    assert hana.leaves_at == FRIDAY_IS_OVER
    last = FRIDAY_IS_OVER - timedelta(minutes=30)
    token = signing_in.start(shop.session, hana, now=last)
    assert signing_in.signed_in(shop.session, token, now=FRIDAY_IS_OVER - TICK) is not None
    assert signing_in.signed_in(shop.session, token, now=FRIDAY_IS_OVER) is None
    with pytest.raises(NotPermittedError):
        signing_in.start(shop.session, hana, now=FRIDAY_IS_OVER)
    shop.give("ana", 500, now=last)
    with pytest.raises((NotPermittedError, NotFoundError)):
        shop.give("ana", 500, now=FRIDAY_IS_OVER)
    # HR reads who has left from the row, which follows when anybody signs in.
    assert hana.active
    signing_in.start(shop.session, shop.people["dana"], now=FRIDAY_IS_OVER)
    assert not hana.active


def test_a_last_day_is_over_when_it_is_at_the_furthest_site(shop: Shop) -> None:
    elm = shop.sites["elm_street"].id
    hawaii = "Pacific/Honolulu"
    site_changes.change_clock(shop.session, elm, hawaii, "04:00", actor="system", now=MONDAY)

    leave(shop, "ana", FRIDAY)

    assert shop.people["ana"].leaves_at == FRIDAY_IS_OVER + timedelta(hours=5)


def test_a_day_that_is_over_is_no_last_day(shop: Shop) -> None:
    with pytest.raises(BadValueError, match="past"):
        leave(shop, "ana", TODAY - timedelta(days=1))


def test_who_stays_after_all_goes_on_and_who_comes_back_starts_anew(shop: Shop) -> None:
    hana, ana = shop.people["hana"], shop.people["ana"]
    leave(shop, "hana", FRIDAY)
    leave(shop, "ana")

    for person in (hana, ana):
        assert leaving.come_back(shop.session, person, actor="system", now=MONDAY)
        assert not leaving.come_back(shop.session, person, actor="system", now=MONDAY)

    assert hana.password_hash is not None
    assert (hana.last_day, hana.leaves_at) == (None, None)
    # An old password may be known to somebody by now.
    assert ana.password_hash is None
    assert people.works_here(ana, now=MONDAY)


def test_an_administrator_with_a_last_day_is_not_another(shop: Shop) -> None:
    new = people.NewPerson(employee_id="9", name="Bo", role="administrator", from_date=TODAY)
    bo = people.add_person(shop.session, new, actor="system", now=MONDAY)

    leaving.leave(shop.session, bo, last_day=FRIDAY, actor="system", now=MONDAY)

    with pytest.raises(LastAdministratorError):
        leave(shop, "ada", date(2026, 4, 30))


def test_a_leaving_supervisor_says_where_nobody_is_left_to_lead(shop: Shop) -> None:
    dana, sam = shop.people["dana"], shop.people["sam"]

    alone = leaving.open_work_of(shop.session, sam, now=MONDAY).without_supervisor

    assert alone == ["Harbour", "Old Mill", "Station"]
    assert leaving.open_work_of(shop.session, dana, now=MONDAY).without_supervisor == []


def test_somebody_helps_out_for_a_while_and_then_moves(shop: Shop) -> None:
    harbour, mill = shop.sites["harbour"].id, shop.sites["old_mill"].id

    add_place(shop, "ana", NewPlace(site_id=harbour, from_date=TODAY, until=FRIDAY))
    add_place(shop, "ana", NewPlace(site_id=harbour, from_date=date(2026, 5, 1)))
    add_place(shop, "ana", NewPlace(site_id=mill, from_date=date(2026, 4, 1), instead=True))

    march_ends = date(2026, 3, 31)
    assert spans(shop, "ana") == {
        ("Elm Street", cast.HIRED_ON, march_ends),
        ("Harbour", TODAY, FRIDAY),
        ("Old Mill", date(2026, 4, 1), None),
    }
    assert sites.site_ids_of(shop.session, shop.people["ana"], on=FRIDAY) == {
        shop.sites["elm_street"].id,
        harbour,
    }


def test_a_place_that_was_begun_today_is_ended_and_never_deleted(shop: Shop) -> None:
    ana, session = shop.people["ana"], shop.session
    shop.limit(5_000)
    harbour, mill = shop.sites["harbour"].id, shop.sites["old_mill"].id
    add_place(shop, "ana", NewPlace(site_id=harbour, from_date=TODAY, instead=True))
    given = shop.give("ana", 500, site="harbour")

    add_place(shop, "ana", NewPlace(site_id=mill, from_date=TODAY, instead=True))

    assert given.site_id == harbour
    here = ("Elm Street", cast.HIRED_ON, TODAY - timedelta(days=1))
    begun = ("Harbour", TODAY, TODAY)
    assert spans(shop, "ana") == {here, begun, ("Old Mill", TODAY, None)}

    def list_at(*site_ids: int) -> bool:
        return work_places.move(session, ana, site_ids, on=TODAY, now=MONDAY)

    assert list_at(harbour)
    assert not list_at(harbour)
    assert spans(shop, "ana") == {here, ("Harbour", TODAY, None), ("Old Mill", TODAY, TODAY)}


@pytest.mark.parametrize(
    "from_date, until, why",
    [
        (date(2026, 3, 1), None, "past"),
        (FRIDAY, TODAY, "before start"),
        (TODAY, None, "taken"),
        (TODAY, FRIDAY, "taken"),
    ],
)
def test_a_work_place_that_cannot_be_is_said(
    shop: Shop, from_date: date, until: date | None, why: str
) -> None:
    elm = shop.sites["elm_street"].id

    with pytest.raises(BadValueError, match=why):
        add_place(shop, "ana", NewPlace(site_id=elm, from_date=from_date, until=until))


def test_a_work_place_ends_on_a_day_or_never_begins(shop: Shop) -> None:
    ana, session = shop.people["ana"], shop.session
    add_place(shop, "ana", NewPlace(site_id=shop.sites["harbour"].id, from_date=FRIDAY))
    rows = {
        row.site_id: row.id
        for row in session.scalars(select(PersonSite).where(col(PersonSite.person_id) == ana.id))
    }
    elm, harbour = rows[shop.sites["elm_street"].id], rows[shop.sites["harbour"].id]

    def end(place_id: int, last_day: date | None) -> None:
        work_places.end_place(session, ana, place_id, last_day=last_day, actor="system", now=MONDAY)

    with pytest.raises(BadValueError, match="begun"):
        end(elm, None)
    with pytest.raises(BadValueError, match="past"):
        end(elm, date(2026, 2, 1))
    with pytest.raises(NotFoundError):
        work_places.end_place(
            session, shop.people["ben"], elm, last_day=TODAY, actor="system", now=MONDAY
        )
    end(harbour, None)
    end(elm, FRIDAY)

    assert spans(shop, "ana") == {("Elm Street", cast.HIRED_ON, FRIDAY)}


def test_a_last_day_to_come_keeps_nobody_from_setting_their_limit(shop: Shop) -> None:
    leave(shop, "ana", FRIDAY)
    scope = Scope(person_id=shop.people["ana"].id, currency="USD")
    dana = shop.people["dana"]

    assert limit_changes.check_scope(shop.session, dana, scope, now=MONDAY) == scope
    limit = shop.limit(900, by="dana", now=MONDAY, person_id=scope.person_id)

    held = limit_changes.scope_now(shop.session, scope, now=MONDAY)
    assert held.in_force == limit
    over = FRIDAY_IS_OVER + timedelta(days=1)
    with pytest.raises(NotFoundError):
        limit_changes.check_scope(shop.session, dana, scope, now=over)


def test_nobody_begins_at_a_site_after_their_last_day(shop: Shop) -> None:
    leave(shop, "ana", FRIDAY)
    harbour = shop.sites["harbour"].id

    with pytest.raises(BadValueError, match="left"):
        add_place(shop, "ana", NewPlace(site_id=harbour, from_date=date(2026, 3, 9)))
    add_place(shop, "ana", NewPlace(site_id=harbour, from_date=TODAY))

    assert ("Harbour", TODAY, FRIDAY) in spans(shop, "ana")


def test_who_they_are_can_change_and_two_never_share_it(shop: Shop) -> None:
    ana = shop.people["ana"]

    def change(wanted: PersonChange, seen: str | None = None) -> bool:
        return change_person(shop.session, ana, wanted, actor="system", now=MONDAY, seen=seen)

    seen = version_of(ana)
    assert change(PersonChange(employee_id=" 000 7 ", email="ANA@New.example", name="Ana  B."))
    assert (ana.employee_id, ana.email, ana.name) == ("000 7", "ana@new.example", "Ana B.")
    with pytest.raises(PersonChangedError):
        change(PersonChange(name="Anna"), seen)
    for wanted, field in (
        (PersonChange(employee_id="00413"), "employee_id"),
        (PersonChange(email=cast.email_of("ben")), "email"),
        *((PersonChange(email=none), "email") for none in ("ana", "a@b", "a@b.", "a@.b", "@b.c")),
        (PersonChange(name="\u202eana"), "name"),
        (PersonChange(ceiling_minor=10**11), "ceiling"),
    ):
        with pytest.raises(BadValueError) as refused:
            change(wanted)
        assert refused.value.field == field
    assert change(PersonChange(email="ana@localhost"))


def test_without_an_email_nobody_stays_signed_in(shop: Shop) -> None:
    ana = shop.people["ana"]
    token = signing_in.start(shop.session, ana, now=MONDAY)

    change_person(shop.session, ana, PersonChange(email=""), actor="system", now=MONDAY)

    assert ana.email is None
    assert signing_in.signed_in(shop.session, token, now=MONDAY) is None


def test_who_left_and_came_back_passes_verification(database: Database) -> None:
    with database.writing() as session:
        shop = open_shop(session, cast.hire(session))
        leave(shop, "ana", FRIDAY)
        leave(shop, "ben")
        leave(shop, "hana", FRIDAY)
        leave(shop, "vera", TODAY)
        signing_in.start(session, shop.people["sam"], now=MONDAY + timedelta(days=2))
        assert not shop.people["vera"].active
        leaving.come_back(session, shop.people["ben"], actor="system", now=MONDAY)
        add_place(
            shop, "ben", NewPlace(site_id=shop.sites["harbour"].id, from_date=FRIDAY, instead=True)
        )
        change_person(
            session,
            shop.people["dana"],
            PersonChange(name="Dana K.", employee_id="0101", email="", role="hr"),
            actor="system",
            now=MONDAY,
        )

    with database.reading() as session:
        verify(session)


@pytest.mark.postgres
def test_two_administrators_cannot_take_each_other_away(
    postgresql_url: str, open_database: Callable[[str], Database]
) -> None:
    database = open_database(postgresql_url)
    with database.writing() as session:
        hired = cast.hire(session)
        new = people.NewPerson(employee_id="9", name="Bo", role="administrator", from_date=TODAY)
        bo_id = people.add_person(session, new, actor="system", now=MONDAY).id
        ada_id = hired.people["ada"].id
    refused: list[LastAdministratorError] = []

    def take_away(person_id: int) -> None:
        try:
            with database.writing() as session:
                person = session.get_one(Person, person_id)
                leaving.leave(session, person, last_day=None, actor="system", now=MONDAY)
        except LastAdministratorError as problem:
            refused.append(problem)

    threads = [Thread(target=take_away, args=(person_id,)) for person_id in (ada_id, bo_id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)

    assert len(refused) == 1
    with database.reading() as session:
        assert left_of(session) == 1


def left_of(session: Session) -> int:
    query = select(col(Person.id)).where(
        col(Person.role) == Role.ADMINISTRATOR.value, people.are_here(now=MONDAY)
    )
    return len(session.scalars(query).all())


@pytest.mark.parametrize("day", [date(2028, 3, 2), date.max])
def test_a_last_day_that_nobody_plans_is_refused(shop: Shop, day: date) -> None:
    with pytest.raises(BadValueError, match="far"):
        leave(shop, "ana", day)
