"""Files that wait for their press: what holds everybody back, grows old, or did not come whole."""

from ledger.ledgers import Ledger
from tests.core.files import ACTIVITY
from tests.web.bringing import AT_ELM, CAME, bring, number_of_imports, taken
from tests.web.conftest import ClientFor
from tests.web.said import words_of

LATER = CAME.replace("a1,c1,2026-02-05", "a9,c9,2026-02-20")


def test_only_an_administrator_begins_a_feed_that_everybody_waits_for(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada, dana = client_for("ada"), client_for("dana")
    taken(ada, "activity", f"{ACTIVITY}\n{LATER}\n")

    asked = bring(dana, "activity", AT_ELM, feed="elm", new_feed="y")
    unsaid = bring(ada, "activity", AT_ELM, feed="elm")
    meant = bring(ada, "activity", AT_ELM, feed="elm", new_feed="y")

    assert "stop at 2026-02-05 instead of 2026-02-20" in words_of(asked)
    assert "ask an administrator to begin it" in words_of(asked)
    assert "tick" in words_of(unsaid)
    assert "Take in 1 row" in words_of(meant)
    assert "stop at 5 Feb instead of 20 Feb: no outcome becomes known" in words_of(meant)
    assert number_of_imports(ledger) == 1


def test_a_new_feed_is_not_proposed_where_one_is_known(client_for: ClientFor) -> None:
    taken(client_for("ada"), "activity", f"{ACTIVITY}\n{LATER}\n", feed="crm")

    assert 'value="S1"' not in client_for("dana").get("/files").text
    assert 'value="crm"' in client_for("ada").get("/files").text
