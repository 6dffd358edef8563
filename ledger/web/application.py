"""The assembly of the web application: what is set up in which order, and which pages there are."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Blueprint, Flask, g
from jinja2 import StrictUndefined

from ledger.ledgers import Ledger
from ledger.web import (
    access,
    account,
    ask_band,
    asks,
    asks_here,
    completeness,
    compressing,
    customers,
    customers_joining,
    decisions,
    exports,
    feed_words,
    files,
    flags,
    health,
    inbox,
    inbox_handing,
    inbox_history,
    inbox_reading,
    incidents,
    journal,
    limits,
    lists,
    log,
    menu,
    moment,
    my_asks,
    my_decisions,
    outcome_around,
    outcomes,
    people,
    people_asks,
    problems,
    receipts,
    recognitions,
    request_log,
    security,
    settings,
    settings_bands,
    settings_company,
    settings_criteria,
    settings_feeds,
    settings_reasons,
    settings_remedies,
    sign_in,
    sites,
    sites_asks,
    sponsor,
    start,
    static_files,
    summary,
    team,
    transactions,
    trust,
    unmet_needs,
)
from ledger.web import help as help_pages
from ledger.web.numbers import NumberConverter

# Every page, in the order of the menus. A new page adds its line here.
BLUEPRINTS: tuple[Blueprint, ...] = (
    health.bp,
    start.bp,
    sign_in.bp,
    account.bp,
    log.bp,
    receipts.bp,
    asks.bp,
    asks_here.bp,
    unmet_needs.bp,
    my_decisions.bp,
    my_asks.bp,
    inbox.bp,
    inbox_reading.bp,
    inbox_handing.bp,
    inbox_history.bp,
    decisions.bp,
    flags.bp,
    customers.bp,
    customers_joining.bp,
    completeness.bp,
    summary.bp,
    sponsor.bp,
    limits.bp,
    outcomes.bp,
    outcome_around.bp,
    recognitions.bp,
    exports.bp,
    lists.bp,
    files.bp,
    journal.bp,
    trust.bp,
    team.bp,
    settings.bp,
    settings_company.bp,
    settings_remedies.bp,
    settings_reasons.bp,
    settings_criteria.bp,
    settings_bands.bp,
    settings_feeds.bp,
    people.bp,
    people_asks.bp,
    sites.bp,
    sites_asks.bp,
    help_pages.bp,
)

_PACKAGE = Path(__file__).resolve().parent.parent


class UnguardedViewError(Exception):
    """A view has neither `@requires` nor `@public`: nobody said who may see it."""


class Application(Flask):
    """Flask, with templates that refuse unknown names and a log that holds no personal data."""

    jinja_options = {  # noqa: RUF012  # Flask declares it as an attribute of instances too
        "undefined": StrictUndefined,
        "extensions": ["jinja2.ext.i18n"],
    }

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view or a hook as it is: none of ours is async, and Flask asks at each call."""
        return func

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log what stopped, without its message, under the code that the page shows."""
        g.incident = incidents.note_incident(self, exc_info[1])


def assemble(ledger: Ledger, *, clock: moment.Clock = moment.system_clock) -> Flask:
    """Return the web application over an open ledger.

    Args:
        ledger: what the pages read and write.
        clock: what tells the time; tests bring their own.

    Raises:
        SettingError: if a setting is unsafe; the message says what to do.
        UnguardedViewError: if somebody forgot to say who may see a page.

    """
    app = Application("ledger", template_folder=_template_folder())
    app.extensions[moment.EXTENSION] = clock
    app.url_map.converters["int"] = NumberConverter
    # Newstyle: the facts are put in, escaped, after the sentence was translated.
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension's
    security.set_up(app, ledger)
    static_files.set_up(app)
    compressing.set_up(app)
    transactions.set_up(app, ledger)
    access.set_up(app)
    menu.set_up(app)
    feed_words.set_up(app)
    ask_band.set_up(app)
    problems.set_up(app)
    health.set_up(app, ledger)
    app.view_functions["static"] = access.public(app.view_functions["static"])
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _refuse_unguarded(app)
    request_log.set_up(app, ledger.settings)
    return app


def _template_folder() -> str:
    """Return where the templates are: beside the package in a checkout, else inside it."""
    beside = _PACKAGE.parent / "templates"
    is_checkout = (_PACKAGE.parent / "pyproject.toml").is_file()
    return str(beside if is_checkout else _PACKAGE / "templates")


def _refuse_unguarded(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        if not hasattr(view, "requires"):
            raise UnguardedViewError(endpoint)
