"""What the company is called: read for each request, for another process may have changed it."""

from flask import g

from ledger.core import sites
from ledger.sessions import DATABASE_TROUBLES
from ledger.web.transactions import reading, the_ledger


def company_name() -> str:
    """Return the company's name as it is now.

    While the database does not answer, what it was when the ledger was opened: the page that says
    so has a name on it too.
    """
    if "company_name" not in g:
        try:
            g.company_name = sites.company(reading()).name
        except DATABASE_TROUBLES:
            return the_ledger().company.name
    name: str = g.company_name
    return name
