"""What the journal says of people: what became what, and never a name or an e-mail of old."""

import re
from datetime import date

from ledger.core import leaving, people, person_changes, work_places
from ledger.core.people import NewPerson
from ledger.core.permissions import Role
from ledger.core.person_changes import PersonChange
from ledger.core.work_places import NewPlace
from ledger.ledgers import Ledger
from tests.cast import HIRED_ON
from tests.counter import MONDAY
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of


def sentences(client_for: ClientFor) -> str:
    return words_of(client_for("otto").get("/journal?group=people"))


def test_who_was_added_is_said_with_role_grade_ceiling_and_sites(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        new = NewPerson(
            employee_id="00950",
            name="Sue",
            email="sue@maple.example",
            role=Role.SUPERVISOR,
            grade="Lead",
            site_ids=[shop.sites["harbour"].id],
            from_date=HIRED_ON,
            ceiling_minor=4_000,
        )
        actor = people.subject_of(shop.people["ada"])
        people.add_person(shop.session, new, actor=actor, now=MONDAY)

    said = sentences(client_for)

    assert "Ada added Sue: Supervisor, grade Lead, sets limits up to $40.00, at Harbour" in said
    assert "sue@maple.example" not in said


def test_what_was_changed_is_said_from_what_to_what_where_the_journal_holds_it(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        actor = people.subject_of(shop.people["ada"])
        change = PersonChange(
            name="Benjamin",
            email="benjamin@maple.example",
            role=Role.SUPERVISOR,
            grade="",
            ceiling_minor=5_000,
        )
        person_changes.change_person(
            shop.session, shop.people["ben"], change, actor=actor, now=MONDAY
        )

    said = sentences(client_for)

    assert "Ada changed what is kept of Benjamin: role from Staff to Supervisor" in said
    assert "grade from Senior to none" in said
    assert "highest limit for others from none to $50.00" in said
    assert "name changed, e-mail changed" in said
    assert not re.search(r"Ben\b|ben@|benjamin@", said), "the journal has no names of old"


def test_where_somebody_works_now_and_when_they_leave_is_said(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        actor = people.subject_of(shop.people["ada"])
        new = NewPlace(
            site_id=shop.sites["harbour"].id, from_date=date(2026, 3, 3), until=date(2026, 4, 30)
        )
        work_places.add_place(shop.session, shop.people["ana"], new, actor=actor, now=MONDAY)
        leaving.leave(
            shop.session, shop.people["ben"], last_day=date(2026, 3, 31), actor=actor, now=MONDAY
        )

    said = sentences(client_for)

    assert "Ada changed what is kept of Ana: at Elm Street, Harbour until 30 Apr" in said
    assert "Ada noted that Ben leaves, last day 31 Mar" in said


def test_a_first_row_of_somebody_says_what_is_and_not_what_was(client_for: ClientFor) -> None:
    said = sentences(client_for)

    assert "The system added Ana: Staff, grade Associate, at Elm Street" in said
    assert "from none to" not in said
