"""Passwords: Argon2id, which ones are too easy, and a queue of one in front of the hashing."""

import os
import re
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Literal, ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ledger.core.errors import LedgerError

LEAST_CHARACTERS = 15
MOST_CHARACTERS = 256
# What has to be left of a password without the words that everybody here knows.
LEAST_OF_ONES_OWN = 8
# In one process: the one that is looked at, and the one that is next.
MOST_AT_ONCE = 2

Weakness = Literal["short", "long", "repeated", "known"]

# 19 MiB, two passes, one lane: OWASP's floor; about 15 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash of nothing that anybody has: an unknown person costs what a known one costs.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$BPqmX3KZq+sgqP7sOzHypQ$fjdiQ6pVlTFTKEE9G/OTDpPvgtBi7O1S/qrtYGByLNA"
)
_RUNS = (
    "0123456789" * 26,
    "abcdefghijklmnopqrstuvwxyz" * 10,
    "qwertyuiopasdfghjklzxcvbnm" * 10,
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_PLACES, _TURN = threading.BoundedSemaphore(MOST_AT_ONCE), threading.Lock()

P = ParamSpec("P")
R = TypeVar("R")


class PasswordsBusyError(LedgerError):
    """Too many passwords are waiting to be looked at; a few seconds later there is a turn."""


@contextmanager
def place() -> Iterator[None]:
    """Hold one of the places for passwords of people who are not known yet.

    Each takes 19 MiB and a core for 15 ms, and there is one turn at a time. Whoever waits for it
    keeps a thread that others are served by: too many would keep the whole shop waiting.

    Raises:
        PasswordsBusyError: at once, if MOST_AT_ONCE others are there already.

    """
    if not _PLACES.acquire(blocking=False):
        raise PasswordsBusyError
    try:
        yield
    finally:
        _PLACES.release()


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password, with its salt and its cost inside."""
    return _in_turn(_HASHER.hash, _as_kept(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password of this hash; without a hash, no, after the same work."""
    try:
        _in_turn(_HASHER.verify, kept or _NOBODY, _as_kept(password[:MOST_CHARACTERS]))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def weakness(password: str, *, known: Sequence[str]) -> Weakness | None:
    """Return why a password is too easy, or None.

    Args:
        password: as it was typed.
        known: words that others know too: the person's name and e-mail, the company's name.

    """
    kept = _as_kept(password)
    if len(kept) < LEAST_CHARACTERS:
        return "short"
    if len(kept) > MOST_CHARACTERS:
        return "long"
    plain = kept.casefold()
    # A text made of one piece again and again is found within itself, doubled, off the ends.
    if plain in (plain + plain)[1:-1] or any(plain in run or plain in run[::-1] for run in _RUNS):
        return "repeated"
    if len(_without(plain, known)) < LEAST_OF_ONES_OWN:
        return "known"
    return None


def _without(plain: str, known: Sequence[str]) -> str:
    words = {word for text in known for word in re.split(r"[\W_]+", text.casefold())}
    for word in sorted(words | {"latitude", "password"}, key=len, reverse=True):
        if len(word) > 2:  # noqa: PLR2004  # shorter ones are in every sentence
            plain = plain.replace(word, "")
    return re.sub(r"[\W_]", "", plain)


def _in_turn(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do this alone in the process, in a thread that lets everything else go first."""
    with _TURN, ThreadPoolExecutor(max_workers=1, initializer=_step_back) as behind:
        return behind.submit(work, *args, **kwargs).result()


def _step_back() -> None:
    """Give way to what is quick: a flood of passwords must not keep the shop waiting."""
    if sys.platform != "linux":
        # Elsewhere this would hold for the whole process.
        return
    with suppress(OSError):  # a service may be kept from it: then all have the same turn
        os.nice(10)


def _as_kept(password: str) -> str:
    return unicodedata.normalize("NFC", password)
