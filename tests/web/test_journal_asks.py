"""What the auditor reads in the journal about asks: sentences, their sites, and where they lead."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core import settings
from ledger.core.reports.journal_list import JournalFilter, journal_page
from ledger.core.tables import Ask, Journal
from ledger.database import Database
from ledger.ledgers import Ledger
from tests import cast
from tests.counter import Shop, open_shop
from tests.small_asks import ask_and_answer
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of

SENTENCES = (
    "Ben asked to give $65.00 at Elm Street: Refund, Quality",
    "Dana approved the ask for $65.00 by Ben at Elm Street",
    "Ben gave $65.00, as approved: the ask for $65.00 by Ben at Elm Street",
    "Dana proved who they are on the screen of somebody who asked",
    "Dana offered $55.00 instead of $70.00 by Ana at Elm Street, on the screen of who asked",
    "Ana gave $55.00, as offered: the ask for $70.00 by Ana at Elm Street",
    "Sam declined the ask for $80.00 by Ben at Elm Street",
    "Ben asked again, version 2: $70.00 at Elm Street, Refund, Quality",
    "Ben changed the ask for $70.00 by Ben at Elm Street: the next version stands",
    "Ben withdrew the ask for $68.00 by Ben at Elm Street",
    "The permission for $64.00 by Ben at Elm Street was not used in time",
    "Nobody answered the ask for $88.00 by Ben at Elm Street in time: it expired",
    "Nobody answered the ask for $59.00 by Ana at Elm Street in time: it may be given",
    "Dana handed the asks of Dana over to Sam, from 3 Mar to 5 Mar",
    "Dana took the asks of Dana back from Sam, handed over until 5 Mar",
    "Dana read the $90.00 that Ana gave at Elm Street past the limit",
    "Dana read a flag at Elm Street, one gift in several pieces: a limit set too low",
    "Ada changed how asks go at Elm Street: ",
    "Ada changed who is asked first at Elm Street: ",
)


def tell(shop: Shop) -> None:
    """Set a limit, and let everything be asked and answered."""
    shop.limit(5_000, budget_minor=20_000, budget_period="week")
    ask_and_answer(shop)


def test_every_row_about_asks_is_one_sentence(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        tell(shop)
    otto = client_for("otto")

    said = " ".join(words_of(otto.get(f"/journal?before={before}")) for before in (60, 1_000))

    for sentence in SENTENCES:
        assert sentence in said
    assert "Twice wrong" not in said
    assert "5309" not in said


def test_rows_about_an_ask_lead_to_it_and_what_was_read_to_its_decision(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        tell(shop)
        asked = shop.session.scalars(select(Ask).order_by(col(Ask.id).desc())).first()
    assert asked is not None
    otto = client_for("otto")

    page = otto.get("/journal?group=asks").text

    assert f'href="/decisions/asks/{asked.uid}"' in page
    assert otto.get(f"/decisions/asks/{asked.uid}").status_code == 200
    assert 'href="/decisions/' in otto.get("/journal?group=decisions").text


@pytest.mark.parametrize("site, is_there", [("elm_street", True), ("harbour", False)])
def test_rows_about_asks_are_found_by_their_site(
    database: Database, site: str, *, is_there: bool
) -> None:
    with database.writing() as session:
        hired = cast.hire(session)
        tell(open_shop(session, hired))
        site_id = hired.sites[site].id
        rows = session.execute(select(col(Journal.seq), col(Journal.kind))).all()
    # Sam works everywhere: what was handed over to him is told by where Dana works.
    about = {
        seq
        for seq, kind in rows
        if kind.startswith(("ask.", "asks.", "ask_rule.", "answer_turns.", "flag."))
        or kind == "decision.reviewed"
    }
    assert "ask_rule.changed" in settings.KINDS

    found: set[int] = set()
    with database.reading() as session:
        before, pages = None, 0
        while pages == 0 or before is not None:
            page = journal_page(session, JournalFilter(site_id=site_id), before=before)
            found |= {row.seq for row in page.rows}
            before, pages = page.older, pages + 1

    assert about & found == (about if is_there else set())
