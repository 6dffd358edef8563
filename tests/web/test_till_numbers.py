"""A slip of the till leads to its decision, by the number that the receipt gave it."""

import pytest

from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of

NOBODY = "No decision of your sites has that number."


@pytest.fixture
def given(ledger: Ledger) -> dict[str, str]:
    """Let Ana give at Elm Street and Chidi at Harbour; return the ids of both, by name."""
    with opened(ledger) as shop:
        shop.limit(5_000)
        return {
            "ana": shop.give("ana", 1_200).uid,
            "chidi": shop.give("chidi", 900, site="harbour").uid,
        }


@pytest.mark.parametrize("typed", ["D-000001", "d1", "D 01", " 1 "])
def test_the_number_on_a_slip_opens_the_decision(
    client_for: ClientFor, given: dict[str, str], typed: str
) -> None:
    answer = client_for("dana").get("/decisions/at-till", query_string={"number": typed})

    assert answer.location == f"/decisions/{given['ana']}"
    page = client_for("dana").get(answer.location)
    assert "At the till D-000001" in words_of(page)


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "D-000003",
        "D-000002",
        "T-1",
        "\N{FULLWIDTH DIGIT ONE}",
        "D-999999999999999999999",
        "'; --",
    ],
)
def test_a_number_of_nobody_or_of_another_site_leads_back_to_the_list(
    client_for: ClientFor, typed: str
) -> None:
    page = client_for("dana").get(
        "/decisions/at-till", query_string={"number": typed}, follow_redirects=True
    )

    assert page.request.path == "/decisions"
    assert NOBODY in words_of(page)


def test_an_auditor_finds_those_of_every_site(client_for: ClientFor, given: dict[str, str]) -> None:
    answer = client_for("otto").get("/decisions/at-till", query_string={"number": "D-000002"})

    assert answer.location == f"/decisions/{given['chidi']}"
