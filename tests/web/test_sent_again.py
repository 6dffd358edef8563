"""What could not be saved just now can be sent once more, with one press and all that was typed."""

import psycopg
import pytest

from ledger.ledgers import Ledger
from tests.web.html import faults_of, parse
from tests.web.stopping import stopping

TYPED = {
    "csrf_token": "as it was",
    "amount": "12.50",
    "note": 'cold "soup" & <rain>',
    "remedy": ["1", "2"],
}


def test_what_was_typed_is_on_the_page_that_says_not_saved_yet(ledger: Ledger) -> None:
    browser = stopping(ledger, psycopg.errors.AdminShutdown).test_client()

    answer = browser.post("/stop", data=TYPED)

    page = parse(answer.text)
    assert answer.status_code == 503
    assert not faults_of(page)
    assert "Send it again" in answer.text
    assert "cold &#34;soup&#34; &amp; &lt;rain&gt;" in answer.text
    assert answer.text.count('type="hidden" name="remedy"') == 2
    assert "Sign in" not in answer.text


@pytest.mark.parametrize("name", ["password", "code", "now", "again"])
def test_a_secret_is_never_written_into_a_page(ledger: Ledger, name: str) -> None:
    browser = stopping(ledger, psycopg.errors.AdminShutdown).test_client()

    answer = browser.post("/stop", data={name: "a long one that is mine", "amount": "12.50"})

    assert answer.status_code == 503
    assert "a long one" not in answer.text
    assert "Send it again" not in answer.text


def test_a_page_that_was_only_read_is_opened_again(ledger: Ledger) -> None:
    answer = stopping(ledger, psycopg.errors.AdminShutdown).test_client().get("/stop?day=1")

    assert "Try again" in answer.text
    assert "Send it again" not in answer.text
