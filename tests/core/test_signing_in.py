"""Sign-ins, one-time codes and passwords."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import passwords, signing_in
from ledger.core.errors import NotPermittedError
from ledger.core.tables import Journal, OneTimeCode, Person, SignIn
from tests import cast
from tests.cast import MONDAY, Cast
from tests.counter import Shop


@pytest.fixture
def session(shop: Shop) -> Session:
    return shop.session


@pytest.fixture
def hired(session: Session) -> Cast:
    return cast.found(session)


@pytest.fixture
def dana(hired: Cast) -> Person:
    return hired.people["dana"]


def kinds(session: Session) -> Sequence[str]:
    rows = session.execute(select(col(Journal.kind)).order_by(col(Journal.seq)))
    return [kind for (kind,) in rows if kind.split(".")[0] in {"sign_in", "code", "password"}]


def test_a_token_says_who_is_signed_in(session: Session, dana: Person) -> None:
    token = signing_in.start(session, dana, now=MONDAY)

    found = signing_in.signed_in(session, token, now=MONDAY)
    assert found is not None
    assert found.person.id == dana.id
    assert kinds(session) == ["sign_in.started"]


def test_a_token_is_kept_nowhere_and_is_another_each_time(session: Session, dana: Person) -> None:
    tokens = {signing_in.start(session, dana, now=MONDAY) for _ in range(3)}

    kept = session.scalars(select(col(SignIn.token_hash))).all()
    assert len(tokens) == 3
    assert not tokens & set(kept)
    assert all(len(token) >= 43 for token in tokens)


def test_a_token_that_nobody_got_signs_nobody_in(session: Session, dana: Person) -> None:
    assert signing_in.signed_in(session, "made-up", now=MONDAY) is None
    kept = signing_in.start(session, dana, now=MONDAY)
    hash_of_it = session.scalars(select(col(SignIn.token_hash))).one()
    assert signing_in.signed_in(session, hash_of_it, now=MONDAY) is None
    assert signing_in.signed_in(session, kept, now=MONDAY) is not None


def test_a_sign_in_that_was_ended_stays_ended(session: Session, dana: Person) -> None:
    token = signing_in.start(session, dana, now=MONDAY)
    signing_in.end(session, token, now=MONDAY)
    signing_in.end(session, token, now=MONDAY)

    assert signing_in.signed_in(session, token, now=MONDAY) is None
    assert kinds(session) == ["sign_in.started", "sign_in.ended"]


def test_an_hour_without_a_page_ends_a_sign_in(session: Session, dana: Person) -> None:
    token = signing_in.start(session, dana, now=MONDAY)
    last_moment = MONDAY + signing_in.IDLE - timedelta(microseconds=1)

    assert signing_in.signed_in(session, token, now=last_moment) is not None
    assert signing_in.signed_in(session, token, now=MONDAY + signing_in.IDLE) is None


def test_a_shift_is_the_longest_however_busy_it_was(session: Session, dana: Person) -> None:
    token, now = signing_in.start(session, dana, now=MONDAY), MONDAY
    while now < MONDAY + signing_in.ABSOLUTE - timedelta(minutes=30):
        now += timedelta(minutes=30)
        found = signing_in.signed_in(session, token, now=now)
        if found:
            signing_in.note_seen(session, found.sign_in, now=now)

    last_moment = MONDAY + signing_in.ABSOLUTE - timedelta(microseconds=1)
    assert signing_in.signed_in(session, token, now=last_moment) is not None
    assert signing_in.signed_in(session, token, now=MONDAY + signing_in.ABSOLUTE) is None


def test_somebody_who_left_is_out_at_once_and_cannot_come_back(
    session: Session, dana: Person
) -> None:
    token = signing_in.start(session, dana, now=MONDAY)
    dana.active = False
    session.flush()

    assert signing_in.signed_in(session, token, now=MONDAY) is None
    with pytest.raises(NotPermittedError):
        signing_in.start(session, dana, now=MONDAY)


def test_a_code_sets_a_password_once_and_signs_out_everywhere(
    session: Session, dana: Person
) -> None:
    before = signing_in.start(session, dana, now=MONDAY)
    code = signing_in.make_code(session, dana, now=MONDAY)

    holder = signing_in.holder_of_code(session, cast.email_of("dana"), code, now=MONDAY)
    assert holder is not None
    signing_in.set_password(session, holder, "hash of the new one", now=MONDAY)

    session.refresh(dana)
    assert dana.password_hash == "hash of the new one"
    assert signing_in.signed_in(session, before, now=MONDAY) is None
    again = signing_in.holder_of_code(session, cast.email_of("dana"), code, now=MONDAY)
    assert again is None
    assert kinds(session) == [
        "sign_in.started",
        "sign_in.ended_all",
        "code.made",
        "password.set",
    ]


def test_a_code_may_be_typed_as_it_is_heard(session: Session, dana: Person) -> None:
    code = signing_in.make_code(session, dana, now=MONDAY)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert signing_in.holder_of_code(session, cast.email_of("dana"), typed, now=MONDAY)
    assert len(code.replace("-", "")) == 12


def test_a_code_is_kept_as_a_hash_only(session: Session, dana: Person) -> None:
    code = signing_in.make_code(session, dana, now=MONDAY).replace("-", "")

    assert code not in session.scalars(select(col(OneTimeCode.code_hash))).one()


@pytest.mark.parametrize("late_by, counts", [(-1, True), (0, False), (1, False)])
def test_a_code_counts_for_a_day(
    session: Session, dana: Person, *, late_by: int, counts: bool
) -> None:
    code = signing_in.make_code(session, dana, now=MONDAY)
    then = MONDAY + signing_in.CODE_LASTS + timedelta(seconds=late_by)

    found = signing_in.holder_of_code(session, cast.email_of("dana"), code, now=then)
    assert (found is not None) == counts


def test_a_code_is_for_one_person(session: Session, hired: Cast) -> None:
    code = signing_in.make_code(session, hired.people["dana"], now=MONDAY)

    assert signing_in.holder_of_code(session, cast.email_of("ben"), code, now=MONDAY) is None
    assert signing_in.holder_of_code(session, "x@y.example", code, now=MONDAY) is None


def test_a_new_code_ends_the_one_before(session: Session, dana: Person) -> None:
    first, second = (signing_in.make_code(session, dana, now=MONDAY) for _ in range(2))

    email = cast.email_of("dana")
    assert signing_in.holder_of_code(session, email, first, now=MONDAY) is None
    assert signing_in.holder_of_code(session, email, second, now=MONDAY) is not None


def test_a_new_password_leaves_the_browser_in_which_it_was_set(
    session: Session, dana: Person
) -> None:
    here, there = (signing_in.start(session, dana, now=MONDAY) for _ in range(2))
    found = signing_in.signed_in(session, here, now=MONDAY)
    assert found is not None

    signing_in.set_password(session, dana, "new hash", now=MONDAY, but=found.sign_in)

    assert signing_in.signed_in(session, here, now=MONDAY) is not None
    assert signing_in.signed_in(session, there, now=MONDAY) is None


def test_the_journal_names_pseudonyms_and_nothing_personal(session: Session, dana: Person) -> None:
    signing_in.start(session, dana, now=MONDAY)
    signing_in.refuse(session, dana, what="password", now=MONDAY)
    signing_in.refuse(session, None, what="password", now=MONDAY)

    rows = session.scalars(select(Journal).where(col(Journal.kind) == "sign_in.refused")).all()
    assert [row.subject for row in rows] == [f"person:{dana.uid}", "unknown"]
    text = " ".join(f"{row.actor} {row.subject} {row.content}" for row in rows)
    assert "Dana" not in text
    assert "@" not in text


@pytest.mark.parametrize(
    "password, why",
    [
        ("fourteen signs", "short"),
        ("fifteen signs !", None),
        ("x" * 257, "long"),
        ("aaaaaaaaaaaaaaaa", "repeated"),
        ("passwordpassword", "repeated"),
        ("123456789012345", "repeated"),
        ("qwertyuiopasdfgh", "repeated"),
        ("dana@mapleandmain.example", "known"),
        ("Maple & Main 2026 !", "known"),
        ("LatitudePassword1", "known"),
        ("a kettle by the window", None),
        ("Straße über Brücke", None),
    ],
)
def test_a_password_is_long_and_not_what_others_know(password: str, why: str | None) -> None:
    known = ["Dana", "dana@mapleandmain.example", "Maple & Main"]

    assert passwords.weakness(password, known=known) == why


def test_a_password_matches_however_its_accents_were_typed() -> None:
    kept = passwords.hashed("caf\u00e9 by the river")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, "cafe\u0301 by the river")
    assert not passwords.matches(kept, "cafe by the river")
    assert not passwords.matches(None, "caf\u00e9 by the river")
