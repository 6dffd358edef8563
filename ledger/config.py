"""Settings: from the environment (LEDGER_*) and from the instance folder; refuses what is unsafe.

The instance folder holds the SQLite file, if there is one, and for each ledger a folder of keys,
named by the ledger's id, so that one instance folder may serve several ledgers.
"""

import ipaddress
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from flask import Flask
from flask.helpers import get_debug_flag
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LEAST_SECRET = 32
LEAST_DIFFERENT_SIGNS = 10
# Far above what any machine can use, and low enough to name a slip of the finger.
MOST_WORKERS, MOST_THREADS, MOST_PROXIES = 64, 64, 10
LEDGER_FILE = "ledger.sqlite"
# The demo company's file: whoever signs in there knows everybody's password.
DEMO_FILE = "demo.sqlite"
_CHECKOUT = Path(__file__).resolve().parent.parent


_ADDRESSES = (
    "LEDGER_DATABASE_URL, or --database, is the address of a SQLite file or of PostgreSQL: "
    "sqlite:////folder/ledger.sqlite or postgresql+psycopg://user@host/name. {what}."
)


class SettingError(Exception):
    """A setting is missing or unsafe; the message says which, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the ledger is and how it is served."""

    instance: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    trusted_hosts: tuple[str, ...] = ()
    proxy_count: int = 0
    secret_key: str | None = None
    old_secret_keys: tuple[str, ...] = ()
    pepper: str | None = None
    # json or plain; nothing: plain on a terminal, else json.
    log: str = ""
    # Run for each new ask: see `notifying`.
    notify_command: str = ""

    @property
    def is_demo(self) -> bool:
        """Whether this is the demo company, in which nobody is real."""
        address = make_url(self.database_url)
        return address.get_backend_name() == "sqlite" and (
            Path(address.database or "").name == DEMO_FILE
        )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The keys of one ledger."""

    secret_key: str
    old_secret_keys: tuple[str, ...]
    pepper: str


def load(
    environ: Mapping[str, str] | None = None,
    *,
    instance: Path | None = None,
    database_url: str | None = None,
) -> Settings:
    """Return the settings of the environment; the two keywords win over it.

    Raises:
        SettingError: if a number or a choice is not one or out of bounds, a secret is too short, or
            the database's address is none that can be opened.

    """
    env = os.environ if environ is None else environ
    folder = instance or Path(env.get("LEDGER_INSTANCE") or default_instance())
    folder = folder.absolute()
    return Settings(
        instance=folder,
        database_url=_database(
            database_url or env.get("LEDGER_DATABASE_URL") or f"sqlite:///{folder / LEDGER_FILE}"
        ),
        host=env.get("LEDGER_HOST", "127.0.0.1"),
        port=_number(env, "LEDGER_PORT", 8000, most=65_535),
        workers=_number(env, "LEDGER_WORKERS", 2, most=MOST_WORKERS),
        threads=_number(env, "LEDGER_THREADS", 4, most=MOST_THREADS),
        trusted_hosts=_words(env, "LEDGER_TRUSTED_HOSTS"),
        proxy_count=_number(env, "LEDGER_PROXY_COUNT", 0, least=0, most=MOST_PROXIES),
        secret_key=_long_enough(env, "LEDGER_SECRET_KEY"),
        old_secret_keys=_words(env, "LEDGER_SECRET_KEY_OLD"),
        pepper=_long_enough(env, "LEDGER_PEPPER"),
        log=_one_of(env, "LEDGER_LOG", ("json", "plain")),
        notify_command=env.get("LEDGER_NOTIFY_COMMAND", ""),
    )


def _database(written: str) -> str:
    """Return the address of the database, with the driver that this program uses."""
    try:
        address = make_url(written)
    except ArgumentError:
        raise SettingError(_ADDRESSES.format(what="This is not one")) from None
    kind = address.drivername
    if kind in {"postgresql", "postgres", "postgresql+psycopg"}:
        if find_spec("psycopg") is None:
            message = (
                "PostgreSQL needs its driver, which is not installed: "
                "pip install -e '.[postgres]' in a checkout, else 'latitude-ledger[postgres]'."
            )
            raise SettingError(message)
        address = address.set(drivername="postgresql+psycopg")
    elif kind not in {"sqlite", "sqlite+pysqlite"} or not address.database:
        raise SettingError(_ADDRESSES.format(what=f"{kind} is another kind, or names no file"))
    return address.render_as_string(hide_password=False)


def default_instance() -> Path:
    """Return `instance/` of a checkout, else the folder that Flask gives an installed package."""
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "instance"
    return Path(Flask("ledger").instance_path)


def keys_folder(settings: Settings, ledger_id: str) -> Path:
    """Return the folder in which the keys of this ledger lie."""
    return settings.instance / "keys" / ledger_id


def make_secrets(settings: Settings, ledger_id: str) -> None:
    """Write the secrets that the environment does not set; what is there already stays."""
    for name, given in (("secret_key", settings.secret_key), ("pepper", settings.pepper)):
        if given is None:
            write_private(keys_folder(settings, ledger_id) / name, secrets.token_hex(32).encode())


def load_secrets(settings: Settings, ledger_id: str) -> Secrets:
    """Return the keys of this ledger.

    Raises:
        SettingError: if a key is neither in the environment nor in the instance folder, or if
            its file can be read by others.

    """
    return Secrets(
        secret_key=settings.secret_key or _secret(settings, ledger_id, "secret_key"),
        old_secret_keys=settings.old_secret_keys,
        pepper=settings.pepper or _secret(settings, ledger_id, "pepper"),
    )


def refuse_unsafe(settings: Settings, secrets: Secrets) -> None:
    """Refuse what is not safe to serve pages with.

    Raises:
        SettingError: if a key is too easy or the pepper too short; or, where others than this
            machine can reach the server, if it is the demo, debugging is on, or the server's names
            are not set.

    """
    for secret in (secrets.secret_key, *secrets.old_secret_keys):
        if len(secret) < LEAST_SECRET or len(set(secret)) < LEAST_DIFFERENT_SIGNS:
            message = "The secret key is too easy. Set LEDGER_SECRET_KEY to 64 signs by chance."
            raise SettingError(message)
    if len(secrets.pepper) < LEAST_SECRET:
        message = (
            f"The pepper has {len(secrets.pepper)} characters, and needs {LEAST_SECRET}. Restore "
            "the file of keys, or set LEDGER_PEPPER to 64 signs by chance."
        )
        raise SettingError(message)
    if settings.is_loopback and not settings.proxy_count:
        return
    if settings.is_demo:
        message = (
            f"{DEMO_FILE} is the demo company, and everybody knows its password: only this machine "
            "may reach it. Name your own ledger in LEDGER_DATABASE_URL."
        )
        raise SettingError(message)
    if get_debug_flag():
        message = "Debugging is on, and this server can be reached from outside. Unset FLASK_DEBUG."
        raise SettingError(message)
    if not settings.trusted_hosts:
        message = (
            "This server can be reached from outside: set LEDGER_TRUSTED_HOSTS to the names "
            "under which people open it, such as latitude.example."
        )
        raise SettingError(message)
    if any("*" in name for name in settings.trusted_hosts):
        message = (
            "LEDGER_TRUSTED_HOSTS holds a *, and this server can be reached from outside: write "
            "the names themselves, such as latitude.example."
        )
        raise SettingError(message)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; leave it alone if it is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def load_private(settings: Settings, ledger_id: str, name: str) -> str:
    """Return what a private file of this ledger holds.

    Raises:
        SettingError: if it is not there, can be read by others, or is no text.

    """
    path = keys_folder(settings, ledger_id) / name
    if not path.is_file():
        message = f"{path} is not there: restore the instance folder"
        raise SettingError(message)
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = f"{path} can be read by others: set its mode to 0600"
        raise SettingError(message)
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as not_a_text:
        message = f"{path} is damaged: restore the instance folder"
        raise SettingError(message) from not_a_text


def _secret(settings: Settings, ledger_id: str, name: str) -> str:
    path = keys_folder(settings, ledger_id) / name
    if not path.is_file():
        message = (
            f"LEDGER_{name.upper()} is not set and {path} is not there: restore the instance folder"
        )
        raise SettingError(message)
    return load_private(settings, ledger_id, name)


def _long_enough(env: Mapping[str, str], name: str) -> str | None:
    secret = env.get(name)
    if secret is not None and len(secret) < LEAST_SECRET:
        message = f"{name} has {len(secret)} characters; give it at least {LEAST_SECRET}"
        raise SettingError(message)
    return secret


def _number(env: Mapping[str, str], name: str, otherwise: int, *, least: int = 1, most: int) -> int:
    written = env.get(name)
    if written is None:
        return otherwise
    if re.fullmatch(r"-?[0-9]{1,20}", written) is None:
        message = f"{name} is {written[:20]!r}, and must be a whole number"
        raise SettingError(message)
    number = int(written)
    if not least <= number <= most:
        bound = f"at least {least}" if number < least else f"at most {most:,}"
        message = f"{name} is {number}, and must be {bound}"
        raise SettingError(message)
    return number


def _one_of(env: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    written = env.get(name, "")
    if written and written not in known:
        message = f"{name} is {written!r}, and must be {' or '.join(known)}"
        raise SettingError(message)
    return written


def _words(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in env.get(name, "").split(",") if word.strip())
