"""The shop of a ledger that the pages are served from, open for writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.ledgers import Ledger
from tests import cast
from tests.counter import Shop, open_shop


@contextmanager
def opened(ledger: Ledger) -> Iterator[Shop]:
    """Open the shop with the cast in it; what is done in the block is kept at its end."""
    with ledger.database.writing() as session:
        yield open_shop(session, cast.found(session))
