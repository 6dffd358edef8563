"""The server: gunicorn where it runs, waitress on Windows. Behind it, the application."""

import sys
from typing import Any

from flask import Flask

from ledger import create_app
from ledger.config import Settings

# A request that takes longer is one that waits for what will not come.
TIMEOUT_SECONDS = 30


def serve(settings: Settings) -> None:
    """Serve the ledger that the settings name until the process is told to end.

    Raises:
        SettingError: if a setting is unsafe, or the ledger is not ready to be served; nothing
            has been started then.

    """
    # Says what is wrong here, in words, rather than in each worker.
    close(create_app(settings))
    if sys.platform == "win32":
        _serve_with_waitress(settings)
    else:
        _serve_with_gunicorn(settings)


def close(app: Flask) -> None:
    """Give back the database connections of an application that will not be used."""
    app.extensions["ledger"].database.close()


def address_of(settings: Settings) -> str:
    """Return where browsers find the server, as an address without a path."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _serve_with_gunicorn(settings: Settings) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415  # does not exist on Windows

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in _options(settings).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            # In each worker: connections to a database do not survive a fork.
            return create_app(settings)

    Server().run()


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "bind": address_of(settings).removeprefix("http://"),
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": "gthread",
        "timeout": TIMEOUT_SECONDS,
        "graceful_timeout": TIMEOUT_SECONDS,
        "keepalive": 5,
        "loglevel": "warning",
        "proc_name": "latitude",
        # Who the client is says ProxyFix, by LEDGER_PROXY_COUNT, and nothing else.
        "forwarded_allow_ips": "",
    }


def _serve_with_waitress(settings: Settings) -> None:
    import waitress  # noqa: PLC0415  # installed on Windows only

    waitress.serve(
        create_app(settings), host=settings.host, port=settings.port, threads=settings.threads
    )
