"""The server's entry: gunicorn where there is fork, waitress on Windows.

Asked to stop (SIGTERM, Ctrl-C), it takes no new request and lets those that run finish. Killed, it
loses nothing that it acknowledged: that was on the disk before the answer.
"""

import errno
import gc
import importlib
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import orm

from ledger import create_app, logs
from ledger.config import SettingError, Settings

# A worker that has not said anything for this long is replaced.
SILENT_SECONDS = 60
# How long requests that run have, when the server is asked to stop.
GRACE_SECONDS = 30
# How long a connection waits for its next request.
KEPT_SECONDS = 5
# How many objects may be made, and not given back, before those are looked for that only hold each
# other: a request leaves some two hundred.
GARBAGE = 20_000
# What a request line and its headers may hold: filters in an address, and a few cookies.
LINE_BYTES, FIELDS, FIELD_BYTES = 4094, 64, 8190

_WHY_NOT = {
    errno.EADDRINUSE: (
        "Something listens on {address} already. If a server there was stopped just now, try again "
        "in half a minute; else choose another port with --port."
    ),
    errno.EACCES: "This account may not listen on {address}: choose a port above 1023 with --port.",
}


def refuse_taken_port(settings: Settings) -> None:
    """Try the address on which the ledger would be served, before anybody is told of it.

    Raises:
        SettingError: if this machine, or something that runs on it, does not let us listen there.

    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        if sys.platform != "win32":
            # As gunicorn does: a port whose last connections are just closing is free.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as refused:
            why = _WHY_NOT.get(
                refused.errno or 0,
                "This machine cannot listen on {address}: choose another --host or --port.",
            )
            raise SettingError(why.format(address=_address(settings))) from refused


def serve(settings: Settings) -> None:
    """Serve the ledger until somebody stops it."""
    logs.set_up(logs.kind_for(settings.log))
    if sys.platform == "win32":
        _serve_with_waitress(settings)
        return
    _serve_with_gunicorn(settings)


def _serve_with_gunicorn(settings: Settings) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - there is none on Windows
    from gunicorn.glogging import Logger  # noqa: PLC0415 - the same

    class ServersLog(Logger):  # type: ignore[misc]  # gunicorn has no types
        """What gunicorn says, in the form of everything else: through the root's handler."""

        def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's settings
            """Hand everything on, and open nothing of its own."""
            del cfg
            self.error_log.handlers = []
            self.error_log.propagate = True
            self.error_log.setLevel(logging.WARNING)
            self.access_log.propagate = False

        def access(self, *_: object) -> None:
            """Say nothing: the application logs its requests itself."""

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        """Gunicorn with our settings in place of its files and options."""

        def load_config(self) -> None:
            """Take the settings over."""
            for name, value in gunicorn_settings(settings).items():
                self.cfg.set(name, value)
            self.cfg.set("logger_class", ServersLog)

        def load(self) -> Any:  # noqa: ANN401 - what gunicorn calls for each request
            """Make the application in the worker: connections must not cross a fork."""
            app = create_app(settings)
            _collect_seldom()
            return app

    _share_modules()
    Server().run()


def _share_modules() -> None:
    """Import what the workers run before they are forked, so that it is in memory once.

    Only modules: nothing of the ledger is opened, for connections must not cross a fork.
    """
    importlib.import_module("ledger.web.application")
    orm.configure_mappers()
    # A collection would touch every object, and with that copy it into each worker.
    gc.collect()
    gc.freeze()


def _collect_seldom() -> None:
    """Look for garbage every hundred requests, and never again through what was made to last."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"


def gunicorn_settings(settings: Settings) -> dict[str, object]:
    """Return gunicorn's settings for ours."""
    memory = Path("/dev/shm")  # noqa: S108 - for the workers' heartbeat only, by mkstemp
    return {
        "bind": _address(settings),
        "worker_class": "gthread",
        "workers": settings.workers,
        "threads": settings.threads,
        "timeout": SILENT_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": KEPT_SECONDS,
        # Nothing is known to grow; and what a worker does beside its requests may take long.
        "max_requests": 0,
        "limit_request_line": LINE_BYTES,
        "limit_request_fields": FIELDS,
        "limit_request_field_size": FIELD_BYTES,
        # What a proxy says of the browser is believed by count (LEDGER_PROXY_COUNT), not by where
        # it comes from.
        "forwarded_allow_ips": "",
        "worker_tmp_dir": str(memory) if os.access(memory, os.W_OK) else None,
        "control_socket_disable": True,
        "proc_name": "latitude",
    }


def _serve_with_waitress(settings: Settings) -> None:
    import waitress  # noqa: PLC0415 - there is none elsewhere

    waitress.serve(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        threads=settings.workers * settings.threads,
    )
