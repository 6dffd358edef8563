"""What the demo company tells beyond its year of decisions."""

from datetime import date

from sqlalchemy import select

from ledger.core.tables import CustomerJoin
from ledger.core.verification import verify
from ledger.demo.changes import found_to_be_one
from ledger.demo.story import Shop
from ledger.demo.visits import Incident, Shopper
from tests.counter import Shop as Open

ON = date(2026, 3, 2)


def shopper(ref: str, name: str) -> Shopper:
    return Shopper(ref=ref, name=name, phone="5550000000", home="elm-street")


def incident(ref: str, site: str) -> Incident:
    return Incident(
        ref=ref,
        site=site,
        on=ON,
        minute=600,
        reason="late",
        remedy="refund",
        amount_minor=500,
        apologised=False,
    )


def test_two_of_one_name_at_one_site_turn_out_to_be_one(sqlite_shop: Open) -> None:
    known = [shopper("C1", "Eva R."), shopper("C2", "Eva R."), shopper("C3", "Eva R.")]
    met = [incident("C1", "elm-street"), incident("C2", "harbour"), incident("C3", "elm-street")]
    ids = {
        ref: sqlite_shop.customer(f"555 867 530{number}")
        for number, ref in enumerate(("C1", "C2", "C3"))
    }
    shop = Shop(
        people={"Dana": sqlite_shop.people["dana"]},
        site_ids={},
        remedies={},
        reasons={},
        customer_ids=ids,
        deciders={},
        supervisors={},
    )

    event = found_to_be_one(shop, known, met, on=ON)
    event.tell(sqlite_shop.session, event.at)

    (join,) = sqlite_shop.session.scalars(select(CustomerJoin))
    assert (join.customer_id, join.into_id) == (ids["C3"], ids["C1"])
    verify(sqlite_shop.session)
