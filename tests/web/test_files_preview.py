"""What the page of a file shows before anything is written, so that somebody can judge it."""

from ledger.core.imports.kinds import KINDS
from ledger.web.files_words import kind_example
from tests.core.files import DECISIONS, PEOPLE
from tests.web.bringing import GIVEN, bring, press, taken
from tests.web.conftest import ClientFor
from tests.web.said import words_of


def test_a_look_shows_who_how_much_and_which_days(client_for: ClientFor) -> None:
    ada = client_for("ada")

    people = words_of(bring(ada, "people", f"{PEOPLE}\n900,Zed,,hr,S1,\n"))
    decisions = words_of(bring(ada, "decisions", f"{DECISIONS}\n{GIVEN}\n", create_missing="y"))

    assert "Role Rows HR 1" in people
    assert "900 Zed HR" in people
    assert "Business days 2 Feb" in decisions
    assert "Amounts together $5.00" in decisions


def test_a_look_counts_the_notes_that_are_cut_or_left_out(client_for: ClientFor) -> None:
    phone = GIVEN.replace("d1", "d2") + "call 212-555-0188"

    text = f"{DECISIONS}\n{GIVEN}{'x' * 200}\n{phone}\n"
    page = bring(client_for("ada"), "decisions", text, create_missing="y")

    assert "1 cut to 140 characters, 1 left out for a card or phone number" in words_of(page)


def test_a_look_at_a_correction_shows_the_old_and_the_new_value(client_for: ClientFor) -> None:
    ada = client_for("ada")
    taken(ada, "decisions", f"{DECISIONS}\n{GIVEN}\n", create_missing="y")

    page = bring(ada, "decisions", f"{DECISIONS}\n{GIVEN.replace('5.00', '7.50')}\n", correct="y")

    assert "What would change" in words_of(page)
    assert "2 d1 Amount 5.00 USD → becomes 7.50 USD" in words_of(page)


def test_a_file_of_another_kind_is_named(client_for: ClientFor) -> None:
    page = words_of(bring(client_for("ada"), "activity", f"{PEOPLE}\n900,Zed,,hr,S1,\n"))

    assert "One problem was found" in page
    assert "By its columns this is a file of another kind: People." in page
    assert "external_id, customer_ref, occurred_at" in page


def test_whoever_takes_a_file_back_reads_how_many_rows_go_and_how_many_stay(
    client_for: ClientFor,
) -> None:
    ada, other = client_for("ada"), GIVEN.replace("d1", "d2")
    taken(ada, "decisions", f"{DECISIONS}\n{GIVEN}\n{other}\n", create_missing="y")
    corrected = f"{DECISIONS}\n{GIVEN.replace('5.00', '7.50')}\n"
    taken(ada, "decisions", corrected, correct="y")

    page = words_of(ada.get("/files/imports/1"))

    assert "Rows that count no more 1" in page
    assert "Rows that stay corrected 1, as a later file says it" in page


def test_the_rows_that_the_page_shows_for_an_example_can_be_taken_in(
    client_for: ClientFor,
) -> None:
    ada = client_for("ada")

    for name in ("decisions", "activity", "till", "customers", "people"):
        text = f"{','.join(KINDS[name].layout.columns)}\n{kind_example(name)}\n"
        page = bring(ada, name, text, create_missing="y")
        assert "Take in 1 row" in words_of(page), name
        press(ada, page, "take-in" if name == "decisions" else "discard")
