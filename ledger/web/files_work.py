"""The work on uploads, beside the requests: a thread each, which tells how far it is.

A thread may die with its process at any moment: nothing of an import is seen before its last
transaction, and the upload then shows no sign of life, so that somebody may start it again.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import current_app

from ledger.core import people, sites, uploads
from ledger.core.errors import NotFoundError
from ledger.core.imports import history, kinds, told
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Imported, ImportOvertakenError, Options
from ledger.core.tables import Person, Upload
from ledger.core.upload_stream import IncompleteUploadError
from ledger.core.upload_stream import stream as stream_of
from ledger.database import Database
from ledger.logs import FACTS, places
from ledger.sessions import DATABASE_TROUBLES, Session
from ledger.turns import TurnTakenError, turn
from ledger.web import moment
from ledger.web.transactions import the_ledger

# How often it tells how far it is, and how often that it lives although nothing moved.
TELL_EVERY = 1.0
LIVES_EVERY = 10.0
# How long it waits for another import to be done.
LONGEST_WAIT = 1800.0
# How often it tries to write what came of it.
TRIES = 20

LOG = logging.getLogger("ledger.uploads")

_RUNNING: dict[str, threading.Thread] = {}


class NotAllowedAnyMoreError(Exception):
    """Whoever brought the file may not bring such files any more."""


class GrownOldError(Exception):
    """Another file was taken in, or taken back, since somebody looked at this one."""


_WHY: Mapping[type[Exception], str] = {
    ImportOvertakenError: "overtaken",
    TurnTakenError: "busy",
    NotAllowedAnyMoreError: "not_allowed",
    IncompleteUploadError: "incomplete",
    GrownOldError: "grown_old",
}


@dataclass(slots=True, kw_only=True)
class Work:
    """One upload that is being worked on, and how far it is."""

    database: Database
    clock: moment.Clock
    uid: str
    done: int = 0
    total: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def tell(self, done: int, total: int) -> None:
        """Remember how far it is; the pulse writes it down."""
        self.done, self.total = done, total

    def beat(self) -> None:
        """Write how far it is, again and again, in short transactions, until the work has ended."""
        written, at = (0, 0), time.monotonic()
        while not self.ended.wait(TELL_EVERY):
            now = (self.done, self.total)
            if now == written and time.monotonic() - at < LIVES_EVERY:
                continue
            # Who cannot write now, because the import itself does, tells it a second later.
            with suppress(*DATABASE_TROUBLES), self.database.writing() as session:
                uploads.note_progress(session, self.uid, *now, now=self.clock())
                written, at = now, time.monotonic()


def start(uid: str) -> None:
    """Work on an upload, in the state that it is in, in a thread of this process."""
    clock: moment.Clock = current_app.extensions[moment.EXTENSION]
    work = Work(database=the_ledger().database, clock=clock, uid=uid)
    # A daemon: a server that stops does not wait for it, and nothing half-done is ever seen.
    thread = threading.Thread(target=_run, args=(work,), name=f"upload-{uid}", daemon=True)
    _RUNNING[uid] = thread
    thread.start()


def wait_for(uid: str) -> None:
    """Wait until this process has done its work on an upload; nothing if it does none."""
    thread = _RUNNING.get(uid)
    if thread is not None:
        thread.join()


def _run(work: Work) -> None:
    pulse = threading.Thread(target=work.beat, name="upload-pulse", daemon=True)
    pulse.start()
    state, report, import_id = None, "", None
    try:
        # It may have been put away after it gave no sign of life: then there is nothing to say.
        with suppress(NotFoundError):
            state, report, import_id = _outcome(work)
    finally:
        work.ended.set()
        pulse.join()
    _tell(work, state, report, import_id)
    # Whoever began again since is waited for instead.
    if _RUNNING.get(work.uid) is threading.current_thread():
        del _RUNNING[work.uid]


def _tell(work: Work, state: str | None, report: str, import_id: int | None) -> None:
    """Write what came of the work; wait while the ledger cannot be written to."""
    came = told.read(report or None).came
    is_known = came is not None and came.changed_nothing
    for _try in range(TRIES if state is not None else 0):
        with suppress(*DATABASE_TROUBLES), work.database.writing() as session:
            uploads.finish(
                session,
                work.uid,
                state or "",
                report=report,
                import_id=import_id,
                is_known=is_known,
                now=work.clock(),
            )
            return
        time.sleep(TELL_EVERY)


def _outcome(work: Work) -> tuple[str | None, str, int | None]:
    """Do the work; return the new state (None: somebody else has done it), report and number."""
    try:
        with work.database.reading() as session:
            upload = uploads.by_uid(session, work.uid)
            options = _options(session, upload, work)
            age = history.age(session)
        if upload.state == "checking":
            came = _take_in(work, upload, replace(options, dry_run=True))
            return "checked", told.of_import(came, age=age), None
        return _taken_in(work, upload, options)
    except ImportRefusedError as refused:
        return "refused", told.of_refusal(refused), None
    except tuple(_WHY) as stopped:
        return "stopped", told.of_stop(_WHY[type(stopped)]), None
    except NotFoundError:
        raise
    except DATABASE_TROUBLES:
        return "stopped", told.of_stop("database"), None
    except Exception as problem:  # noqa: BLE001  # a thread has nobody above it: say it and log it
        # Only the kind and where it happened: the message may hold what stands in the file.
        facts = {"kind": type(problem).__qualname__, "places": places(problem.__traceback__)}
        LOG.error("upload stopped", extra={FACTS: facts})  # noqa: TRY400  # the same
        return "stopped", told.of_stop("unexpected"), None


def _taken_in(work: Work, upload: Upload, options: Options) -> tuple[str | None, str, int | None]:
    with _turn(work.database):
        with work.database.reading() as session:
            # Another may have taken it in while this one waited for the turn.
            if uploads.by_uid(session, work.uid).state != upload.state:
                return None, "", None
            before = history.last_number(session)
            if history.age(session) != told.read(upload.report).age:
                raise GrownOldError
        came = _take_in(work, upload, options)
        with work.database.reading() as session:
            last = history.last_number(session)
    number = last if last > before else None
    return "taken_in", told.of_import(replace(came, import_id=number)), number


def _take_in(work: Work, upload: Upload, options: Options) -> Imported:
    take_in = kinds.KINDS[upload.kind].take_in
    with stream_of(work.database, upload) as stream:
        return take_in(work.database, stream, options, now=work.clock())


@contextmanager
def _turn(database: Database) -> Iterator[None]:
    """Hold the turn to import inside; wait while somebody else has it.

    Raises:
        TurnTakenError: if it does not come.

    """
    until = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            with turn(database, "import"):
                yield
                return
        except TurnTakenError:
            if time.monotonic() > until:
                raise
        time.sleep(TELL_EVERY)


def _options(session: Session, upload: Upload, work: Work) -> Options:
    """Return how the upload is to be taken in, by what its owner may do now."""
    person = _owner(session, upload, now=work.clock())
    wanted = uploads.wanted_of(upload)
    on = sites.company_calendar(session).business_date(work.clock())
    site_ids = kinds.sites_for(session, person, on=on)
    return Options(
        feed=wanted.feed,
        create_missing=wanted.create_missing and kinds.may_create(person),
        through=wanted.through,
        correct=wanted.correct,
        actor=people.subject_of(person),
        progress=work.tell,
        site_ids=site_ids,
        new_feed=wanted.new_feed,
        may_hold_back=kinds.may_create(person),
        moves_through=kinds.is_own_feed(session, upload.kind, wanted.feed, site_ids),
    )


def _owner(session: Session, upload: Upload, *, now: datetime) -> Person:
    person = uploads.owner(session, upload)
    if not people.works_here(person, now=now) or upload.kind not in kinds.kinds_for(person):
        raise NotAllowedAnyMoreError
    return person
