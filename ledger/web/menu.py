"""What every page shows around its content: who is signed in, and where they can go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for

from ledger.core import sites
from ledger.core.permissions import Role
from ledger.core.reports import inbox, inbox_exceptions
from ledger.core.tables import Person
from ledger.web.access import may, somebody
from ledger.web.company import company_name
from ledger.web.moment import today, utc_now
from ledger.web.transactions import EXTENSION, reading
from ledger.web.words import _, role_words

# Pages that are reached from an entry's page, by their blueprints, where the address does not tell:
# they belong to the first of these entries that is in somebody's menu.
UNDER: Mapping[str, Sequence[str]] = {
    "customers": ("decisions.index",),
    "customers_joining": ("decisions.index",),
    "completeness": ("decisions.index", "summary.show"),
    "files": ("decisions.index",),
    "flags": ("decisions.index",),
    "recognitions": ("decisions.index",),
}

# Up to so many sites are named; more are counted.
NAMED_SITES = 2

_DISCS = "0123456789abcdef"

# Role to the pages in its menu, in order. What is not registered is not shown.
MENUS: Mapping[Role, Sequence[str]] = {
    Role.STAFF: ("log.show", "my_decisions.index"),
    Role.SUPERVISOR: (
        "inbox.index",
        "decisions.index",
        "limits.index",
        "outcomes.show",
        "team.index",
    ),
    Role.HR: ("recognitions.index", "exports.index"),
    Role.AUDITOR: ("journal.index", "decisions.index", "limits.index", "outcomes.show"),
    Role.EXECUTIVE: ("summary.show", "outcomes.show", "limits.index"),
    Role.ADMINISTRATOR: (
        "team.index",
        "sites.index",
        "settings.index",
        "files.index",
        "limits.index",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The person who is signed in, as the pages show them."""

    name: str
    role_words: str
    site_words: str
    initial: str
    disc: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the menu; `count` is how many are waiting behind it."""

    endpoint: str
    url: str
    label: str
    icon: str
    current: bool
    count: int = 0


def menu_of(person: Person) -> Sequence[Entry]:
    """Return the menu of a person, as far as its pages are there."""
    endpoints = [one for one in MENUS[Role(person.role)] if one in current_app.view_functions]
    above = next((one for one in UNDER.get(request.blueprint or "", ()) if one in endpoints), None)
    return [
        Entry(
            endpoint=endpoint,
            url=url_for(endpoint),
            label=label,
            icon=icon,
            # A page of its own under the address of an entry belongs to it: /team/…/leave.
            current=request.blueprint == endpoint.partition(".")[0]
            or request.path.startswith(f"{url_for(endpoint)}/")
            or endpoint == above,
            count=waiting_count(person) if endpoint == "inbox.index" else 0,
        )
        for endpoint in endpoints
        for label, icon in [_face(endpoint)]
    ]


def waiting_count(person: Person) -> int:
    """Return how much waits for somebody: asks that are asked of them, and what they are to read.

    The inbox shows the same two numbers; what is asked of somebody else is in neither.
    """
    session, now = reading(), utc_now()
    asked = inbox.asked_count(session, person, now=now)
    return asked + inbox_exceptions.to_read_count(session, person, now=now)


def set_up(app: Flask) -> None:
    """Give every template what the layout shows."""
    app.jinja_env.globals["is_demo"] = app.extensions[EXTENSION].settings.is_demo
    app.context_processor(_around)


def _around() -> dict[str, object]:
    person = somebody()
    return {
        "me": _me(person) if person else None,
        "menu": menu_of(person) if person else [],
        "company_name": company_name(),
        "may": may,
        "sign_out_url": url_for("sign_in.sign_out"),
        "account_url": url_for("account.show"),
    }


def _me(person: Person) -> Me:
    if "me" not in g:
        g.me = Me(
            name=person.name,
            role_words=role_words(person.role),
            site_words=_site_words(person),
            initial=person.name[:1].upper(),
            disc=_DISCS.find(person.uid[-1:]) % 6 + 1,
        )
    me: Me = g.me
    return me


def _site_words(person: Person) -> str:
    names = [site.name for site in sites.sites_of(reading(), person, on=today())]
    if len(names) > NAMED_SITES:
        return _("%(count)s sites", count=len(names))
    return ", ".join(names)


def _face(endpoint: str) -> tuple[str, str]:
    return {
        "log.show": (_("Log"), "plus"),
        "my_decisions.index": (_("My decisions"), "user"),
        "inbox.index": (_("Inbox"), "inbox"),
        "decisions.index": (_("Decisions"), "page"),
        "limits.index": (_("Limits"), "limits"),
        "outcomes.show": (_("Outcomes"), "outcomes"),
        "recognitions.index": (_("Recognition"), "ribbon"),
        "exports.index": (_("Exports"), "export"),
        "team.index": (_("Team"), "people"),
        "journal.index": (_("Journal"), "page"),
        "summary.show": (_("Summary"), "page"),
        "sites.index": (_("Sites"), "pin"),
        "settings.index": (_("Settings"), "tune"),
        "files.index": (_("Files"), "export"),
    }[endpoint]
