"""What people type for a time zone leads to its name."""

import pytest

from ledger.core import zone_names


@pytest.mark.parametrize(
    "typed, zone",
    [
        ("Chicago", "America/Chicago"),
        ("chicago", "America/Chicago"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("USA/Chicago", "America/Chicago"),
        ("Zürich", "Europe/Zurich"),
        ("são paulo", "America/Sao_Paulo"),
        ("Zurrich", "Europe/Zurich"),
        ("Chigago", "America/Chicago"),
        ("Kathm", "Asia/Kathmandu"),
    ],
)
def test_a_city_leads_to_its_zone(typed: str, zone: str) -> None:
    assert zone_names.similar(typed)[0] == zone


@pytest.mark.parametrize("typed", ["", "  ", "NY", "qqqqqq", "/", "\0"])
def test_where_nothing_is_near_nothing_is_said(typed: str) -> None:
    assert zone_names.similar(typed) == []


def test_never_more_are_said_than_can_be_read() -> None:
    assert len(zone_names.similar("san")) == zone_names.MOST_SIMILAR


def test_a_city_is_written_as_people_write_it() -> None:
    assert zone_names.city_of("America/Argentina/Buenos_Aires") == "Buenos Aires"
    assert zone_names.city_of("UTC") == "UTC"
