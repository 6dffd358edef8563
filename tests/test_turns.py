"""One at a time, on both databases; whoever is done lets the next one in."""

from typing import get_args

import pytest

from ledger.database import Database
from ledger.turns import TurnTakenError, Work, turn


@pytest.mark.parametrize("work", get_args(Work))
def test_the_second_has_to_wait_for_the_first(database: Database, work: Work) -> None:
    with turn(database, work), pytest.raises(TurnTakenError) as taken, turn(database, work):
        pass

    assert taken.value.work == work
    with turn(database, work):
        pass


def test_an_import_does_not_wait_for_a_verification(database: Database) -> None:
    with turn(database, "verify"), turn(database, "import"):
        pass


def test_a_turn_that_ended_badly_is_given_back(database: Database) -> None:
    with pytest.raises(KeyError), turn(database, "import"):
        raise KeyError

    with turn(database, "import"):
        pass
