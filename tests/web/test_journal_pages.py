"""The auditor's journal: every row in a sentence, what was hashed, and who took what out."""

import ast
import re
from collections.abc import Sequence

import pytest
from sqlalchemy import select, text
from sqlmodel import SQLModel, col

from ledger.core import downloads, settings
from ledger.core.book_kinds import BOOK_OF_KIND
from ledger.core.reports import journal_list
from ledger.core.reports.journal_list import ON_A_PAGE, JournalFilter, journal_page
from ledger.core.tables import Journal
from ledger.database import Database
from ledger.ledgers import Ledger
from ledger.web import journal_words
from tests import cast
from tests.counter import MONDAY, TUESDAY
from tests.small_ledger import fill
from tests.source import modules_in
from tests.web.conftest import ClientFor
from tests.web.opened import opened

KIND = re.compile(r"[a-z_]+\.(?!csv$)[a-z_]+")
COLUMNS = {
    f"{table.name}.{column.name}"
    for table in SQLModel.metadata.tables.values()
    for column in table.c
}


def last_row(ledger: Ledger, kind: str) -> int:
    with ledger.database.reading() as session:
        query = select(col(Journal.seq)).where(col(Journal.kind) == kind)
        return session.scalars(query.order_by(col(Journal.seq).desc()).limit(1)).one()


def seqs(page: journal_list.JournalPage) -> Sequence[int]:
    return [row.seq for row in page.rows]


