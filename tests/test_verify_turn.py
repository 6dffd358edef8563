"""One verification at a time, on both databases; whoever is done lets the next one in."""

import pytest

from ledger.database import Database
from ledger.verify_turn import VerifyRunningError, verify_turn


def test_a_second_verification_has_to_wait_for_the_first(database: Database) -> None:
    with verify_turn(database), pytest.raises(VerifyRunningError), verify_turn(database):
        pass

    with verify_turn(database):
        pass
