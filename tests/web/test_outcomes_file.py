"""The figures of the outcomes page as a file: just what it shows, and only with the password."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ledger.core import downloads
from ledger.ledgers import Ledger
from tests import cast
from tests.web.conftest import ClientFor
from tests.web.html import Page, parse, text_of
from tests.web.outcome_reading import HEADLINE, cells, page, stats, words
from tests.web.outcome_year import with_a_year

PASSWORD = {"password": cast.PASSWORD}
SHOWN = ("matured", "came_back", "not_back", "maturing", "watched")
GROUPS = {"reason", "amount", "remedy", "visit", "site"}

Row = Mapping[str, str]


@pytest.fixture(scope="session")
def staffed_file(staffed_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take a year of decisions into a SQLite file that every test here copies."""
    return with_a_year(staffed_file, tmp_path_factory.mktemp("year") / "ledger.sqlite")


def file(browser: FlaskClient, address: str) -> tuple[list[list[str]], list[Row]]:
    """Take the figures out; return the lines above the table, and its rows by column."""
    answer = browser.post(address, data=PASSWORD)
    assert answer.status_code == 200, answer.text
    lines = list(csv.reader(io.StringIO(answer.text, newline="")))
    split = lines.index([])
    header, *rows = lines[split + 1 :]
    return lines[:split], [dict(zip(header, row, strict=True)) for row in rows]


def tables_of(found: Page) -> dict[str, list[list[str]]]:
    """Return the numbers under every chart, by title, without the sign of the per cent."""
    return {
        text_of(caption): [
            [cell.removesuffix(" %") for cell in cells(row)] for row in list(table.iter("tr"))[1:]
        ]
        for table in found.root.iter("table")
        for caption in table.iter("caption")
    }


def tables_in(rows: Sequence[Row]) -> dict[str, list[list[str]]]:
    """Return the tables of the file as the page writes them; nothing else is in their lines."""
    found: dict[str, list[list[str]]] = {}
    for row in rows:
        if row["table"] == HEADLINE:
            continue
        assert row["counted"] == row["given"] == row["cost"] == ""
        assert bool(row["percent"]) != bool(row["note"])
        counts = [row[column] for column in SHOWN if row[column]]
        limits = f"{row['low']}–{row['high']}" if row["low"] else ""  # noqa: RUF001 (as the page writes it)
        line = [row["name"], *counts, row["percent"] or row["note"], limits]
        found.setdefault(row["table"], []).append(line)
    return found


def headline_in(rows: Sequence[Row]) -> list[list[str]]:
    """Return the headline of the file as the page writes its exact numbers."""
    by = {row["part"]: row for row in rows if row["table"] == HEADLINE}
    whole = by["all"]
    found = [
        ["Came back", whole["came_back"]],
        ["Not back", whole["not_back"]],
        ["Maturing", whole["maturing"]],
        ["Counted", whole["counted"]],
        ["Walk-ins", by["walk_ins"]["counted"]],
        ["Decisions", by["decisions"]["counted"]],
    ]
    if "given" in by:
        given = by["given"]
        found.append(["Given, USD", f"${float(given['given']):,.2f}"])
        found.append(["Cost to us, USD", f"${float(given['cost']):,.2f}"])
    return found


@pytest.mark.parametrize(
    "query",
    [
        "?decided=any",
        "?decided=any&reason=late&within=30",
        "?decided=any&site=S2&count=decision&within=30",
        "?decided=any&band=10-25&remedy=refund&count=episode",
        "?decided=any&remedy=credit&within=7",
        "?decided=2026-02",
        "?decided=2029-01",
    ],
)
def test_the_file_has_the_figures_of_the_page_and_no_others(
    client_for: ClientFor, query: str
) -> None:
    vera = client_for("vera")
    shown = page(vera, query)

    above, rows = file(vera, f"/outcomes/list{query}")

    tables = tables_of(shown)
    assert headline_in(rows) == tables.pop(HEADLINE)
    assert tables_in(rows) == tables
    whole = rows[0]
    first = f"{whole['percent']} % {whole['low']}–{whole['high']}, of {whole['matured']} matured"  # noqa: RUF001 (as the page writes it)
    assert (first if whole["percent"] else whole["note"]) in stats(shown)[0]
    under = [row["note"].replace("\N{NO-BREAK SPACE}", " ") for row in rows[1:3]]
    assert all(one in said for one, said in zip(under, stats(shown)[1:3], strict=True))
    said = [line[1].replace("\N{NO-BREAK SPACE}", " ") for line in above if line[0] == "says"]
    assert all(one in words(shown) for one in said if ". " not in one)


def test_where_the_page_would_be_guessing_the_file_has_no_groups_and_no_rate(
    client_for: ClientFor,
) -> None:
    vera = client_for("vera")
    assert "We would be guessing" in words(page(vera, "?decided=2026-02"))

    above, rows = file(vera, "/outcomes/list?decided=2026-02")

    assert not GROUPS & {row["part"] for row in rows}
    assert not any(row["percent"] for row in rows)
    assert any(line[1].startswith("We would be guessing.") for line in above)


