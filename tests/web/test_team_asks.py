"""On the team's pages: who approves up to how much, who is whose second record, who stands in."""

import uuid
from datetime import timedelta

import pytest

from ledger.core import delegations, people
from ledger.core.delegations import NewDelegation
from ledger.core.verification import verify
from ledger.ledgers import Ledger
from tests import cast
from tests.cast import MONDAY
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of
from tests.web.test_sites_pages import number_of
from tests.web.test_team_pages import as_shown, row_of, seen_on

TODAY = MONDAY.date()


def hand_over(ledger: Ledger, name: str, to: str) -> str:
    with opened(ledger) as shop:
        new = NewDelegation(
            uid=str(uuid.uuid4()),
            to=shop.people[to],
            starts_on=TODAY,
            ends_on=TODAY + timedelta(days=4),
        )
        person = shop.people[name]
        return delegations.hand_over(shop.session, person, new, by=person, now=MONDAY).uid


def changed(ledger: Ledger, client_for: ClientFor, name: str, **typed: str) -> str:
    """Change somebody as Ada does, with her password, and return what the page then says."""
    browser, person = client_for("ada"), row_of(ledger, name)
    address = f"/team/{person.uid}/change"
    sent = as_shown(person, seen=seen_on(browser.get(address)), password=cast.PASSWORD, **typed)
    return words_of(browser.post(address, data=sent, follow_redirects=True))


def test_an_approval_ceiling_is_given_shown_and_taken_away(
    ledger: Ledger, client_for: ClientFor
) -> None:
    before = words_of(client_for("ada").get(f"/team/{row_of(ledger, 'Dana').uid}"))
    assert "May approve asks as much as they may set" in before

    given = changed(ledger, client_for, "Dana", approval_ceiling="250")

    assert "May approve asks up to $250.00" in given
    assert "May approve up to: $250.00, before as for limits." in given
    assert row_of(ledger, "Dana").approval_ceiling_minor == 25_000
    none = changed(ledger, client_for, "Dana", approval_ceiling="0")
    assert "May approve asks nothing" in none
    changed(ledger, client_for, "Dana", approval_ceiling="")
    assert row_of(ledger, "Dana").approval_ceiling_minor is None
    with ledger.database.reading() as session:
        verify(session)


def test_g1_an_administrator_says_which_records_are_one_human(
    ledger: Ledger, client_for: ClientFor
) -> None:
    page = changed(ledger, client_for, "Dana", same_as="00412")

    assert "The same person as Ana 00412 . Neither answers an ask of the other." in page
    assert "The same person as Ana. " in page
    dana, ana = row_of(ledger, "Dana"), row_of(ledger, "Ana")
    assert dana.same_as_id == ana.id
    # It is said of both, whichever of them was changed.
    other = words_of(client_for("ada").get(f"/team/{ana.uid}"))
    assert "The same person as Dana 00101" in other
    with ledger.database.reading() as session:
        assert people.is_same_human(session, ana.id, dana.id)
    journal = words_of(client_for("otto").get("/journal"))
    assert "the same person as Ana" in journal
    parted = changed(ledger, client_for, "Dana", same_as="")
    assert "No other record is of the same person any more." in parted


