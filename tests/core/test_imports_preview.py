"""What a look at a file shows, so that somebody can judge it before it is taken in."""

from datetime import date

from ledger.core.imports import told
from ledger.core.imports.activity import import_activity
from ledger.core.imports.customers import import_customers
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.people import import_people
from ledger.core.imports.preview import Preview
from ledger.core.imports.runs import Imported, Options
from ledger.core.imports.till import import_till
from ledger.database import Database
from tests.core.files import ACTIVITY, CUSTOMERS, DECISIONS, NOW, PEOPLE, Importer, csv

TILL = "external_id,occurred_at,location_ref,kind,amount,currency,reference,staff_ref"
ANA = "00412,Ana,ana@shop.example,staff,Elm,Senior"
BEN = "00413,Ben,,supervisor,Elm;Oak,"
GIVEN = "d1,2026-06-01T15:00:00Z,c1,00412,Elm,refund,12.50,USD,late,cold soup"
LATER = "d2,2026-06-09T15:00:00Z,,00413,Oak,refund,7.00,USD,late,"


def look(importer: Importer, database: Database, header: str, *rows: str) -> Preview:
    """Look at a file, which may correct what is known."""
    wanted = Options(create_missing=True, correct=True, dry_run=True)
    return seen(importer(database, csv(header, *rows), wanted, now=NOW))


def take(importer: Importer, database: Database, header: str, *rows: str) -> Imported:
    return importer(database, csv(header, *rows), Options(create_missing=True), now=NOW)


def seen(came: Imported) -> Preview:
    """Return the preview as the page reads it back."""
    kept = told.read(told.of_import(came)).came
    assert (kept and kept.preview) == came.preview
    assert kept is not None
    assert kept.preview is not None
    return kept.preview


def changes(preview: Preview) -> list[tuple[str, str, str | None, str]]:
    return [(one.of, one.column, one.before, one.after) for one in preview.changes]


def test_a_look_at_people_names_them_their_roles_and_their_sites(database: Database) -> None:
    preview = look(import_people, database, PEOPLE, ANA, BEN)

    assert list(preview.first[1]) == ["00413", "Ben", "supervisor", "Elm, Oak", "", ""]
    assert {(part.what, part.name, part.rows) for part in preview.parts} == {
        ("role", "staff", 1),
        ("role", "supervisor", 1),
        ("site", "Elm", 2),
        ("site", "Oak", 1),
    }


def test_a_look_at_changed_people_says_what_was_and_what_will_be(database: Database) -> None:
    take(import_people, database, PEOPLE, ANA, BEN)

    preview = look(import_people, database, PEOPLE, ANA.replace("staff,Elm", "hr,Oak"), BEN)

    assert changes(preview) == [
        ("Ana (00412)", "role", "staff", "hr"),
        ("Ana (00412)", "sites", "Elm", "Oak"),
    ]
    assert preview.differing == 1


def test_a_look_at_decisions_says_from_when_to_when_and_how_much_where(database: Database) -> None:
    preview = look(import_decisions, database, DECISIONS, GIVEN, LATER)

    assert (preview.first_day, preview.last_day) == (date(2026, 6, 1), date(2026, 6, 9))
    assert preview.sums == {"USD": 1_950}
    assert {
        (one.name, one.rows, one.sums["USD"]) for one in preview.parts if one.what == "site"
    } == {
        ("Elm", 1, 1_250),
        ("Oak", 1, 700),
    }
    assert list(preview.first[0])[1:3] == ["2026-06-01T15:00:00Z", "00412"]


def test_a_look_at_corrected_decisions_names_the_old_and_the_new_value(database: Database) -> None:
    take(import_people, database, PEOPLE, ANA, BEN)
    take(import_decisions, database, DECISIONS, GIVEN, LATER)

    corrected = "d1,2026-06-01T15:00:00Z,c2,00413,Elm,credit,9.00,USD,late,warm soup"
    preview = look(import_decisions, database, DECISIONS, corrected, LATER)

    assert changes(preview) == [
        ("d1", "person", "Ana (00412)", "Ben (00413)"),
        ("d1", "kind", "Refund", "Credit"),
        ("d1", "amount", "12.50 USD", "9.00 USD"),
        ("d1", "customer", "c1", "c2"),
        ("d1", "note", None, "warm soup"),
    ]
    assert preview.differing == 1


def test_of_many_rows_that_differ_the_first_twenty_are_shown_and_the_rest_counted(
    database: Database,
) -> None:
    rows = [GIVEN.replace("d1", f"d{number}") for number in range(30)]
    take(import_decisions, database, DECISIONS, *rows)

    preview = look(
        import_decisions, database, DECISIONS, *[row.replace("12.50", "3.00") for row in rows]
    )

    assert len(preview.changes) == 20
    assert preview.differing == 30


def test_a_look_at_activity_and_a_till_says_days_and_sums_too(database: Database) -> None:
    take(import_decisions, database, DECISIONS, GIVEN)
    take(import_activity, database, ACTIVITY, "a1,c1,2026-06-05T15:00:00Z,purchase,10.00,USD")
    take(import_till, database, TILL, "r1,2026-06-02T15:00:00Z,Elm,refund,5.00,USD,D-1,00412")

    came = look(
        import_activity,
        database,
        f"{ACTIVITY},location_ref",
        "a1,c1,2026-06-05T15:00:00Z,visit,11.00,USD,Elm",
        "a2,c2,2026-06-07T15:00:00Z,purchase,1.00,USD,",
    )
    rung = look(import_till, database, TILL, "r1,2026-06-02T15:00:00Z,Elm,credit,5.00,USD,,00412")

    assert (came.first_day, came.last_day) == (date(2026, 6, 5), date(2026, 6, 7))
    assert came.sums == {"USD": 1_200}
    assert changes(came) == [
        ("a1", "site", "", "Elm"),
        ("a1", "kind", "purchase", "visit"),
        ("a1", "amount", "10.00 USD", "11.00 USD"),
    ]
    assert changes(rung) == [("r1", "kind", "refund", "credit"), ("r1", "reference", "D-1", "")]


def test_a_look_at_customers_never_shows_what_is_known_of_them(database: Database) -> None:
    take(import_customers, database, CUSTOMERS, "c1,Zoe,+12025550143,zoe@home.example,")

    preview = look(import_customers, database, CUSTOMERS, "c1,Zoe,+12025550199,,77001")

    assert changes(preview) == [
        ("c1", "phone", None, "12025550199"),
        ("c1", "loyalty", "", "77001"),
    ]
    assert "0143" not in told.of_import(Imported(kind="customers", feed="main", preview=preview))
