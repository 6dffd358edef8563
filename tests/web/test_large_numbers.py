"""Numbers and days in an address that nothing can have."""

import pytest

from tests.web.conftest import ClientFor
from tests.web.said import words_of

BEYOND = 2**63


@pytest.mark.parametrize("number", [BEYOND - 1, BEYOND, 10**27])
def test_an_export_that_cannot_be_is_not_found(client_for: ClientFor, number: int) -> None:
    browser = client_for("hana")

    assert browser.get(f"/exports/{number}").status_code == 404
    assert browser.post(f"/exports/{number}/download").status_code == 404


def test_a_period_of_ages_is_said_at_its_last_day(client_for: ClientFor) -> None:
    browser = client_for("hana")

    answer = browser.get("/exports?period=days&start=2016-01-01&end=2036-01-01")
    beyond = browser.get("/exports?period=days&start=2026-01-01&end=9998-12-31")
    longest = browser.get("/exports?period=days&start=2026-01-01&end=2035-12-31")

    assert answer.status_code == 422
    assert "Choose a day within ten years of the first one" in words_of(answer)
    assert beyond.status_code == 422
    assert longest.status_code == 200
