"""Verify and checkpoints on the page: watched while it reads, honest about what it shows."""

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from ledger.core import verification
from ledger.ledgers import Ledger
from ledger.signing_key import SIGNING_KEY
from ledger.turns import turn
from tests.founded import LEDGER_ID
from tests.founded import SIGNING_KEY as PRIVATE
from tests.web.conftest import ClientFor
from tests.web.opened import opened

TRUST = "/journal/trust"


@pytest.fixture
def with_key(ledger: Ledger) -> None:
    """Put the signing key where the server looks for it."""
    folder = ledger.settings.instance / "keys" / LEDGER_ID
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / SIGNING_KEY
    key.write_text(PRIVATE)
    key.chmod(0o600)


def signed_by(browser: FlaskClient) -> str:
    """Sign a checkpoint and return its text as the page shows it."""
    where = browser.post(f"{TRUST}/sign").location
    return browser.get(f"{where}/file").text


def test_a_verification_is_watched_and_ends_with_what_was_found(
    ledger: Ledger, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.give("ana", 1_200)
    monkeypatch.setattr(verification, "TELL_EVERY", 5)

    answer = client_for("otto").post(f"{TRUST}/verify", buffered=False)
    pieces = [piece.decode() for piece in answer.iter_encoded()]

    assert len(pieces) > 5
    assert "<h1>Verification</h1>" in pieces[0]
    assert "Reading the journal" in pieces[1]
    assert pieces[-1].rstrip().endswith("</html>")
    assert "Nothing was changed" in pieces[-2]
    assert "1 decision in force, 1 limit" in pieces[-2]


def test_the_first_changed_row_is_named_with_what_to_do(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.give("ana", 1_200)
    with ledger.database.writing() as session:
        session.execute(text("DROP TRIGGER journal_no_update"))
        session.execute(text("UPDATE journal SET actor = 'system' WHERE seq = 15"))

    page = client_for("otto").post(f"{TRUST}/verify").text

    assert "Something was changed" in page
    assert "journal 15. Its hash does not belong to what it holds" in page
    assert 'href="/journal/15"' in page
    assert "keep a copy of the database as it is" in page
    assert "Nothing was changed" not in page


def test_one_verification_runs_at_a_time_and_writers_go_on(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with turn(ledger.database, "verify"):
        page = client_for("otto").post(f"{TRUST}/verify").text
        with opened(ledger) as shop:
            shop.limit(2_500)

    assert "Somebody is verifying just now" in page
    assert "Nothing was changed" in client_for("otto").post(f"{TRUST}/verify").text


def test_whoever_leaves_gives_the_turn_back(ledger: Ledger, client_for: ClientFor) -> None:
    answer = client_for("otto").post(f"{TRUST}/verify", buffered=False)
    pieces = iter(answer.response)
    next(pieces)
    next(pieces)

    answer.close()

    with turn(ledger.database, "verify"):
        pass


@pytest.mark.usefixtures("with_key")
def test_a_checkpoint_is_signed_here_and_checked_here(client_for: ClientFor) -> None:
    browser = client_for("otto")
    before = browser.get(TRUST).text
    held = signed_by(browser)

    pasted = browser.post(f"{TRUST}/check", data={"text": held})
    sent = browser.post(f"{TRUST}/check", data={"file": (BytesIO(held.encode()), "held.txt")})

    assert "No checkpoint was ever signed here" in before
    assert re.fullmatch(r"latitude/\S+\n\d+\n[0-9a-f]{64}\n\ned25519 \S{64} \S{128}\n", held)
    assert "holds." in pasted.text
    assert "holds." in sent.text
    assert re.search(
        r"Unanchored since 2 Mar, 11:20: 1 row after the last", browser.get(TRUST).text
    )
    assert "Otto signed a checkpoint of row" in browser.get("/journal").text
    assert signed_by(browser) != held


@pytest.mark.usefixtures("with_key")
def test_a_checkpoint_that_does_not_fit_says_why_and_what_to_do(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser = client_for("otto")
    held = signed_by(browser)
    size = int(held.splitlines()[1])

    changed = browser.post(f"{TRUST}/check", data={"text": held.replace(f"\n{size}\n", "\n3\n")})
    nothing = browser.post(f"{TRUST}/check", data={"text": ""})
    with ledger.database.writing() as session:
        session.execute(text("DROP TRIGGER journal_no_delete"))
        session.execute(text(f"DELETE FROM journal WHERE seq >= {size}"))
    cut = browser.post(f"{TRUST}/check", data={"text": held})

    assert "It was not signed with the key" in changed.text
    assert "This is not a checkpoint." in nothing.text
    assert "This is an older state of the ledger" in cut.text


def test_without_the_key_nothing_is_signed_and_nothing_written(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser = client_for("otto")

    page = browser.post(f"{TRUST}/sign", follow_redirects=True).text

    assert "Nothing was signed" in page
    assert "No checkpoint was ever signed here" in page
    assert str(ledger.settings.instance) not in page
