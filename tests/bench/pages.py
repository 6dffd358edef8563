"""A page with a list of decisions, beside bare Flask, SQL and Jinja for the same rows.

`python -m tests.bench.pages [DECISIONS]`. Ours knows who asks and what they may see, filters, adds
up, says what came of each decision, and has the whole layout around it. The bare page has the same
index, and a template that is compiled once.
"""

import sys

from flask import Flask, render_template
from flask.testing import FlaskClient
from jinja2 import DictLoader

from ledger.database import Database, sqlite_module
from tests.bench.beside import HEAD, Compared, beside
from tests.bench.browsing import company, signed_in

COUNT = 10_000
PAGES = 30
SQL = """
SELECT d.uid, d.decided_at, p.name, s.name, r.name, w.name, d.amount_minor
FROM decision AS d JOIN person AS p ON p.id = d.person_id JOIN site AS s ON s.id = d.site_id
JOIN remedy AS r ON r.id = d.remedy_id JOIN reason AS w ON w.id = d.reason_id
ORDER BY d.business_date DESC, d.decided_at DESC, d.id DESC LIMIT 50
"""
TEMPLATE = """<!doctype html><title>Decisions</title><table>{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""


def compare(count: int = COUNT) -> Compared:
    """Open the newest decisions in each turn, both ways."""
    with company(count) as (database, app, _clock):
        auditor, anybody = signed_in(database, app, "otto"), bare(database).test_client()
        return beside(
            "a page of 50 decisions",
            lambda: opened(auditor, "/decisions"),
            lambda: opened(anybody, "/"),
            unit="pages",
            goal=0.4,
        )


def bare(database: Database) -> Flask:
    """Return an application with nothing but this page."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": TEMPLATE})
    connection = sqlite_module().connect(str(database.url.database), check_same_thread=False)

    def page() -> str:
        return render_template("page.html", rows=connection.execute(SQL).fetchall())

    app.add_url_rule("/", view_func=page)
    return app


def opened(browser: FlaskClient, address: str) -> int:
    """Open a page so many times."""
    for _ in range(PAGES):
        answer = browser.get(address)
        if answer.status_code != 200:
            raise AssertionError(answer.status_code)
    return PAGES


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare(*map(int, sys.argv[1:]))
