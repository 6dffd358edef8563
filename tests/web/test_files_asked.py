"""What a page asks before a file is taken in: whether it is meant so, and by whom."""

from ledger.core import people
from ledger.ledgers import Ledger
from ledger.web import files_work
from tests import cast
from tests.core.files import ACTIVITY, CUSTOMERS, PEOPLE
from tests.web.bringing import AT_ELM, bring, taken, uid_in
from tests.web.conftest import ClientFor
from tests.web.said import words_of


def test_the_same_file_in_another_feed_is_named_before_it_counts_twice(
    client_for: ClientFor,
) -> None:
    ada = client_for("ada")
    taken(ada, "activity", AT_ELM)

    words = words_of(bring(ada, "activity", AT_ELM, feed="other", new_feed="y"))

    assert "This very file counts already, in the feed “main”." in words
    assert "Take in 1 row" in words


def test_a_file_of_people_asks_for_the_password_before_it_gives_anybody_a_role(
    client_for: ClientFor, ledger: Ledger
) -> None:
    ada = client_for("ada")
    page = bring(ada, "people", f"{PEOPLE}\n900,Zed,zed@maple.example,administrator,S1,\n")
    uid = uid_in(page.request.path)

    refused = ada.post(f"/files/{uid}/take-in")
    wrong = ada.post(f"/files/{uid}/take-in", data={"password": "not it"})
    ada.post(f"/files/{uid}/take-in", data={"password": cast.PASSWORD})
    files_work.wait_for(uid)

    assert 'type="password"' in page.text
    assert (refused.status_code, wrong.status_code) == (422, 422)
    assert "Type your password" in words_of(refused)
    assert "It is taken in." in words_of(ada.get(f"/files/{uid}"))
    with ledger.database.reading() as session:
        zed = people.person_by_employee_id(session, "900")
    assert zed is not None


def test_who_knows_no_feed_is_told_whom_to_ask(client_for: ClientFor) -> None:
    dana, ada = (bring(client_for(name), "activity", AT_ELM, feed="") for name in ("dana", "ada"))

    assert "If you do not know one, ask your administrator" in words_of(dana)
    assert "Name the feed, such as main" in words_of(ada)


def test_a_supervisor_sees_no_files_of_people_among_those_that_came_in(
    client_for: ClientFor,
) -> None:
    ada, dana = client_for("ada"), client_for("dana")
    asked = bring(ada, "people", f"{PEOPLE}\n900,Zed,,staff,S1,\n")
    uid = uid_in(asked.request.path)
    ada.post(f"/files/{uid}/take-in", data={"password": cast.PASSWORD})
    files_work.wait_for(uid)
    taken(dana, "activity", AT_ELM, feed="elm")

    listed = {name: words_of(client_for(name).get("/files")) for name in ("ada", "dana")}

    assert "people.csv" in listed["ada"]
    assert "people.csv" not in listed["dana"]
    assert "activity.csv" in listed["dana"]
    assert ada.get("/files/imports/1").status_code == 200
    assert dana.get("/files/imports/1").status_code == 404
    assert dana.post("/files/imports/1", data={"reason": "Not mine"}).status_code == 404


def test_a_supervisor_sees_what_holds_rows_of_own_sites_or_was_brought_by_them(
    client_for: ClientFor,
) -> None:
    ada, dana = client_for("ada"), client_for("dana")
    taken(ada, "activity", AT_ELM.replace("S1", "S4"), feed="mill")
    taken(ada, "activity", AT_ELM, feed="elm")
    taken(dana, "customers", f"{CUSTOMERS}\nc9,Mo,,,\n")

    listed = words_of(dana.get("/files"))

    assert "Activity · elm" in listed
    assert "Activity · mill" not in listed
    assert [dana.get(f"/files/imports/{n}").status_code for n in (1, 2, 3)] == [404, 200, 200]
    assert [ada.get(f"/files/imports/{n}").status_code for n in (1, 2, 3)] == [200, 200, 200]
    problems = uid_in(bring(dana, "activity", f"{ACTIVITY}\nnot,a,row\n").request.path)
    assert dana.get(f"/files/{problems}/problems.csv").status_code == 200
    assert ada.get(f"/files/{problems}/problems.csv").status_code == 404
