"""Flags: a pattern in what is given, with two readings; a supervisor says which one it is.

Either the limit is set too low, or something is misused: the same pattern shows both. A flag lays
the facts of both side by side, and the reading that a supervisor chooses is kept with their name.
It is never about a person, never a score, and staff do not see it. `flag_patterns` defines each.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import (
    commitments,
    flag_facts,
    flag_names,
    flag_patterns,
    flag_readings,
    journal,
    people,
    sites,
    submissions,
)
from ledger.core.driver import Driver
from ledger.core.errors import LedgerError, NotFoundError, NotPermittedError
from ledger.core.flag_facts import Behind, Wanted
from ledger.core.flag_names import About
from ledger.core.flag_patterns import Kind, Pattern, Window
from ledger.core.flag_readings import AlreadyReadError, ReadingName
from ledger.core.permissions import Action, may
from ledger.core.reports.scope import sites_in_sight
from ledger.core.tables import FlagReading, Person, Site

# The most flags that are shown at a time; more wait until these are read.
MOST = 30
MOST_READ = 50
# A flag that was read is raised again by so many newer decisions of its own.
AGAIN: Mapping[str, int] = {
    "just_under": flag_patterns.LEAST_NEAR,
    "same_customer": flag_patterns.LEAST_AGAIN,
    "many_hands": flag_patterns.LEAST_HANDS,
    "splitting": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A pattern with the facts for both readings, and the decisions that make it, newest first.

    `since` is the first business date that was looked at. `before` is how it was read the last
    time, and on which business date, if newer decisions raised it again.
    """

    pattern: Pattern
    about: About
    since: date
    decisions: Sequence[Behind]
    wanted: Wanted
    before: FlagReading | None
    before_on: date | None

    @property
    def key(self) -> str:
        """Return the name of this flag: its kind, site and what it is about."""
        return flag_readings.key_of(self.pattern.kind, self.pattern.site_id, self.pattern.about)

    @property
    def kind(self) -> Kind:
        """Return which of the four kinds it is."""
        return self.pattern.kind

    @property
    def without_note(self) -> int:
        """Return how many of its decisions have no note."""
        return sum(not one.has_note for one in self.decisions)

    @property
    def walk_ins(self) -> int:
        """Return how many of its decisions were for nobody in particular."""
        return sum(one.is_walk_in for one in self.decisions)

    @property
    def people(self) -> int:
        """Return how many people gave."""
        return len({one.person_id for one in self.decisions})

    def came(self, ways: Collection[str]) -> int:
        """Return how many of its decisions came about in one of these ways."""
        return sum(one.way in ways for one in self.decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFlag:
    """How a flag was read, on which business date, by whom and in which words (None: none kept)."""

    reading: FlagReading
    on: date
    about: About
    person: str
    words: str | None


class OwnFlagError(LedgerError):
    """Every decision behind the flag is the reader's own: somebody else reads it."""


def open_flags(session: Session, person: Person, *, now: datetime) -> Sequence[Flag]:
    """Return the flags that wait to be read at the sites whose asks this person may see.

    A flag that was read stays read until as many newer decisions (after the last business date
    that its reading has seen) as its kind needs at least have come: `AGAIN`. For somebody who may
    not see flags there are none.
    """
    if not may(person.role, Action.SEE_ASKS):
        return ()
    seen = _sites(session, person, now=now)
    window = flag_patterns.window_of(session, list(seen), now=now)
    found = flag_patterns.patterns(session, window)
    decisions = flag_facts.behind(session, window, found)
    read = flag_readings.last_readings(session, window)
    waiting = [
        (one, decisions[place])
        for place, one in enumerate(found)
        if _is_open(
            one, decisions[place], read.get(flag_readings.key_of(one.kind, one.site_id, one.about))
        )
    ]
    return _flags(session, window, waiting[:MOST], seen=seen, read=read)


def read_flag(
    session: Session,
    person: Person,
    key: str,
    *,
    reading: ReadingName,
    uid: str,
    words: str | None = None,
    now: datetime,
) -> FlagReading:
    """Keep how a supervisor reads the flag with this key: the limit, misuse, or neither.

    Words are optional, and held to the rules of a note. The form with the same id again gives the
    first reading again.

    Raises:
        NotPermittedError: if the person may not read flags.
        NotFoundError: if no such flag waits at their sites.
        OwnFlagError: if all of its decisions are their own.
        AlreadyReadError: if somebody else was first.
        BadValueError: if the reading is none, or the words cannot be kept.
        SubmissionReusedError: if the form's id was used before for something else.

    """
    if not may(person.role, Action.READ_EXCEPTIONS):
        raise NotPermittedError(Action.READ_EXCEPTIONS)
    said = flag_readings.checked(reading, uid, words)
    wanted = flag_readings.claim_of(session, person, key, reading=reading, uid=uid, words=said)
    if submissions.claim(Driver(session), wanted, became="flag_reading", now=now) is not None:
        return session.scalars(select(FlagReading).where(col(FlagReading.uid) == uid)).one()
    newest = session.scalar(select(func.max(col(FlagReading.id)))) or 0
    flag = _waiting_flag(session, person, key, now=now)
    # Whoever reads the same flag at the same time waits here, and then sees the first reading.
    journal.lock_chain(Driver(session))
    flag_readings.check_unread(session, key, newest=newest)
    sealed = None
    if said:
        sealed = commitments.keep_words(session, flag_readings.words_subject(uid), said, now=now)
    return journal.add_to_book(
        session,
        _row(flag, person, reading=reading, uid=uid, sealed=sealed, now=now),
        kind="flag.read",
        actor=people.subject_of(person),
        subject=f"flag_reading:{uid}",
        now=now,
    )


def flags_read(session: Session, person: Person, *, now: datetime) -> Sequence[ReadFlag]:
    """Return the latest readings at the sites whose asks this person may see, newest first."""
    if not may(person.role, Action.SEE_ASKS):
        return ()
    seen = _sites(session, person, now=now)
    query = (
        select(FlagReading, col(Person.name))
        .join(Person, col(Person.id) == col(FlagReading.person_id))
        .where(col(FlagReading.site_id).in_(sorted(seen)))
        .order_by(col(FlagReading.id).desc())
        .limit(MOST_READ)
    )
    rows = session.execute(query).all()
    words = commitments.words_of(
        session, [flag_readings.words_subject(row.uid) for row, _name in rows]
    )
    told = flag_names.told(session, [flag_names.ids_of(row.about) for row, _name in rows])
    return [
        ReadFlag(
            reading=row,
            on=_day_of(session, row),
            about=told.about(seen[row.site_id], flag_names.ids_of(row.about)),
            person=name,
            words=words.get(flag_readings.words_subject(row.uid)),
        )
        for row, name in rows
    ]


def _sites(session: Session, person: Person, *, now: datetime) -> Mapping[int, Site]:
    on = sites.company_calendar(session).business_date(now)
    return {site.id: site for site in sites_in_sight(session, person, on=on)}


def _is_open(one: Pattern, decisions: Sequence[Behind], read: FlagReading | None) -> bool:
    if read is None:
        return True
    if one.kind == "splitting":
        return one.counted > read.counted
    newer = sum(behind.business_date > read.through for behind in decisions)
    return newer >= AGAIN[one.kind]


def _flags(
    session: Session,
    window: Window,
    waiting: Sequence[tuple[Pattern, Sequence[Behind]]],
    *,
    seen: Mapping[int, Site],
    read: Mapping[str, FlagReading],
) -> Sequence[Flag]:
    """Put the facts of both readings to the patterns that wait."""
    wanted = flag_facts.wanted(session, window, [one for one, _decisions in waiting])
    points = [flag_names.ids_of(one.about, decisions) for one, decisions in waiting]
    told = flag_names.told(session, points)
    found = []
    for place, (one, decisions) in enumerate(waiting):
        before = read.get(flag_readings.key_of(one.kind, one.site_id, one.about))
        flag = Flag(
            pattern=one,
            about=told.about(seen[one.site_id], points[place]),
            since=window.since[one.site_id],
            decisions=decisions,
            wanted=wanted[place],
            before=before,
            before_on=None if before is None else _day_of(session, before),
        )
        found.append(flag)
    return found


def _day_of(session: Session, row: FlagReading) -> date:
    """Return the business date at the site on which a flag was read."""
    return sites.calendar_of(session, row.site_id).business_date(row.made_at)


def _row(
    flag: Flag,
    person: Person,
    *,
    reading: ReadingName,
    uid: str,
    sealed: str | None,
    now: datetime,
) -> FlagReading:
    return FlagReading(
        uid=uid,
        kind=flag.kind,
        site_id=flag.pattern.site_id,
        about=flag.pattern.about,
        counted=flag.pattern.counted,
        through=max(one.business_date for one in flag.decisions),
        reading=reading,
        person_id=person.id,
        words_commitment=sealed,
        made_at=now,
    )


def _waiting_flag(session: Session, person: Person, key: str, *, now: datetime) -> Flag:
    flag = next((one for one in open_flags(session, person, now=now) if one.key == key), None)
    if flag is None:
        read = flag_readings.last_reading(session, key)
        if read is not None and read.site_id in _sites(session, person, now=now):
            raise AlreadyReadError(read)
        raise NotFoundError("flag", key)
    givers = {one.person_id for one in flag.decisions}
    if all(people.is_same_human(session, person.id, giver) for giver in givers):
        raise OwnFlagError
    return flag
