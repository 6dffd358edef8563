"""A form with fields that no form here has is answered as the same form without them (FAULTS G4).

It is not turned away with a 400: what a browser's extension puts into a form shall not cost
anybody what they typed at the counter. So every one of these ways to write is tried twice from
the same ledger, plain and with such fields, and the same rows must come of it.
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from ledger.core import in_place
from ledger.core.answers import Kind
from ledger.core.tables import (
    Ask,
    AskAnswer,
    Budget,
    Decision,
    InPlace,
    Journal,
    Limit,
    Refusal,
    SignIn,
    UnmetNeed,
)
from ledger.database import Database, sqlite_module
from ledger.ledgers import Ledger
from ledger.web import application
from tests.asking import MINUTE
from tests.cast import MONDAY, PASSWORD
from tests.compiled import share_templates
from tests.web.conftest import ledger_over, token_for
from tests.web.counter_form import written
from tests.web.opened import opened

# Who did it, how it stands, when it was, what the chain makes of it: nobody says that in a form.
NOT_FOR_FORMS = {
    "status": "approved",
    "state": "given",
    "actor_id": "1",
    "person_id": "1",
    "approved_by": "1",
    "for_person_id": "2",
    "limit": "999999",
    "limit_id": "1",
    "limit_per_decision_minor": "999999",
    "ceiling_minor": "999999",
    "amount_minor": "999999",
    "reserved_minor": "0",
    "timeout_allows": "1",
    "in_place": "1",
    "ask_id": "1",
    "exception_reason": "act_now",
    "created_at": "2020-01-01",
    "made_at": "2020-01-01",
    "expires_at": "2030-01-01",
    "lapses_at": "2030-01-01",
    "business_date": "2020-01-01",
    "source": "imported",
    "hash": "0" * 64,
    "set_by_id": "1",
}
BOOKS: Sequence[type[SQLModel]] = (
    *(Ask, AskAnswer, InPlace, Decision, Refusal, UnmetNeed, Budget, Limit, Journal),
)
# What is drawn by chance, or follows from what is.
BY_CHANCE = re.compile("hash|commitment|content|uid|subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form: the browser that sends it, where to, and what is in it."""

    token: str
    address: str
    form: Mapping[str, str]


def asked(ledger: Ledger, kind: Kind | None = None) -> Ask:
    """Let Ana ask for $40, where she may give $25, and Dana say something to it."""
    with opened(ledger) as shop:
        shop.limit(2_500)
        ask = shop.ask("ana", 4_000, now=MONDAY - 2 * MINUTE)
        if kind is not None:
            offer = 3_000 if kind == "countered" else None
            shop.answer("dana", ask, kind, offer, now=MONDAY - MINUTE)
        return ask


def sent(ledger: Ledger, name: str, address: str, **form: str) -> Sent:
    token = token_for(ledger.database, name, now=MONDAY)
    return Sent(token=token, address=address, form={"uid": str(uuid.uuid4()), **form})


def logging(ledger: Ledger) -> Sent:
    asked(ledger)
    return sent(ledger, "ben", "/log", **written(ledger, amount="12"))


def logging_too_much(ledger: Ledger) -> Sent:
    asked(ledger)
    return sent(ledger, "ben", "/log", **written(ledger, amount="40"))


def asking(ledger: Ledger) -> Sent:
    asked(ledger)
    return sent(ledger, "ben", "/asks", **written(ledger, amount="40", note="The cake"))


def asking_again(ledger: Ledger) -> Sent:
    return sent(ledger, "ana", f"/asks/{asked(ledger).uid}/again", amount="50", why="The cake")


def giving(ledger: Ledger) -> Sent:
    return sent(ledger, "ana", f"/asks/{asked(ledger, 'approved').uid}/give")


def giving_what_was_offered(ledger: Ledger) -> Sent:
    return sent(ledger, "ana", f"/asks/{asked(ledger, 'countered').uid}/give")


def giving_instead(ledger: Ledger) -> Sent:
    return sent(ledger, "ana", f"/asks/{asked(ledger).uid}/instead", amount="20")


def withdrawing(ledger: Ledger) -> Sent:
    return sent(ledger, "ana", f"/asks/{asked(ledger).uid}/withdraw")


def needing(ledger: Ledger) -> Sent:
    return sent(ledger, "ana", f"/asks/{asked(ledger, 'declined').uid}/need")


