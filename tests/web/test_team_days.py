"""Where somebody begins without a day: on the day that it is there, whatever the company's is."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core import sites
from ledger.core.sites import NewSite
from ledger.core.tables import Person, PersonSite
from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor, Clock
from tests.web.opened import opened
from tests.web.said import words_of

# Monday morning at five in New York, where the company is; in Honolulu it is still Sunday.
MORNING = datetime(2026, 3, 2, 10, tzinfo=UTC)
SUNDAY = date(2026, 3, 1)
NEW = {"name": "Kai", "employee_id": "00078", "email": "kai@mapleandmain.example", "role": "staff"}


@pytest.fixture
def honolulu(ledger: Ledger, clock: Clock) -> int:
    """Add a site whose day begins five hours after the company's."""
    clock.now = MORNING
    with ledger.database.writing() as session:
        new = NewSite(location_ref="S9", name="Waikiki", zone="Pacific/Honolulu")
        return sites.add_site(session, new, actor="system", now=MORNING).id


def first_days(ledger: Ledger, name: str) -> list[date]:
    with opened(ledger) as shop:
        query = select(col(PersonSite.from_date)).join(
            Person, col(Person.id) == col(PersonSite.person_id)
        )
        return list(shop.session.scalars(query.where(col(Person.name) == name)))


def test_somebody_new_begins_on_the_day_that_it_is_at_the_site(
    ledger: Ledger, client_for: ClientFor, honolulu: int
) -> None:
    added = client_for("ada").post(
        "/team/new", data={**NEW, "site": str(honolulu)}, follow_redirects=True
    )

    assert added.status_code == 200
    assert first_days(ledger, "Kai") == [SUNDAY]
    assert "Coming" not in words_of(added)


def test_a_day_that_is_over_there_is_not_taken(client_for: ClientFor, honolulu: int) -> None:
    sunday = {**NEW, "site": str(honolulu), "from_date": "2026-02-28"}

    answer = client_for("ada").post("/team/new", data=sunday)

    assert answer.status_code == 422
    assert "That day is over there." in words_of(answer)


def test_who_is_moved_there_begins_at_once(
    ledger: Ledger, client_for: ClientFor, honolulu: int
) -> None:
    with opened(ledger) as shop:
        uid = shop.people["chidi"].uid

    client_for("ada").post(f"/team/{uid}/places", data={"site": str(honolulu)})

    assert SUNDAY in first_days(ledger, "Chidi")
