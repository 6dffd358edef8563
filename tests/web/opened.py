"""The shop of a ledger that the pages are served from, open for writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from ledger.core.tables import Site
from ledger.ledgers import Ledger
from tests import cast
from tests.counter import Shop, open_shop


@contextmanager
def opened(ledger: Ledger) -> Iterator[Shop]:
    """Open the shop with the cast in it; what is done in the block is kept at its end."""
    with ledger.database.writing() as session:
        by_ref = {site.location_ref: site for site in session.scalars(select(Site))}
        hired = cast.Cast(
            sites={key: by_ref[ref] for key, (ref, _) in cast.SITES.items()},
            people={name: cast.person(session, name) for name in cast.PEOPLE},
        )
        yield open_shop(session, hired)
