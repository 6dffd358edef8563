"""Who looks at which import: a supervisor at those of own sites, and at what they brought."""

from ledger.core import people
from ledger.core.imports import history
from ledger.core.imports.activity import import_activity
from ledger.core.imports.customers import import_customers
from ledger.core.imports.runs import Options
from ledger.database import Database
from tests.cast import hire
from tests.core.files import ACTIVITY, CUSTOMERS, NOW, csv

CAME = "2026-06-03T15:00:00Z,purchase,10.00,USD"


def test_a_supervisor_looks_at_imports_of_own_sites_and_at_their_own(database: Database) -> None:
    with database.writing() as session:
        cast = hire(session).people
        by = {name: Options(actor=people.subject_of(cast[name])) for name in ("ada", "dana")}
    at_sites = f"{ACTIVITY},location_ref"
    for number, site in enumerate(("S4", "S1", "")):
        row = f"a{number},c{number},{CAME},{site}"
        import_activity(database, csv(at_sites, row), by["ada"], now=NOW)
    import_customers(database, csv(CUSTOMERS, "c8,Mo,,,"), by["ada"], now=NOW)
    import_customers(database, csv(CUSTOMERS, "c9,Bo,,,"), by["dana"], now=NOW)

    with database.reading() as session:
        seen = {
            name: [
                one.file.id
                for one in history.imports(
                    session, history.in_sight_of(session, cast[name], on=NOW.date())
                ).rows
            ]
            for name in ("ada", "sam", "dana", "ana")
        }

    # Sam leads every site; Ana brings no files.
    assert seen == {"ada": [5, 4, 3, 2, 1], "sam": [5, 4, 3, 2, 1], "dana": [5, 2], "ana": []}
