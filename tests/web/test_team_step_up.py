"""What lets somebody sign in as another asks the administrator for the password again."""

import pytest

from ledger.core import signing_in
from ledger.core.tables import Person
from ledger.ledgers import Ledger
from tests import cast
from tests.cast import MONDAY
from tests.web.conftest import ClientFor
from tests.web.said import words_of
from tests.web.test_team_pages import add, as_shown, row_of, seen_on


def has_code(ledger: Ledger, person: Person) -> bool:
    with ledger.database.reading() as session:
        return signing_in.open_code_until(session, person, now=MONDAY) is not None


def test_a_code_is_made_only_with_the_password(ledger: Ledger, client_for: ClientFor) -> None:
    browser, ben = client_for("ada"), row_of(ledger, "Ben")
    address = f"/team/{ben.uid}/code"

    for typed, words in (("", "Type your password"), ("no", "Your password did not match")):
        asked = browser.post(address, data={"password": typed})
        assert asked.status_code == 422
        assert words in words_of(asked)
        assert not has_code(ledger, ben)

    made = browser.post(address, data={"password": cast.PASSWORD})
    assert "Give it to Ben now" in words_of(made)
    assert has_code(ledger, ben)


@pytest.mark.parametrize("typed", [{"email": "ada2@maple.example"}, {"employee_id": "00999"}])
def test_what_somebody_signs_in_with_changes_only_with_the_password(
    ledger: Ledger, client_for: ClientFor, typed: dict[str, str]
) -> None:
    browser, ben = client_for("ada"), row_of(ledger, "Ben")
    address = f"/team/{ben.uid}/change"
    sent = as_shown(ben, seen=seen_on(browser.get(address)), **typed)

    asked = browser.post(address, data=sent)
    assert "Type your password" in words_of(asked)
    assert row_of(ledger, "Ben").email == cast.email_of("ben")

    browser.post(address, data={**sent, "password": cast.PASSWORD})
    ((name, value),) = typed.items()
    assert getattr(row_of(ledger, "Ben"), name) == value


def test_a_name_and_the_same_email_in_capitals_need_no_password(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser, ben = client_for("ada"), row_of(ledger, "Ben")
    address = f"/team/{ben.uid}/change"
    same = cast.email_of("ben").upper()
    sent = as_shown(ben, seen=seen_on(browser.get(address)), name="Benjamin", email=same)

    assert browser.post(address, data=sent).status_code == 303


def test_all_that_cannot_be_added_is_said_at_once_and_the_password_last(
    client_for: ClientFor,
) -> None:
    wrong = {"employee_id": "00412", "email": cast.email_of("ben"), "role": "supervisor"}

    page = words_of(add(client_for("ada"), **wrong, ceiling="1,000", name=""))

    summary = page.partition("5 things to fix")[2].partition("Add a person")[0]
    said = (
        "Type the name",
        "Somebody has this employee id already",
        "Somebody has this e-mail already",
        "Type the amount without commas",
        "Type your password",
    )
    places = [summary.find(words) for words in said]
    assert -1 not in places, summary
    assert places == sorted(places), "in the order of the fields"


def test_a_password_that_was_typed_without_need_is_read_and_counts(
    client_for: ClientFor,
) -> None:
    browser = client_for("ada")
    wrong = words_of(add(browser, password="not this one at all"))
    assert "Your password did not match" in wrong

    added = words_of(add(browser, password=cast.PASSWORD))

    assert "Noah Özil was added." in added
    assert "Your password, once more" not in added


def test_where_the_password_is_asked_for_the_field_stands_there_from_the_start(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser, ben = client_for("ada"), row_of(ledger, "Ben")
    forms = ("/team/new", f"/team/{ben.uid}/change", f"/team/{ben.uid}")

    before = [words_of(browser.get(form)) for form in forms]
    add(browser, role="supervisor", password=cast.PASSWORD)
    after = [words_of(browser.get(form)) for form in forms]

    assert "Needed for any role but staff, and for a ceiling." in before[0]
    assert "Needed for all but the name and the grade." in before[1]
    assert "Needed because with a code somebody can sign in as Ben." in before[2]
    assert not any("Your password, once more" in page for page in after)
