"""The team on the desk: finding, adding and changing people; leaving and coming back."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from ledger.core import people, signing_in
from ledger.core.people import NewPerson
from ledger.core.tables import Person, PersonSite
from ledger.core.verification import verify
from ledger.ledgers import Ledger
from tests import cast
from tests.cast import HIRED_AT, HIRED_ON, MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.opened import opened
from tests.web.said import words_of

NEW = {
    "name": "Noah Özil",
    "employee_id": "00077",
    "email": "Noah@mapleandmain.example",
    "role": "staff",
    "grade": "Associate",
    "ceiling": "",
    "from_date": "2026-03-02",
}


def row_of(ledger: Ledger, name: str) -> Person:
    with ledger.database.reading() as session:
        return session.scalars(select(Person).where(col(Person.name) == name)).one()


def site_id(ledger: Ledger, key: str = "elm_street") -> str:
    with opened(ledger) as shop:
        return str(shop.sites[key].id)


def add(browser: FlaskClient, **typed: str) -> TestResponse:
    return browser.post("/team/new", data={**NEW, **typed}, follow_redirects=True)


def as_shown(person: Person, **typed: str) -> dict[str, str]:
    """Return what the form of a change sends when nothing but this was typed."""
    shown = {
        "name": person.name,
        "employee_id": person.employee_id,
        "email": person.email or "",
        "role": person.role,
        "grade": person.grade or "",
        "ceiling": str(person.ceiling_minor // 100) if person.ceiling_minor else "",
        "seen": "",
    }
    return {**shown, **typed}


def seen_on(page: TestResponse) -> str:
    return page.text.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]


def test_somebody_new_is_added_and_shown_with_what_comes_next(
    ledger: Ledger, client_for: ClientFor
) -> None:
    page = words_of(add(client_for("ada"), site=site_id(ledger)))

    assert "Noah Özil was added. Make a one-time code next" in page
    assert "00077" in page
    assert "Added as Staff. Grade: Associate. Works at Elm Street from 2 Mar." in page
    noah = row_of(ledger, "Noah Özil")
    assert (noah.email, noah.role) == ("noah@mapleandmain.example", "staff")


def test_what_cannot_be_added_is_said_at_its_field(ledger: Ledger, client_for: ClientFor) -> None:
    browser = client_for("ada")

    page = words_of(add(browser, employee_id="00412", email="noah"))
    taken = words_of(add(browser, employee_id="00412"))

    assert "Type an e-mail address such as ana@example.com" in page
    assert "Somebody has this employee id already" in taken
    with ledger.database.reading() as session:
        assert len(people.everybody(session)) == len(cast.PEOPLE)


def test_a_role_that_may_do_more_asks_for_the_password(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser = client_for("ada")

    asked = words_of(add(browser, role="administrator"))
    added = words_of(add(browser, role="administrator", password=cast.PASSWORD))

    assert "Type your password" in asked
    assert "Noah Özil was added." in added
    assert row_of(ledger, "Noah Özil").role == "administrator"


def test_a_supervisor_without_a_ceiling_is_said_to_set_no_limit(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser = client_for("ada")

    added = words_of(add(browser, role="supervisor", site=site_id(ledger), password=cast.PASSWORD))
    dana = words_of(browser.get(f"/team/{row_of(ledger, 'Dana').uid}"))
    ben = words_of(browser.get(f"/team/{row_of(ledger, 'Ben').uid}"))

    assert "Noah Özil can set no limit yet." in added
    assert "Give a ceiling" in added
    assert "can set no limit yet" not in dana
    assert "can set no limit yet" not in ben


def test_people_are_found_by_name_id_and_email_past_any_number(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with ledger.database.writing() as session:
        for number in range(60):
            new = NewPerson(
                employee_id=f"9{number:03}", name=f"Zoë {number:02}", from_date=HIRED_ON
            )
            people.add_person(session, new, actor="system", now=HIRED_AT)
    browser = client_for("ada")

    first, second = (words_of(browser.get(f"/team?page={page}")) for page in (1, 2))

    assert "69 people" in first
    assert "Zoë 59" in second
    assert "Zoë 59" not in first
    assert "60 people" in words_of(browser.get("/team?find=ZOE"))
    assert "One person" in words_of(browser.get("/team?find=00412"))
    assert "Ben" in words_of(browser.get("/team?find=ben@maple"))
    assert "Nobody fits" in words_of(browser.get("/team?find=xyz"))
    assert "Nobody has left" in words_of(browser.get("/team?gone=1"))


def test_a_changed_role_asks_for_the_password_and_signs_out_at_once(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser, danas = client_for("ada"), client_for("dana")
    dana = row_of(ledger, "Dana")
    address = f"/team/{dana.uid}/change"
    seen = seen_on(browser.get(address))

    asked = browser.post(address, data=as_shown(dana, role="staff", seen=seen))
    assert "Type your password" in words_of(asked)
    assert danas.get("/account").status_code == 200
    changed = as_shown(dana, role="staff", seen=seen, password=cast.PASSWORD)
    page = words_of(browser.post(address, data=changed, follow_redirects=True))

    assert "Role: Staff, before Supervisor." in page
    assert "Ada" in page
    assert danas.get("/account").status_code == 303


def test_two_who_change_one_person_do_not_undo_each_other(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser, ben = client_for("ada"), row_of(ledger, "Ben")
    address = f"/team/{ben.uid}/change"
    seen = seen_on(browser.get(address))
    browser.post(address, data=as_shown(ben, grade="Lead", seen=seen))

    late = browser.post(address, data=as_shown(ben, name="Benjamin", seen=seen))

    assert late.status_code == 422
    assert "somebody changed this person in the meantime" in words_of(late)
    assert row_of(ledger, "Ben").grade == "Lead"


def test_the_ceiling_says_its_currency(ledger: Ledger, client_for: ClientFor) -> None:
    sam = row_of(ledger, "Sam")

    page = words_of(client_for("ada").get(f"/team/{sam.uid}/change"))

    assert "In USD. The most a supervisor may set per decision for others" in page


def test_the_last_administrator_is_kept_with_a_reason(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser, ada = client_for("ada"), row_of(ledger, "Ada")

    page = words_of(browser.get(f"/team/{ada.uid}/leave"))
    pressed = browser.post(f"/team/{ada.uid}/leave", data={"when": "now"})

    assert "Ada is the last administrator who can sign in." in page
    assert "Let Ada go" not in page
    assert pressed.status_code == 422
    assert row_of(ledger, "Ada").active


def test_leaving_says_before_what_it_ends_and_does_it(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(900, person_id=shop.people["ana"].id)
        shop.limit(5_000)
        shop.give("ana", 500)
        signing_in.make_code(shop.session, shop.people["ana"], now=MONDAY)
    anas, browser, ana = client_for("ana"), client_for("ada"), row_of(ledger, "Ana")

    page = words_of(browser.get(f"/team/{ana.uid}/leave"))
    for words in (
        "Signed in now: 1 place.",
        "Their one-time code counts no more.",
        "They work at Elm Street.",
        "1 limit set for them alone stays readable.",
        "1 decision keeps its outcome; a supervisor can still void it.",
    ):
        assert words in page
    gone = browser.post(f"/team/{ana.uid}/leave", data={"when": "now"}, follow_redirects=True)

    assert "Ana has left and is signed out everywhere." in words_of(gone)
    assert anas.get("/log").status_code == 303
    assert "Ana" not in browser.get("/team").text
    assert "Ana" in browser.get("/team?gone=1").text
    with ledger.database.reading() as session:
        verify(session)


def test_a_last_day_is_set_undone_and_passes(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    browser, ben = client_for("ada"), row_of(ledger, "Ben")
    address = f"/team/{ben.uid}/leave"

    nothing = browser.post(address, data={"when": "day"})
    set_on = browser.post(
        address, data={"when": "day", "last_day": "2026-03-06"}, follow_redirects=True
    )

    assert "Choose the last day, or At once" in words_of(nothing)
    assert "Leaves: last day 6 Mar" in words_of(set_on)
    stays = browser.post(f"/team/{ben.uid}/return", follow_redirects=True)
    assert "Ben stays." in words_of(stays)
    browser.post(address, data={"when": "day", "last_day": "2026-03-06"})
    clock.now = MONDAY + timedelta(days=7)
    later = client_for("ada")
    assert "Ben" not in later.get("/team").text
    history = words_of(later.get(f"/team/{ben.uid}"))
    assert "Left: the last day was over. " in history
    back = later.post(f"/team/{ben.uid}/return", follow_redirects=True)
    assert "Ben works here again." in words_of(back)
    assert row_of(ledger, "Ben").password_hash is None


def test_somebody_moves_helps_out_and_stops(ledger: Ledger, client_for: ClientFor) -> None:
    browser, ben = client_for("ada"), row_of(ledger, "Ben")
    address = f"/team/{ben.uid}/places"
    harbour = site_id(ledger, "harbour")

    helps = {"site": harbour, "from_date": "2026-03-09", "until": "2026-03-13"}
    page = words_of(browser.post(address, data=helps, follow_redirects=True))
    assert "Works at Harbour from 9 Mar until 13 Mar." in page
    assert "Saved: Ben works at Harbour from 9 Mar until 13 Mar. Their other sites stay." in page
    twice = browser.post(address, data=helps)
    assert "They work at this site then already." in words_of(twice)
    with ledger.database.reading() as session:
        rows = session.scalars(select(PersonSite).where(col(PersonSite.person_id) == ben.id)).all()
        numbers = {str(row.site_id): row.id for row in rows}
    away = browser.post(f"{address}/{numbers[harbour]}", follow_redirects=True)
    assert "Does not begin at Harbour on 9 Mar." in words_of(away)
    moves = {"site": harbour, "from_date": "2026-04-01", "instead": "y"}
    moved = words_of(browser.post(address, data=moves, follow_redirects=True))
    assert "Last day at Elm Street: 31 Mar." in moved
    assert "Saved: Ben works at Harbour from 1 Apr on." in moved
    assert "Everywhere else they stop the day before" in moved
    elm = numbers[site_id(ledger)]
    ended = {"last_day": "2026-03-20"}
    ended_page = browser.post(f"{address}/{elm}", data=ended, follow_redirects=True)
    assert "Last day at Elm Street: 20 Mar." in words_of(ended_page)
    assert "Saved: the last day of Ben at Elm Street is 20 Mar." in words_of(ended_page)


def test_an_administrator_signs_somebody_out_everywhere(
    ledger: Ledger, client_for: ClientFor
) -> None:
    danas, dana = client_for("dana"), row_of(ledger, "Dana")

    page = client_for("ada").post(f"/team/{dana.uid}/sign-ins", follow_redirects=True)

    assert "Signed out in 1 place." in words_of(page)
    assert danas.get("/account").status_code == 303


def test_a_supervisor_only_reads_the_team(client_for: ClientFor, ledger: Ledger) -> None:
    ben = row_of(ledger, "Ben")
    browser = client_for("dana")

    assert ben.uid not in browser.get("/team").text
    assert "One person" in words_of(browser.get("/team?find=00413"))
    assert browser.get(f"/team/{ben.uid}").status_code == 404
