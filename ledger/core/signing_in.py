"""Signing in: sign-in rows, one-time codes and passwords.

The browser holds a random token, the table its SHA-256. Whether somebody is signed in is asked of
the sign-in row and the person's row together, each time, so that signing out, deactivation and a
change of role act at once.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, insert, select, update
from sqlmodel import Session, col

from ledger.core import clock, journal, last_days
from ledger.core.driver import Driver, Prepared
from ledger.core.errors import NotPermittedError
from ledger.core.loaded import Made
from ledger.core.people import are_here, person_by_email, subject_of
from ledger.core.tables import OneTimeCode, Person, SignIn
from ledger.core.tables.types import Line

# One shift. Nobody stays signed in over night on a machine that somebody else opens.
ABSOLUTE = timedelta(hours=12)
# The desk pages are read for long between two clicks; what is given away there asks again.
IDLE = timedelta(minutes=60)
# How often a sign-in notes that it is in use: each note is a write transaction.
SEEN_EVERY = timedelta(seconds=30)
# From one working day to the next: a code is handed over by hand, once and for a new password.
CODE_LASTS = timedelta(hours=24)
# How long a password that was asked for again holds for what gives data away.
STEP_UP_LASTS = timedelta(minutes=15)

# 32 signs that nobody mixes up when a code is read out; twelve of them are 60 bits.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 12
_MIXED_UP = str.maketrans("OIL", "011", " -\u2010\u2011\u2013")

_TOKEN, _AT = bindparam("token", type_=Line()), bindparam("at", type_=Line())
_SIGN_INS, _PEOPLE = Made(SignIn), Made(Person)
# Asked with every request: compiled once.
_SIGNED_IN = Prepared(
    select(*SignIn.__table__.columns, *Person.__table__.columns)  # type: ignore[attr-defined]  # every table model has it
    .join(Person, col(Person.id) == col(SignIn.person_id))
    .where(
        col(SignIn.token_hash) == bindparam("token_hash"),
        col(SignIn.ended_at).is_(None),
        col(SignIn.created_at) > bindparam("created_after"),
        col(SignIn.last_seen_at) > bindparam("seen_after"),
        are_here(now=bindparam("now")),
    )
)
# As long as the person is here, with the password that was looked at.
_STARTED = Prepared(
    insert(SignIn).from_select(
        ["token_hash", "person_id", "created_at", "last_seen_at"],
        select(_TOKEN, col(Person.id), _AT, _AT).where(
            col(Person.id) == bindparam("person"),
            are_here(now=_AT),
            col(Person.password_hash).is_not_distinct_from(bindparam("password")),
        ),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody who is signed in: the person and the row of this browser."""

    person: Person
    sign_in: SignIn


def start(session: Session, person: Person, *, now: datetime) -> str:
    """Sign a person in and return the new browser's token, which is kept nowhere else.

    Raises:
        NotPermittedError: if, since `person` was read, they have left or got another password.

    """
    token, at = secrets.token_urlsafe(32), clock.as_text(now)
    who = {"person": person.id, "password": person.password_hash}
    if not _STARTED.run(Driver(session), token=_digest(token), at=at, **who).rowcount:
        raise NotPermittedError(action="sign in")
    last_days.settle(session, now=now)
    _note(session, person, "sign_in.started", actor=subject_of(person), now=now)
    return token


def refuse(
    session: Session, person: Person | None, *, what: str, now: datetime, at_ask: str | None = None
) -> None:
    """Write down that a credential did not match; an unknown person stays "unknown".

    `what` is "password" or "code"; `at_ask` the uid of the ask on whose screen it was tried.
    """
    subject = subject_of(person) if person else "unknown"
    said = {"what": what} if at_ask is None else {"what": what, "ask": at_ask}
    entry = journal.Entry(kind="sign_in.refused", actor="system", subject=subject, content=said)
    journal.append(session, entry, now=now)


