"""Changing somebody who works here, and letting them go."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import signing_in, sites
from ledger.core.errors import BadValueError
from ledger.core.people import NewPerson, add_person
from ledger.core.person_changes import LastAdministratorError, PersonChange, change_person
from ledger.core.tables import Journal, Person, PersonSite
from ledger.core.verification import verify
from ledger.database import Database
from tests import cast
from tests.cast import MONDAY, Cast
from tests.counter import Shop

LEAVES = PersonChange(active=False)
TODAY = date(2026, 3, 2)


@pytest.fixture
def session(shop: Shop) -> Session:
    return shop.session


@pytest.fixture
def hired(session: Session) -> Cast:
    return cast.found(session)


def changed(session: Session, person: Person, change: PersonChange) -> bool:
    return change_person(session, person, change, actor="system", now=MONDAY)


def said(session: Session) -> list[Mapping[str, Any]]:
    """Return what the journal says of changes to people."""
    rows = session.scalars(
        select(col(Journal.content))
        .where(col(Journal.kind) == "person.changed")
        .order_by(col(Journal.seq))
    )
    return [json.loads(row) for row in rows]


def test_a_change_says_what_is_so_now_and_the_same_again_nothing(
    session: Session, hired: Cast
) -> None:
    dana = hired.people["dana"]
    change = PersonChange(ceiling_minor=5_000, grade="Head")

    assert changed(session, dana, change)
    assert not changed(session, dana, change)

    (content,) = said(session)
    assert (dana.ceiling_minor, dana.grade) == (5_000, "Head")
    assert content["ceiling_minor"] == 5_000
    assert (content["role"], content["grade"], content["active"]) == ("supervisor", "Head", 1)
    assert "works_at" not in content


def test_a_grade_can_be_taken_away_once(session: Session, hired: Cast) -> None:
    ana, hana = hired.people["ana"], hired.people["hana"]

    assert changed(session, ana, PersonChange(grade=""))
    assert ana.grade is None
    assert not changed(session, hana, PersonChange(grade=""))


@pytest.mark.parametrize("change", [LEAVES, PersonChange(role="staff")])
def test_who_leaves_or_gets_another_role_is_signed_out_everywhere(
    session: Session, hired: Cast, change: PersonChange
) -> None:
    dana, sam = hired.people["dana"], hired.people["sam"]
    first, second = (signing_in.start(session, dana, now=MONDAY) for _ in range(2))
    other = signing_in.start(session, sam, now=MONDAY)

    changed(session, dana, change)
    # Coming back does not open what was ended.
    changed(session, dana, replace(change, active=True, role="supervisor"))

    for token in (first, second):
        assert signing_in.signed_in(session, token, now=MONDAY) is None
    assert signing_in.signed_in(session, other, now=MONDAY) is not None


def test_a_ceiling_signs_nobody_out(session: Session, hired: Cast) -> None:
    dana = hired.people["dana"]
    token = signing_in.start(session, dana, now=MONDAY)

    changed(session, dana, PersonChange(ceiling_minor=5_000, active=True, role="supervisor"))

    assert signing_in.signed_in(session, token, now=MONDAY) is not None


def test_sites_are_replaced_from_today_on(session: Session, hired: Cast) -> None:
    ana, harbour, mill = hired.people["ana"], hired.sites["harbour"], hired.sites["old_mill"]

    changed(session, ana, PersonChange(site_ids=[harbour.id]))
    changed(session, ana, PersonChange(site_ids=[mill.id, harbour.id]))
    changed(session, ana, PersonChange(site_ids=[mill.id]))

    yesterday = TODAY - timedelta(days=1)
    elm = hired.sites["elm_street"]
    assert sites.site_ids_of(session, ana, on=yesterday) == {elm.id}
    # At Harbour they began today, which stays true.
    assert sites.site_ids_of(session, ana, on=TODAY) == {harbour.id, mill.id}
    assert sites.site_ids_of(session, ana, on=TODAY + timedelta(days=1)) == {mill.id}
    rows = session.scalars(select(PersonSite).where(col(PersonSite.person_id) == ana.id)).all()
    assert {(row.site_id, row.from_date, row.until) for row in rows} == {
        (elm.id, cast.HIRED_ON, yesterday),
        (harbour.id, TODAY, TODAY),
        (mill.id, TODAY, None),
    }
    last = said(session)[-1]
    assert last["changed"] == ["works_at"]
    assert [(row["site_id"], row["until"]) for row in last["works_at"]] == [
        (elm.id, "2026-03-01"),
        (harbour.id, "2026-03-02"),
        (mill.id, None),
    ]


@pytest.mark.parametrize("change", [LEAVES, PersonChange(role="hr"), PersonChange(email="")])
def test_the_last_administrator_stays_until_there_is_another(
    session: Session, hired: Cast, change: PersonChange
) -> None:
    ada = hired.people["ada"]
    with pytest.raises(LastAdministratorError):
        changed(session, ada, change)
    assert (ada.role, ada.active, said(session)) == ("administrator", True, [])

    new = NewPerson(employee_id="9", name="Bo", role="administrator", from_date=TODAY)
    bo = add_person(session, new, actor="system", now=MONDAY)
    # Bo has no e-mail yet, then no password, then a code that is over, and then has left.
    for still_missing in (
        lambda: None,
        lambda: changed(session, bo, PersonChange(email="bo@mapleandmain.example")),
        lambda: signing_in.make_code(session, bo, now=MONDAY - 2 * signing_in.CODE_LASTS),
        lambda: changed(session, bo, LEAVES),
    ):
        still_missing()
        with pytest.raises(LastAdministratorError):
            changed(session, ada, change)
    changed(session, bo, PersonChange(active=True))
    signing_in.make_code(session, bo, now=MONDAY)

    assert changed(session, ada, change)


@pytest.mark.parametrize(
    "change, field",
    [(PersonChange(role="boss"), "role"), (PersonChange(ceiling_minor=-1), "ceiling")],
)
def test_what_cannot_be_is_not_changed(
    session: Session, hired: Cast, change: PersonChange, field: str
) -> None:
    with pytest.raises(BadValueError) as refused:
        changed(session, hired.people["ana"], change)

    assert refused.value.field == field
    assert hired.people["ana"].role == "staff"


def test_what_was_changed_passes_verification(database: Database) -> None:
    with database.writing() as session:
        hired = cast.hire(session)
        new = NewPerson(employee_id="7", name="Eve", role="supervisor", from_date=TODAY)
        add_person(session, new, actor="system", now=MONDAY)
        signing_in.start(session, hired.people["dana"], now=MONDAY)
    with database.writing() as session:
        eve, dana = (
            session.scalars(select(Person).where(col(Person.name) == name)).one()
            for name in ("Eve", "Dana")
        )
        mill = hired.sites["old_mill"].id
        changed(session, eve, PersonChange(ceiling_minor=2_000, site_ids=[mill]))
        changed(session, dana, replace(LEAVES, site_ids=[mill]))

    with database.reading() as session:
        verify(session)
        query = select(col(Person.ceiling_minor), col(Person.active))
        kept = {tuple(row) for row in session.execute(query)}
        assert {(2_000, True), (10_000, False)} <= kept
