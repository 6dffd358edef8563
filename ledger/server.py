"""The server's entry: gunicorn where there is fork, waitress on Windows."""

import errno
import os
import socket
import sys
from pathlib import Path
from typing import Any

from ledger import create_app
from ledger.config import SettingError, Settings

# A worker that has not said anything for this long is replaced.
SILENT_SECONDS = 60


_WHY_NOT = {
    errno.EADDRINUSE: "Something listens on {address} already: choose another port with --port.",
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
    if sys.platform == "win32":
        _serve_with_waitress(settings)
        return
    _serve_with_gunicorn(settings)


def _serve_with_gunicorn(settings: Settings) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - there is none on Windows

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        """Gunicorn with our settings in place of its files and options."""

        def load_config(self) -> None:
            """Take the settings over."""
            for name, value in gunicorn_settings(settings).items():
                self.cfg.set(name, value)

        def load(self) -> Any:  # noqa: ANN401 - what gunicorn calls for each request
            """Make the application in the worker: connections must not cross a fork."""
            return create_app(settings)

    Server().run()


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
        "worker_tmp_dir": str(memory) if os.access(memory, os.W_OK) else None,
        "control_socket_disable": True,
        "loglevel": "warning",
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
