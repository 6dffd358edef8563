"""Bringing a file on its page, and pressing its buttons, until the work on it is done."""

import re
from io import BytesIO
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.core.imports import history
from ledger.ledgers import Ledger
from ledger.web import files_work
from tests.core.files import ACTIVITY

GIVEN = "d1,2026-02-02T15:00:00Z,c1,00412,S1,refund,5.00,USD,late,"
CAME = "a1,c1,2026-02-05T15:00:00Z,purchase,10.00,USD"
AT_ELM = f"{ACTIVITY},location_ref\n{CAME},S1\n"


def bring(browser: FlaskClient, kind: str, text: str, **options: str) -> TestResponse:
    """Bring a file, and wait until it was looked at."""
    file = (BytesIO(text.encode()), f"{kind}.csv")
    form = {"kind": kind, "feed": "main", **options, "file": file}
    answer = browser.post("/files", data=form, content_type="multipart/form-data")
    if answer.status_code != 303:
        return answer
    files_work.wait_for(uid_in(answer.location))
    return browser.get(answer.location)


def uid_in(address: str) -> str:
    """Return the uid of an upload in an address."""
    found = re.search(r"/files/([0-9a-f-]{36})", address)
    assert found is not None, address
    return str(UUID(found.group(1)))


def press(browser: FlaskClient, page: TestResponse, what: str) -> TestResponse:
    """Press a button of an upload's page, and wait until the work is done."""
    uid = uid_in(page.request.path)
    browser.post(f"/files/{uid}/{what}")
    files_work.wait_for(uid)
    return browser.get(f"/files/{uid}")


def taken(browser: FlaskClient, kind: str, text: str, **options: str) -> TestResponse:
    """Bring a file and take it in."""
    return press(browser, bring(browser, kind, text, **options), "take-in")


def number_of_imports(ledger: Ledger) -> int:
    """Return how many imports there are."""
    with ledger.database.reading() as session:
        return history.last_number(session)