@pytest.mark.parametrize(
    "typed, words",
    [
        ({"same_as": "99999"}, "Nobody here has this employee id"),
        ({"same_as": "00101"}, "That is this very record."),
        ({"approval_ceiling": "lots"}, "Type the amount in digits"),
        ({"approval_ceiling": "99999999999"}, "the most that can be kept"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    ledger: Ledger, client_for: ClientFor, typed: dict[str, str], words: str
) -> None:
    assert words.lower() in changed(ledger, client_for, "Dana", **typed).lower()
    assert row_of(ledger, "Dana").same_as_id is None


@pytest.mark.parametrize("typed", [{"approval_ceiling": "10"}, {"same_as": "00412"}])
def test_g1_neither_is_changed_without_the_password(
    ledger: Ledger, client_for: ClientFor, typed: dict[str, str]
) -> None:
    browser, dana = client_for("ada"), row_of(ledger, "Dana")
    address = f"/team/{dana.uid}/change"
    sent = as_shown(dana, seen=seen_on(browser.get(address)), **typed)
    asked = browser.post(address, data=sent)
    assert asked.status_code == 422
    assert "Type your password" in words_of(asked)
    assert row_of(ledger, "Dana").approval_ceiling_minor is None


def test_an_administrator_hands_over_and_takes_back(ledger: Ledger, client_for: ClientFor) -> None:
    browser, dana, sam = client_for("ada"), row_of(ledger, "Dana"), row_of(ledger, "Sam")
    address = f"/team/{dana.uid}/asks"
    assert "While Dana is away, somebody else answers" in words_of(browser.get(address))
    sent = {
        "uid": str(uuid.uuid4()),
        "to": sam.uid,
        "starts_on": TODAY.isoformat(),
        "ends_on": (TODAY + timedelta(days=4)).isoformat(),
    }
    done = words_of(browser.post(address, data=sent, follow_redirects=True))
    assert "Handed over: Sam answers in Dana's place." in done
    assert "Sam in Dana's place until 6 Mar" in done
    assert "Sam in Dana's place until 6 Mar" in words_of(browser.get(f"/team/{sam.uid}"))

    again = words_of(browser.post(address, data={**sent, "uid": str(uuid.uuid4())}))
    assert "These asks are handed over on some of these days already." in again
    with opened(ledger) as shop:
        (one,) = delegations.all_open(shop.session, now=MONDAY)
        assert one.row.made_by_id == shop.people["ada"].id
        delegation = one.row.uid
    back = browser.post(f"{address}/{delegation}/back", follow_redirects=True)
    assert "Taken back: asks go where they went before." in words_of(back)
    assert "Nothing is handed over." in words_of(back)


@pytest.mark.parametrize(
    "typed, words",
    [
        ({"to": ""}, "Choose who answers instead"),
        ({"starts_on": "2026-03-01"}, "That day is over."),
        ({"ends_on": "2026-03-01"}, "The last day is before the first."),
        ({"ends_on": ""}, "Choose the last day"),
        ({"ends_on": "2029-03-01"}, "Choose a day within a year"),
    ],
)
def test_a_handing_over_that_cannot_be_is_said_at_its_field(
    ledger: Ledger, client_for: ClientFor, typed: dict[str, str], words: str
) -> None:
    dana, sam = row_of(ledger, "Dana"), row_of(ledger, "Sam")
    sent = {
        "uid": str(uuid.uuid4()),
        "to": sam.uid,
        "starts_on": TODAY.isoformat(),
        "ends_on": TODAY.isoformat(),
    }
    page = client_for("ada").post(f"/team/{dana.uid}/asks", data={**sent, **typed})
    assert page.status_code == 422
    assert words in words_of(page)


def test_who_answers_no_asks_has_no_such_page(ledger: Ledger, client_for: ClientFor) -> None:
    assert client_for("ada").get(f"/team/{row_of(ledger, 'Ana').uid}/asks").status_code == 404


def test_leaving_and_moving_say_what_becomes_of_asks_and_of_what_was_handed_over(
    ledger: Ledger, client_for: ClientFor
) -> None:
    hand_over(ledger, "dana", "sam")
    with opened(ledger) as shop:
        shop.limit(1_000)
        shop.ask("ana", 5_000, now=MONDAY)
    ada = client_for("ada")
    of_ana, of_dana, of_sam = (
        words_of(ada.get(f"/team/{row_of(ledger, name).uid}/leave"))
        for name in ("Ana", "Dana", "Sam")
    )
    assert "1 ask of theirs is open. It ends when they leave, and nothing is given." in of_ana
    for page in (of_dana, of_sam):
        assert "Sam answers asks in Dana's place. That is taken back." in page
    assert "answers asks in" not in of_ana
    assert "1 ask waits for them. Dana is asked then." in of_sam
    role = words_of(ada.get(f"/team/{row_of(ledger, 'Ana').uid}/change"))
    assert "1 ask of theirs is open. It ends where they work no more" in role


def test_the_last_who_leads_a_site_leaves_with_a_warning_and_the_site_says_so_then(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(1_000)
        shop.ask("ana", 5_000, now=MONDAY)
    ada = client_for("ada")
    sam, dana = (row_of(ledger, name) for name in ("Sam", "Dana"))
    of_sam = words_of(ada.get(f"/team/{sam.uid}/leave"))
    assert "1 ask waits for them. Dana is asked then." in of_sam
    assert "Nobody else supervises Elm Street" not in of_sam
    assert "Nobody supervises this site" not in ada.get("/sites").text.partition("Harbour")[0]
    ada.post(f"/team/{sam.uid}/leave", data={"when": "now"})

    alone = ada.get(f"/team/{dana.uid}/leave")
    assert 'class="flash flash-stop"' in alone.text
    assert "Nobody else supervises Elm Street." in words_of(alone)
    assert "1 ask waits for them. Nobody else can answer it." in words_of(alone)
    ada.post(f"/team/{dana.uid}/leave", data={"when": "now"})

    unled = "Nobody supervises this site: nobody can answer an ask"
    assert unled in words_of(ada.get("/sites")).partition("Harbour")[0]
    assert unled in words_of(ada.get(f"/sites/{number_of(ledger, 'Elm Street')}"))


def test_who_has_left_approves_nothing_any_more_and_works_nowhere_now(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada, dana = client_for("ada"), row_of(ledger, "Dana")
    before = words_of(ada.get(f"/team/{dana.uid}"))
    ada.post(f"/team/{dana.uid}/leave", data={"when": "now"})

    page = words_of(ada.get(f"/team/{dana.uid}"))

    here = page.partition("What changed")[0]
    for words in ("May approve asks", "May set limits", "Answering asks"):
        assert words in before
        assert words not in here
    places = here.partition("Where they work")[2]
    assert "until 2 Mar Over" in places


def test_a_move_says_that_the_open_ask_ends_with_it(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(1_000)
        shop.ask("ana", 5_000, now=MONDAY)
        harbour = str(shop.sites["harbour"].id)
    address = f"/team/{row_of(ledger, 'Ana').uid}/places"
    moves = {"site": harbour, "from_date": "2026-03-09", "instead": "y"}

    said = words_of(client_for("ada").post(address, data=moves, follow_redirects=True))

    assert "Saved: Ana works at Harbour from 9 Mar on." in said
    assert "Their open ask ends when they work there no more." in said
