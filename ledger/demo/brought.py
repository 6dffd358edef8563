"""What a supervisor of the demo brought: a morning of her shop that the till had not sent."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.core import people, uploads
from ledger.core.imports import told
from ledger.core.imports.activity import import_activity
from ledger.core.imports.runs import Options
from ledger.core.tables import Person
from ledger.core.uploads import Wanted
from ledger.database import Database
from ledger.demo.files import activity_file
from ledger.demo.visits import Visit

SITE = "elm-street"
NAME = "elm-street-network-down.csv"
MOST = 12


def missed(visits: Sequence[Visit], on: date) -> Sequence[Visit]:
    """Return the first visits of a day at her shop, of which the till knows nothing."""
    there = [visit for visit in visits if visit.on == on and visit.site == SITE]
    return sorted(there, key=lambda visit: (visit.minute, visit.ref))[:MOST]


def bring(
    database: Database,
    who: tuple[Person, int],
    visits: Sequence[Visit],
    *,
    feed: str,
    now: datetime,
) -> None:
    """Take visits in, as the page Files does for somebody of one site.

    The feed holds other sites too, so it stays complete through the day that was said for all.

    Args:
        database: the demo's ledger.
        who: the supervisor, and the id of her site.
        visits: what happened there.
        feed: the till's.
        now: when.

    """
    person, site_id = who
    options = Options(
        feed=feed,
        actor=people.subject_of(person),
        site_ids=frozenset({site_id}),
        may_hold_back=False,
        moves_through=False,
    )
    with TemporaryDirectory() as folder:
        path = activity_file(Path(folder), visits, prefix="E")
        with database.writing() as session:
            named = NAME, path.stat().st_size
            wanted = Wanted(feed=feed)
            uid = uploads.begin(session, person, "activity", named, wanted, now=now).uid
        with path.open("rb") as stream:
            came = import_activity(database, stream, options, now=now)
    with database.writing() as session:
        report, number = told.of_import(came), came.import_id
        uploads.finish(session, uid, "taken_in", report=report, import_id=number, now=now)
