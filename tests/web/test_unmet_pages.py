"""Unmet needs on the desk: listed, filtered, counted and taken out."""

import uuid

from ledger.core.unmet_needs import UnmetNeedDraft, record_unmet_need
from ledger.ledgers import Ledger
from tests.cast import PASSWORD
from tests.counter import MONDAY
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of


def test_unmet_needs_are_listed_with_their_sum(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        draft = UnmetNeedDraft(
            uid=str(uuid.uuid4()),
            site_id=shop.sites["elm_street"].id,
            reason_id=shop.reasons["late"],
            amount_minor=4_500,
        )
        record_unmet_need(shop.session, shop.people["ana"], draft, now=MONDAY)

    assert "1 unmet need, $45.00" in words_of(client_for("dana").get("/decisions/unmet-needs"))


def wanted(ledger: Ledger, *amounts_minor: int) -> None:
    """Let Ana want to give so much, and not be able to."""
    with opened(ledger) as shop:
        for amount_minor in amounts_minor:
            draft = UnmetNeedDraft(
                uid=str(uuid.uuid4()),
                site_id=shop.sites["elm_street"].id,
                reason_id=shop.reasons["late"],
                amount_minor=amount_minor,
            )
            record_unmet_need(shop.session, shop.people["ana"], draft, now=MONDAY)


def test_unmet_needs_are_counted_by_reason_and_amount(
    ledger: Ledger, client_for: ClientFor
) -> None:
    wanted(ledger, 4_500, 900, 12_000)
    dana = client_for("dana")

    page = words_of(dana.get("/decisions/unmet-needs"))
    few = words_of(dana.get("/decisions/unmet-needs?most=45&since=2026-03-01"))

    assert "By reason and amount, in USD Why 5\N{EN DASH}10 25\N{EN DASH}50 over 100 All" in page
    assert "Late 1 1 1 3 $174.00" in page
    assert "2 unmet needs, $54.00" in few
    assert "No unmet need fits" in words_of(dana.get("/decisions/unmet-needs?least=500"))
    assert "Type the amount without commas" in dana.get("/decisions/unmet-needs?most=1,000").text


def test_unmet_needs_are_taken_out_as_they_are_filtered(
    ledger: Ledger, client_for: ClientFor
) -> None:
    wanted(ledger, 4_500, 900)
    otto = client_for("otto")

    page = otto.get("/decisions/unmet-needs?most=45").text
    asked = words_of(otto.get("/decisions/unmet-needs/list?most=10"))
    taken = otto.post("/decisions/unmet-needs/list?most=10", data={"password": PASSWORD})

    assert 'href="/decisions/unmet-needs/list?most=45"' in page
    assert "1 unmet need, $9.00" in asked
    assert taken.headers["Content-Disposition"] == (
        'attachment; filename="latitude-unmet-needs-2026-03-02.csv"'
    )
    assert [line.split(",")[11] for line in taken.text.splitlines()] == ["amount", "9.00"]
    assert otto.get("/decisions/unmet-needs/list?site=999").status_code == 404
    assert "unmet needs" in words_of(otto.get("/journal/exports")).lower()