def proving(ledger: Ledger) -> Sent:
    ask = asked(ledger)
    with opened(ledger) as shop:
        who = shop.people["dana"].uid
    return sent(ledger, "ana", f"/asks/{ask.uid}/here", who=who, password=PASSWORD)


def answering_here(ledger: Ledger) -> Sent:
    ask = asked(ledger)
    token = token_for(ledger.database, "ana", now=MONDAY)
    with opened(ledger) as shop:
        (sign_in,) = shop.session.scalars(select(SignIn))
        in_place.prove(shop.session, ask, shop.people["dana"], sign_in, now=MONDAY)
    address = f"/asks/{ask.uid}/here/answer"
    return Sent(token=token, address=address, form=an_answer(ask, "countered", amount="30"))


def approving(ledger: Ledger) -> Sent:
    ask = asked(ledger)
    return sent(ledger, "dana", f"/inbox/asks/{ask.uid}", **an_answer(ask, "approved"))


def offering_less(ledger: Ledger) -> Sent:
    ask = asked(ledger)
    form = an_answer(ask, "countered", amount="30")
    return sent(ledger, "dana", f"/inbox/asks/{ask.uid}", **form)


def declining(ledger: Ledger) -> Sent:
    ask = asked(ledger)
    form = an_answer(ask, "declined", words="Not today")
    return sent(ledger, "dana", f"/inbox/asks/{ask.uid}", **form)


def limiting(ledger: Ledger) -> Sent:
    with opened(ledger) as shop:
        newest, site = shop.limit(2_500).uid, str(shop.sites["elm_street"].id)
    form = {"level": "site", "site": site, "amount": "30", "period": "day", "lasts": "always"}
    form |= {"begins": "now", "reason": "Late orders", "password": PASSWORD, "seen": newest}
    return sent(ledger, "ada", "/limits/new", **form, agreed="budget customer_count customer_total")


def an_answer(ask: Ask, kind: str, **said: str) -> dict[str, str]:
    plain = {"kind": kind, "version": str(ask.version), "content_hash": ask.content_hash}
    return {"uid": str(uuid.uuid4()), **plain, **said}


WAYS = (
    *(logging, logging_too_much, asking, asking_again, withdrawing, needing),
    *(giving, giving_what_was_offered, giving_instead),
    *(proving, answering_here, approving, offering_less, declining, limiting),
)


@pytest.mark.parametrize("way", WAYS)
def test_g4_nothing_comes_of_what_no_form_has(
    ledger: Ledger,
    tmp_path: Path,
    open_database: Callable[[str], Database],
    way: Callable[[Ledger], Sent],
) -> None:
    form = way(ledger)
    before = rows_of(ledger)
    database = open_database(copy_of(ledger, tmp_path / "twin"))
    other = ledger_over(database, replace(ledger.settings, database_url=str(database.url)))
    assert not NOT_FOR_FORMS.keys() & form.form.keys()

    plain = send(ledger, form, {})
    more = send(other, form, NOT_FOR_FORMS)

    assert more == plain
    after = rows_of(ledger)
    assert after != before
    assert rows_of(other) == after


def send(ledger: Ledger, sent: Sent, more: Mapping[str, str]) -> int:
    """Send a form with more fields than it has; return the status."""
    app = application.assemble(ledger, clock=lambda: MONDAY)
    app.testing = True
    share_templates(app)
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    browser.set_cookie("latitude", sent.token)
    return browser.post(sent.address, data={**more, **sent.form}).status_code


def copy_of(ledger: Ledger, path: Path) -> str:
    """Copy the file of a ledger; return its address."""
    with (
        closing(sqlite_module().connect(ledger.database.url.database)) as original,
        closing(sqlite_module().connect(path)) as copy,
    ):
        original.backup(copy)
    return f"sqlite:///{path}"


def rows_of(ledger: Ledger) -> Mapping[str, Sequence[Sequence[object]]]:
    """Return what the books say, without what is drawn by chance."""
    said: dict[str, Sequence[Sequence[object]]] = {}
    with ledger.database.reading() as session:
        for book in BOOKS:
            table = SQLModel.metadata.tables[str(book.__tablename__)]
            columns = [one for one in table.columns if not BY_CHANCE.search(one.name)]
            said[table.name] = [tuple(row) for row in session.execute(select(*columns))]
    return said
