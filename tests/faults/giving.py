"""What a process does until it is killed: record decisions, and tell what it was answered."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection

from ledger.core import decisions, drafts
from ledger.core.drafts import DecisionDraft
from ledger.core.tables import Person
from ledger.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """Who gives what, again and again."""

    person_id: int
    site_id: int
    remedy_id: int
    reason_id: int
    now: datetime

    def draft(self, uid: str) -> DecisionDraft:
        """Return the form with this id."""
        return DecisionDraft(
            uid=uid,
            site_id=self.site_id,
            remedy_id=self.remedy_id,
            reason_id=self.reason_id,
            amount_minor=100,
            note="the box was wet",
        )


@dataclass(slots=True)
class Told:
    """What killed processes had told: the forms they sent, and those that were acknowledged."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)

    @property
    def unanswered(self) -> Sequence[str]:
        """Return the forms that were sent, and killed before an answer came."""
        return sorted(self.sent - self.acknowledged)

    def listen(self, pipe: Connection) -> None:
        """Take in all that a process has told before it was killed."""
        while _has_more(pipe):
            try:
                what, uid = pipe.recv()
            except EOFError:
                return
            (self.sent if what == "sent" else self.acknowledged).add(uid)


def give_for_ever(url: str, giver: Giver, pipe: Connection) -> None:
    """Record one decision after the other; only a signal ends it."""
    database = Database(url)
    while True:
        uid = str(uuid.uuid4())
        pipe.send(("sent", uid))
        give(database, giver, uid)
        pipe.send(("acknowledged", uid))


def give(database: Database, giver: Giver, uid: str) -> decisions.Recorded | decisions.Refused:
    """Record one decision as a page does: what needs no lock comes before the transaction."""
    with database.reading() as session:
        person = session.get_one(Person, giver.person_id)
        ready = drafts.prepare(session, person, giver.draft(uid), now=giver.now)
    with database.writing() as session:
        return decisions.record(session, ready, now=giver.now)


def _has_more(pipe: Connection) -> bool:
    try:
        return pipe.poll(0)
    except (BrokenPipeError, ConnectionResetError):
        return False
