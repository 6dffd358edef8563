"""An example for each page whose address needs more than its name; the sweeps walk them too.

Each function makes what its page shows in a ledger with the cast, and returns the arguments of
the address. A page with arguments and without a line here fails tests/web/test_sweep.py.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ledger.ledgers import Ledger
from tests import cast

Arguments = Mapping[str, Any]
Example = Callable[[Ledger], Arguments]


def bens_uid(ledger: Ledger) -> Arguments:
    """Name Ben."""
    with ledger.database.reading() as session:
        return {"uid": cast.person(session, "ben").uid}


EXAMPLES: Mapping[str, Example] = {
    "team.code_submit": bens_uid,
}