def test_a_group_that_is_not_enough_yet_says_how_many_are_known_and_nothing_more(
    client_for: ClientFor,
) -> None:
    _above, rows = file(client_for("vera"), "/outcomes/list?decided=any&reason=late")

    few = [row for row in rows if row["part"] in GROUPS and row["note"] == "not enough yet"]
    assert few
    assert all(int(row["matured"]) < 30 for row in few)
    assert not any(row["came_back"] or row["not_back"] or row["low"] for row in few)
    assert "reason" not in {row["part"] for row in rows}


def test_groups_have_their_key_and_what_the_page_calls_them(client_for: ClientFor) -> None:
    _above, rows = file(client_for("vera"), "/outcomes/list?decided=any")

    names = {(row["part"], row["key"]): row["name"] for row in rows}
    assert names["amount", "0-5"] == "Up to $5"
    assert names["month", "2025-12"] == "December 2025"
    assert names["visit", "credit"] == "Credit"


def test_it_says_what_was_asked_and_is_read_under_the_row_that_the_journal_has(
    ledger: Ledger, client_for: ClientFor
) -> None:
    query = "?decided=any&within=30&reason=late"

    above, rows = file(client_for("vera"), f"/outcomes/list{query}")

    said = {line[0]: line[1] for line in above}
    assert (said["definition"], said["through"], said["horizon_days"]) == ("1", "2026-02-28", "30")
    assert said["filter"] == "Decided: Any time; Reason: Late; Came back within: 30 days"
    with ledger.database.reading() as session:
        (taken,) = downloads.taken(session)
    assert taken.download.subject == "outcomes"
    assert said["journal_row"] == str(taken.download.journal_seq)
    assert taken.end is not None
    assert (taken.taken_by, taken.end.rows) == ("Vera", len(rows))


@pytest.mark.parametrize("sent", [{}, {"password": "not this one at all"}])
def test_no_figures_leave_without_the_password(
    ledger: Ledger, client_for: ClientFor, sent: Mapping[str, str]
) -> None:
    vera = client_for("vera")

    asked = vera.get("/outcomes/list?site=S2")
    answer = vera.post("/outcomes/list?site=S2", data=sent)

    assert "Site: Harbour" in asked.text
    assert 'href="/outcomes/list?site=S2"' in vera.get("/outcomes?site=S2").text
    assert answer.status_code == 422
    assert "password" in answer.text
    with ledger.database.reading() as session:
        assert downloads.taken(session) == []


def test_a_file_is_never_wider_than_what_was_asked_for(client_for: ClientFor) -> None:
    answer = client_for("dana").post("/outcomes/list?site=S2", data=PASSWORD)

    assert answer.status_code == 422
    assert "“S2” is not known here." in answer.text


@pytest.mark.parametrize("query", ["?decided=any&within=30", "?decided=any&site=S2&within=30"])
def test_before_and_after_goes_out_as_it_is_shown(
    ledger: Ledger, client_for: ClientFor, query: str
) -> None:
    vera = client_for("vera")
    shown = parse(vera.get(f"/outcomes/around{query}").text)

    above, rows = file(vera, f"/outcomes/around/list{query}")

    plain = str.maketrans({"$": None, ",": None, "\N{MINUS SIGN}": "-"})
    tables = {
        title: [[line[0], *(cell.translate(plain) for cell in line[1:])] for line in lines]
        for title, lines in tables_of(shown).items()
    }
    filed: dict[str, list[list[str]]] = {}
    for row in rows:
        spread = [row[column] for column in ("median", "lower_quartile", "upper_quartile", "mean")]
        ends = [row["counted"], *spread] if not row["currency"] else [*spread, row["standing_out"]]
        filed.setdefault(row["table"], []).append([row["name"], *ends])
    assert filed == tables
    assert set(tables) == {"Spent, in USD", "How often they came"}
    said = [line[1].replace("\N{NO-BREAK SPACE}", " ") for line in above if line[0] == "says"]
    assert said
    assert all(one in words(shown) for one in said)
    assert any(one.startswith("/outcomes/around/list?") for one in shown.links())
    with ledger.database.reading() as session:
        (taken,) = downloads.taken(session)
    assert (taken.download.subject, taken.taken_by) == ("around", "Vera")
    assert "Spending before and after, CSV" in client_for("otto").get("/journal/exports").text


def test_before_and_after_leaves_nothing_while_there_is_not_enough(client_for: ClientFor) -> None:
    vera = client_for("vera")

    above, rows = file(vera, "/outcomes/around/list?decided=2026-02&within=7")

    assert rows == []
    assert not any("spent" in line[1] for line in above if line[0] == "says")
    assert vera.post("/outcomes/around/list?site=S9", data=PASSWORD).status_code == 422
