"""How the tests read the outcomes page: its words, its headline, the numbers behind a chart."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient

from ledger.core.reports.retention import AtHorizon, Group, RetentionReport, retention
from ledger.ledgers import Ledger
from tests.web.html import Page, parse, text_of

HEADLINE = "The headline in exact numbers"

Shown = Mapping[str, list[str]]


def page(browser: FlaskClient, query: str = "") -> Page:
    """Return the page at this address; it must be there."""
    answer = browser.get(f"/outcomes{query}")
    assert answer.status_code == 200, answer.text
    return parse(answer.text)


def words(found: Page) -> str:
    """Return all that the page says, on one line."""
    (main,) = found.root.iter("main")
    return text_of(main).replace("\N{NO-BREAK SPACE}", " ")


def numbers(found: Page, caption: str) -> Shown:
    """Return the table with this caption, by the first column."""
    for table in found.root.iter("table"):
        if caption in [text_of(one) for one in table.iter("caption")]:
            rows = [cells(row) for row in table.iter("tr")][1:]
            return {row[0]: row[1:] for row in rows}
    return {}


def cells(row: Element) -> list[str]:
    return [text_of(cell).replace("\N{NO-BREAK SPACE}", " ") for cell in row]


def stats(found: Page) -> list[str]:
    """Return the headline figures, each on one line."""
    return [
        text_of(one).replace("\N{NO-BREAK SPACE}", " ")
        for one in found.root.iter("div")
        if one.get("class") == "stat"
    ]


def report(ledger: Ledger, **asked: object) -> RetentionReport:
    """Return the report with which the page must agree."""
    with ledger.database.reading() as session:
        return retention(session, **asked)  # type: ignore[arg-type]  # each test names what it asks


def at(group: Group, days: int) -> AtHorizon:
    """Return the three states at one horizon."""
    return next(state for state in group.horizons if state.days == days)
