"""Where somebody works now: each site goes by its own business day."""

from datetime import UTC, date, datetime

import pytest

from ledger.core import sites, work_places
from ledger.core.errors import BadValueError
from ledger.core.people import NewPerson, add_person
from ledger.core.permissions import Role
from ledger.core.sites import NewSite
from ledger.core.tables import Person
from ledger.core.work_places import NewPlace
from tests.counter import Shop

# In New York, where the company is, this is Monday noon; in Auckland it is Tuesday at six.
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
TUESDAY = date(2026, 3, 3)


def hire(shop: Shop, *, from_date: date) -> Person:
    """Hire somebody for Elm Street, in New York, and for a new site in Auckland."""
    new_site = NewSite(location_ref="S9", name="Ponsonby", zone="Pacific/Auckland")
    far = sites.add_site(shop.session, new_site, actor="system", now=NOON)
    new = NewPerson(
        employee_id="00990",
        name="Rua",
        role=Role.STAFF,
        site_ids=[shop.sites["elm_street"].id, far.id],
        from_date=from_date,
    )
    return add_person(shop.session, new, actor="system", now=NOON)


def names(shop: Shop, person: Person) -> list[str]:
    return [site.name for site in work_places.open_sites_now(shop.session, person, now=NOON)]


def test_a_site_whose_tuesday_has_begun_is_open_to_who_begins_on_tuesday(shop: Shop) -> None:
    person = hire(shop, from_date=TUESDAY)

    assert names(shop, person) == ["Ponsonby"]


def test_a_site_whose_monday_is_over_is_closed_to_who_worked_until_monday(shop: Shop) -> None:
    person = hire(shop, from_date=date(2026, 3, 1))
    work_places.end_everywhere(shop.session, person, last_day=date(2026, 3, 2), now=NOON)

    assert names(shop, person) == ["Elm Street"]


def test_who_was_let_go_by_mistake_goes_on_from_the_same_day(shop: Shop) -> None:
    ana, elm = shop.people["ana"], shop.sites["elm_street"].id
    (before,) = work_places.places_of(shop.session, ana, now=NOON)
    first = before.row.from_date
    work_places.end_everywhere(shop.session, ana, last_day=date(2026, 3, 2), now=NOON)

    again = NewPlace(site_id=elm, from_date=date(2026, 3, 2))
    work_places.add_place(shop.session, ana, again, actor="system", now=NOON)

    (after,) = work_places.places_of(shop.session, ana, now=NOON)
    assert (after.row.from_date, after.row.until) == (first, None)
    with pytest.raises(BadValueError, match="taken"):
        work_places.add_place(shop.session, ana, again, actor="system", now=NOON)
