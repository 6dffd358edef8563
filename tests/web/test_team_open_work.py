"""What somebody has open is said before they move, get another role or leave, and on return."""

from ledger.core import leaving, work_places
from ledger.ledgers import Ledger
from tests.cast import MONDAY
from tests.core.files import ACTIVITY
from tests.web.bringing import AT_ELM, CAME, bring, taken
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of


def test_a_move_and_another_role_say_first_what_is_open(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        sam, ana = shop.people["sam"].uid, shop.people["ana"].uid
        shop.limit(5_000)
        shop.limit(900, person_id=shop.people["ana"].id)
        shop.give("ana", 500)
        places = work_places.places_of(shop.session, shop.people["sam"], now=MONDAY)
        at = {place.site.name: place.row.id for place in places}
    bring(client_for("sam"), "activity", AT_ELM)
    ada = client_for("ada")

    moves, ends, role, leaves, elsewhere, staff = (
        words_of(ada.get(f"/team/{address}"))
        for address in (
            f"{sam}/places",
            f"{sam}/places/{at['Harbour']}",
            f"{sam}/change",
            f"{sam}/leave",
            f"{sam}/places/{at['Elm Street']}",
            f"{ana}/places",
        )
    )

    for page in (moves, role, leaves):
        assert "Nobody else supervises Harbour, Old Mill, Station." in page
        assert "1 file of theirs waits under Files." in page
    assert "Nobody else supervises Harbour." in ends
    assert "Nobody else supervises" not in elsewhere + staff
    assert "1 limit set for them alone goes on." in staff
    assert "1 decision stays where it was given" in staff


def test_a_file_that_was_taken_in_or_is_all_known_waits_no_more(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada, text = client_for("ada"), f"{ACTIVITY}\n{CAME}\n"
    taken(ada, "activity", text)
    bring(ada, "activity", text)

    with opened(ledger) as shop:
        found = leaving.open_work_of(shop.session, shop.people["ada"], now=MONDAY)

    assert found.files == 0


def test_who_comes_back_is_said_to_be_bound_by_their_old_limits(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        ana = shop.people["ana"]
        for amount in (700, 900):
            shop.limit(amount, person_id=ana.id)
        for name in ("ana", "ben"):
            person = shop.people[name]
            leaving.leave(shop.session, person, last_day=None, actor="system", now=MONDAY)
        uids = ana.uid, shop.people["ben"].uid
    ada = client_for("ada")

    bound, free = (words_of(ada.post(f"/team/{uid}/return", follow_redirects=True)) for uid in uids)

    assert "Limits set for them alone are in force again." in bound
    assert "Ana: $9 a decision" in bound
    assert "$7" not in bound
    assert "in force again" not in free
