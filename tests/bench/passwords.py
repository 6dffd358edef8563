"""A sign-in over the page, beside one bare check of the same Argon2id hash.

`python -m tests.bench.passwords`: at most 1.15 times as long is the goal, which is 0.87 as a rate.
"""

from datetime import timedelta

from argon2 import PasswordHasher

from tests import cast
from tests.bench.beside import HEAD, Compared, beside
from tests.bench.browsing import company

TURNS = 20
# Tries with one address are counted by the hour.
APART = timedelta(hours=2)


def compare() -> Compared:
    """Sign the same person in so many times in each turn, both ways."""
    with company(0) as (database, app, clock):
        hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        kept = hasher.hash(cast.PASSWORD)
        form = {"email": cast.email_of("ana"), "password": cast.PASSWORD}
        with database.writing() as session:
            cast.person(session, "ana").password_hash = kept

        def ours() -> int:
            for _ in range(TURNS):
                clock.now += APART
                answer = app.test_client().post("/sign-in", data=form)
                if answer.status_code != 303:
                    raise AssertionError(answer.status_code)
            return TURNS

        def theirs() -> int:
            for _ in range(TURNS):
                hasher.verify(kept, cast.PASSWORD)
            return TURNS

        return beside("a sign-in", ours, theirs, unit="sign-ins", goal=0.87)


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare()
