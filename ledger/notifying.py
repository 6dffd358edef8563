"""The command that a company may let run for each new ask: it gets the ask's id and the site.

It tells somebody who is not at the inbox, by whatever way the company has. It never holds an
answer up, and whatever becomes of it, the ask is there.
"""

import logging
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from threading import BoundedSemaphore, Thread

from ledger.config import SettingError, Settings
from ledger.logs import FACTS

SETTING = "LEDGER_NOTIFY_COMMAND"
# A command that takes longer is ended: what it had to say is over.
LASTS_SECONDS = 30.0
# More than that at a time means that something hangs.
MOST_AT_A_TIME = 8

LOG = logging.getLogger(__name__)
_RUNNING = BoundedSemaphore(MOST_AT_A_TIME)


def command_of(settings: Settings) -> Sequence[str]:
    """Return the command word by word, as a shell would take them; nothing if none is set.

    Raises:
        SettingError: if a quotation mark in it is never closed.

    """
    try:
        return tuple(shlex.split(settings.notify_command))
    except ValueError:
        message = f"{SETTING} has a quotation mark that is never closed"
        raise SettingError(message) from None


def program_of(command: Sequence[str]) -> str | None:
    """Return the file that a command would run, or None if there is none that can be run."""
    return shutil.which(command[0])


def tell_of(settings: Settings, ask_uid: str, site_ref: str) -> None:
    """Run the command for an ask that was just committed, and come back at once.

    No shell reads it. The ask's id and the site's reference are its last two words, and all that it
    gets: none of the ledger's settings and keys are in its environment. Raises nothing: what goes
    wrong is logged, without either of the two.
    """
    try:
        command = command_of(settings)
        if not command:
            return
        if not _RUNNING.acquire(blocking=False):
            _log("too many at a time")
            return
        try:
            run = Thread(target=_run, args=([*command, ask_uid, site_ref],), daemon=True)
            run.start()
        except RuntimeError:
            _RUNNING.release()
            _log("no thread was free")
    except SettingError:
        _log("it cannot be read")


def _run(words: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # the company's own command, and no shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=LASTS_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        _log("it took too long and was ended")
    except (OSError, ValueError) as problem:
        _log("it cannot be run", of=type(problem).__name__)
    else:
        if done.returncode:
            _log("it ended with a code", code=done.returncode)
    finally:
        _RUNNING.release()


def _environment() -> Mapping[str, str]:
    """Return the environment without the ledger's settings: its keys are among them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}


def _log(why: str, **facts: int | str) -> None:
    LOG.warning(
        "the command for new asks did not do its work", extra={FACTS: {"why": why, **facts}}
    )