def test_a_row_says_who_gave_what_and_leads_to_it(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        customer = shop.customer("555 867 5309")
        given = shop.give("ana", 1_200, customer_id=customer)
        shop.void("dana", given)
        shop.refused("ben", 4_000)

    page = client_for("otto").get("/journal").text

    assert "Ana gave $12.00 at Elm Street: Refund, Quality" in page
    assert "Dana voided the $12.00 that Ana gave at Elm Street: it was taken back" in page
    assert "Ben was not let give $40.00 at Elm Street: the limit was $25.00 a decision" in page
    assert "Ada set a limit for everyone: $25.00 a decision, from 2 Feb" in page
    assert "Ana added a customer" in page
    assert f'href="/decisions/{given.uid}"' in page
    assert "5309" not in page


def test_a_row_says_how_a_decision_went_past_the_limit(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.give("ana", 9_000, already_given=True, note="It was burnt")
        shop.refused("ben", 500, declared_own=True)
        ask = shop.ask("ana", 4_000, note="The cake fell")
        shop.answer("dana", ask)
        shop.hand_in("ana", ask)

    page = client_for("otto").get("/journal").text

    gave = "at Elm Street: Refund, Quality"
    assert f"Ana gave $90.00 {gave}, past the limit, given already" in page
    assert f"Ana gave $40.00 {gave}, as was asked for" in page
    own = "Ben was not let give $5.00 at Elm Street alone: for themselves, family or a friend"
    assert own in page


def kinds_in_the_source() -> set[str]:
    """Return every text in core that has the form of a kind, and is no column of a table."""
    core = (node for module in modules_in("ledger.core") for node in ast.walk(module.tree))
    texts = {node.value for node in core if isinstance(node, ast.Constant)}
    kinds = {one for one in texts if isinstance(one, str) and KIND.fullmatch(one)}
    return {one for one in kinds if one not in COLUMNS}


def test_every_kind_of_row_has_a_group_and_a_sentence(sqlite_database: Database) -> None:
    fill(sqlite_database)
    with sqlite_database.reading() as session:
        kinds = set(session.scalars(select(col(Journal.kind))))
    kinds |= {*BOOK_OF_KIND, *settings.KINDS, *kinds_in_the_source()}

    assert {"person.left", "code.made", "checkpoint.signed", "feed.changed"} <= kinds
    assert {kind for kind in kinds if journal_list.group_of(kind) == journal_list.OTHER} == set()
    assert kinds - set(journal_words.SENTENCES) - settings.KINDS == set()


def test_a_filter_in_the_address_leaves_what_was_asked_for(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.give("ana", 1_200)
        given = shop.give("chidi", 700, site="harbour", now=TUESDAY)
        shop.void("sam", given, now=TUESDAY)
        harbour, ana = shop.sites["harbour"].id, shop.people["ana"].uid
    browser = client_for("otto")

    def said(query: str) -> list[str]:
        return re.findall(r"(?:Ana|Chidi) gave (?=\$)|voided|set a limit", browser.get(query).text)

    assert said("/journal?group=limits") == ["set a limit"]
    assert said(f"/journal?person={ana}") == ["Ana gave "]
    assert said(f"/journal?group=decisions&person={ana}") == ["Ana gave "]
    assert said(f"/journal?group=decisions&site={harbour}") == ["voided", "Chidi gave "]
    assert said("/journal?group=decisions&since=2026-03-02&until=2026-03-02") == ["Ana gave "]
    assert said("/journal?group=exports") == []
    assert "No row fits" in browser.get("/journal?group=exports").text


def test_pages_lead_on_by_row_number_and_back_again(database: Database) -> None:
    with database.writing() as session:
        people = cast.hire(session).people
        for _time in range(120):
            begun = downloads.begin(
                session, people["otto"], subject="limits", format="csv", choice={}, now=MONDAY
            )
            assert begun.id
    with database.reading() as session:
        wanted = JournalFilter(group="exports")
        first = journal_page(session, wanted)
        second = journal_page(session, wanted, before=first.older)
        third = journal_page(session, wanted, before=second.older)
        back = journal_page(session, wanted, after=second.newer)

    found = [*seqs(first), *seqs(second), *seqs(third)]
    assert [len(one.rows) for one in (first, second, third)] == [ON_A_PAGE, ON_A_PAGE, 20]
    assert found == sorted(set(found), reverse=True)
    assert (first.newer, third.older) == (None, None)
    assert seqs(back) == seqs(first)


def test_a_site_is_looked_for_a_stretch_at_a_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        hired = cast.hire(session)
        site = hired.sites["elm_street"].id
    with database.reading() as session:
        whole = journal_page(session, JournalFilter(site_id=site))
        monkeypatch.setattr(journal_list, "LOOKED_THROUGH", 4)
        found: list[int] = []
        before, pages = None, 0
        while pages == 0 or before is not None:
            page = journal_page(session, JournalFilter(site_id=site), before=before)
            found += seqs(page)
            before, pages = page.older, pages + 1

    assert pages > 1
    assert found == seqs(whole)
    assert found


def test_one_row_shows_the_exact_bytes_and_that_it_is_whole(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.give("ana", 1_200)
    seq = last_row(ledger, "decision.recorded")
    with ledger.database.reading() as session:
        row = session.get_one(Journal, seq)

    page = client_for("otto").get(f"/journal/{seq}").text

    assert page.count(row.hash) == 2
    assert row.previous_hash in page
    assert "amount_minor&#34;:1200" in page
    assert "This row is as it was written." in page
    assert "Every column is as in the journal." in page
    assert client_for("otto").get("/journal/999999").status_code == 404


def test_a_changed_row_is_said_to_be_changed(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.give("ana", 1_200)
    seq = last_row(ledger, "decision.recorded")
    with ledger.database.writing() as session:
        session.execute(text("DROP TRIGGER decision_no_update"))
        session.execute(text("UPDATE decision SET amount_minor = 100"))

    page = client_for("otto").get(f"/journal/{seq}").text

    assert "This row is not as it was written." in page
    assert "amount_minor is not what the journal says." in page


def test_who_took_what_out_and_whether_it_came_to_an_end(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        chosen: dict[str, int | str | None] = {
            "site": shop.sites["harbour"].id,
            "since": "2026-03-01",
        }
        _, begun = (
            downloads.begin(
                shop.session,
                shop.people[name],
                subject="decisions",
                format="csv",
                choice=chosen,
                now=MONDAY,
            )
            for name in ("dana", "otto")
        )
        downloads.finish(shop.session, begun, rows=12, sha256="ab" * 32, now=MONDAY)

    page = client_for("otto").get("/journal/exports").text

    assert page.count("Begun, not finished") == 1
    assert "12 rows" in page
    assert "ab" * 32 in page
    assert page.count("Site Harbour, from 1 Mar") == 2
    assert client_for("dana").get("/journal/exports").status_code == 404


def test_a_decision_its_void_and_its_limit_lead_to_their_journal_rows(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        limit = shop.limit(2_500)
        given = shop.give("ana", 1_200)
        void = shop.void("dana", given)
    otto = client_for("otto")

    decision = otto.get(f"/decisions/{given.uid}").text

    assert f'href="/journal/{given.journal_seq}"' in decision
    assert f'href="/journal/{void.journal_seq}"' in decision
    assert f'href="/limits/{limit.uid}"' in decision
    assert f'href="/journal/{limit.journal_seq}"' in otto.get(f"/limits/{limit.uid}").text
    assert "/journal/" not in client_for("dana").get(f"/decisions/{given.uid}").text


@pytest.mark.parametrize(
    "column, value",
    [
        ("at", "long ago"),
        ("content", "no JSON"),
        ("content", '{"row":[]}'),
        ("content", '{"row":{"person_id":[1],"amount_minor":{},"site_id":"x"}}'),
        ("kind", "limit.set"),
        ("kind", "site.added"),
        ("kind", "file.imported"),
        ("kind", "checkpoint.signed"),
        ("actor", "somebody"),
        ("subject", "download:x"),
    ],
)
def test_a_row_that_was_changed_is_shown_all_the_same(
    ledger: Ledger, client_for: ClientFor, column: str, value: str
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.give("ana", 1_200)
    seq, browser = last_row(ledger, "decision.recorded"), client_for("otto")
    with ledger.database.writing() as session:
        session.execute(text("DROP TRIGGER journal_no_update"))
        change = text(f"UPDATE journal SET {column} = :value WHERE seq = :seq")
        session.execute(change, {"value": value, "seq": seq})

    assert "is not as it was written" in browser.get(f"/journal/{seq}").text
    assert browser.get("/journal?since=2026-03-01").status_code == 200