def signed_in(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Return who holds this token, if the sign-in has not ended and the person works here."""
    row = _SIGNED_IN.run(
        Driver(session),
        token_hash=_digest(token),
        created_after=clock.as_text(now - ABSOLUTE),
        seen_after=clock.as_text(now - IDLE),
        now=clock.as_text(now),
    ).fetchone()
    if row is None:
        return None
    return SignedIn(
        person=_PEOPLE.from_row(row[_SIGN_INS.width :]),
        sign_in=_SIGN_INS.from_row(row[: _SIGN_INS.width]),
    )


def note_seen(session: Session, sign_in: SignIn, *, now: datetime) -> None:
    """Note that a sign-in is in use; an ended one stays as it is."""
    session.execute(
        update(SignIn)
        .where(
            col(SignIn.id) == sign_in.id,
            col(SignIn.ended_at).is_(None),
            col(SignIn.last_seen_at) < now,
        )
        .values(last_seen_at=now)
    )


def step_up(session: Session, person: Person, sign_in: SignIn, *, now: datetime) -> None:
    """Note that this person has just proved again who they are, in this sign-in."""
    session.execute(
        update(SignIn)
        .where(col(SignIn.id) == sign_in.id, col(SignIn.ended_at).is_(None))
        .values(stepped_up_at=now)
    )
    _note(session, person, "sign_in.stepped_up", actor=subject_of(person), now=now)


def is_stepped_up(sign_in: SignIn, *, now: datetime) -> bool:
    """Whether the person proved again who they are within STEP_UP_LASTS."""
    return sign_in.stepped_up_at is not None and now - sign_in.stepped_up_at < STEP_UP_LASTS


def end(session: Session, token: str, *, now: datetime) -> None:
    """End the sign-in that holds this token; one that has ended already stays as it is."""
    found = signed_in(session, token, now=now)
    if found is None:
        return
    who = found.person
    _end_where(session, col(SignIn.id) == found.sign_in.id, now=now)
    _note(session, who, "sign_in.ended", actor=subject_of(who), now=now)


def end_all(
    session: Session, person: Person, *, actor: str, now: datetime, but: SignIn | None = None
) -> int:
    """End every sign-in of a person, or every one `but` this; return how many ended."""
    others = col(SignIn.id) != (but.id if but else 0)
    ended = _end_where(session, col(SignIn.person_id) == person.id, others, now=now)
    if ended:
        _note(session, person, "sign_in.ended_all", actor=actor, now=now)
    return ended


def open_sign_ins(session: Session, person: Person, *, now: datetime) -> Sequence[SignIn]:
    """Return where a person is signed in now, the latest seen first, at most fifty."""
    query = (
        select(SignIn)
        .where(col(SignIn.person_id) == person.id, is_open(now=now))
        .order_by(col(SignIn.last_seen_at).desc(), col(SignIn.id))
        .limit(50)
    )
    return session.scalars(query).all()


def is_open(*, now: datetime) -> ColumnElement[bool]:
    """Return the condition on `sign_in` that it counts at an instant."""
    return and_(
        col(SignIn.ended_at).is_(None),
        col(SignIn.created_at) > now - ABSOLUTE,
        col(SignIn.last_seen_at) > now - IDLE,
    )


def make_code(session: Session, person: Person, *, now: datetime, actor: str = "system") -> str:
    """Return a new code by which this person sets a password, once; earlier codes are over.

    Only its hash is kept. Who had a password is signed out everywhere: it is forgotten, or known.
    """
    spend_codes(session, person, now=now)
    end_all(session, person, actor=actor, now=now)
    code = "".join(secrets.choice(_SIGNS) for _ in range(_CODE_LENGTH))
    session.add(
        OneTimeCode(
            person_id=person.id,
            code_hash=_digest(code),
            made_at=now,
            expires_at=now + CODE_LASTS,
        )
    )
    _note(session, person, "code.made", actor=actor, now=now)
    return "-".join(code[i : i + 4] for i in range(0, _CODE_LENGTH, 4))


def spend_codes(session: Session, person: Person, *, now: datetime) -> int:
    """Let the codes of a person count no more; return how many still did."""
    query = (
        update(OneTimeCode)
        .where(
            col(OneTimeCode.person_id) == person.id,
            col(OneTimeCode.used_at).is_(None),
            col(OneTimeCode.expires_at) > now,
        )
        .values(used_at=now)
    )
    return len(session.scalars(query.returning(col(OneTimeCode.id))).all())


def open_code_until(session: Session, person: Person, *, now: datetime) -> datetime | None:
    """Return until when a code of this person still counts, or None if there is none."""
    query = (
        select(col(OneTimeCode.expires_at))
        .where(
            col(OneTimeCode.person_id) == person.id,
            col(OneTimeCode.used_at).is_(None),
            col(OneTimeCode.expires_at) > now,
        )
        .order_by(col(OneTimeCode.expires_at).desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def holder_of_code(session: Session, email: str, code: str, *, now: datetime) -> Person | None:
    """Return the person with this e-mail, if this is a code of theirs that still counts."""
    query = (
        select(Person)
        .join(OneTimeCode, col(OneTimeCode.person_id) == col(Person.id))
        .where(
            col(OneTimeCode.code_hash) == _digest(code.upper().translate(_MIXED_UP)),
            col(OneTimeCode.used_at).is_(None),
            col(OneTimeCode.expires_at) > now,
            are_here(now=now),
        )
        # Of two who send the same code at once, the second waits here and then finds it used.
        .with_for_update(of=OneTimeCode)
    )
    found = session.scalars(query).one_or_none()
    named = person_by_email(session, email)
    return found if found is not None and named is not None and found.id == named.id else None


def set_password(
    session: Session,
    person: Person,
    password_hash: str,
    *,
    now: datetime,
    but: SignIn | None = None,
) -> None:
    """Give a person a new password; their codes and all other sign-ins are over.

    Args:
        session: an open write transaction.
        person: whose password it is.
        password_hash: from `passwords.hashed`, made before the transaction.
        now: the instant of the change.
        but: the sign-in in which it was changed, which goes on.

    """
    session.execute(
        update(Person).where(col(Person.id) == person.id).values(password_hash=password_hash)
    )
    spend_codes(session, person, now=now)
    _note(session, person, "password.set", actor=subject_of(person), now=now)
    end_all(session, person, actor=subject_of(person), now=now, but=but)


def _end_where(session: Session, *which: ColumnElement[bool], now: datetime) -> int:
    query = update(SignIn).where(col(SignIn.ended_at).is_(None), *which).values(ended_at=now)
    return len(session.scalars(query.returning(col(SignIn.id))).all())


def _note(session: Session, person: Person, kind: str, *, actor: str, now: datetime) -> None:
    session.flush()
    entry = journal.Entry(kind=kind, actor=actor, subject=subject_of(person), content={})
    journal.append(session, entry, now=now)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
