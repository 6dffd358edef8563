"""An application with a page that does not get done."""

from collections.abc import Callable

from flask import Flask

from ledger.ledgers import Ledger
from ledger.web import access, application


def stopping(ledger: Ledger, problem: Callable[[], BaseException]) -> Flask:
    """Return an application with a page at /stop that raises this."""
    app = application.assemble(ledger)

    def stop() -> str:
        raise problem()

    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/stop", view_func=access.public(stop), methods=["GET", "POST"])
    return app
