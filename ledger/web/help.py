"""Help: short pages in plain words, for everybody, signed in or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.core.permissions import Role
from ledger.web.access import public, somebody
from ledger.web.help_places import FOR_ROLE, place_for
from ledger.web.words import _

bp: Blueprint = Blueprint("help", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One page of help: its place in the address, its icon, its title, and what it is about."""

    name: str
    icon: str
    title: str
    summary: str


def topics_for_roles() -> Sequence[Topic]:
    """Return the pages for what somebody does here, in the order of the roles."""
    return (
        Topic(
            name="staff",
            icon="plus",
            title=_("For staff"),
            summary=_("Log a decision, undo it, and see what came of it."),
        ),
        Topic(
            name="supervisors",
            icon="limits",
            title=_("For supervisors"),
            summary=_("Change a limit, see who came back, find a customer, bring a file."),
        ),
        Topic(
            name="hr",
            icon="ribbon",
            title=_("For HR"),
            summary=_("Export recognition in a file that a payroll importer takes."),
        ),
        Topic(
            name="auditors",
            icon="shield",
            title=_("For auditors"),
            summary=_("Check that nothing was changed, and who did what."),
        ),
        Topic(
            name="executives",
            icon="outcomes",
            title=_("For executives"),
            summary=_("What it costs, who came back, and what is not known yet."),
        ),
        Topic(
            name="administrators",
            icon="key",
            title=_("For administrators"),
            summary=_("People, sites, settings, files and the first limits."),
        ),
    )


def topics_about() -> Sequence[Topic]:
    """Return the pages about Latitude itself."""
    return (
        Topic(
            name="counting",
            icon="scale",
            title=_("How we count"),
            summary=_("Definition version 1: the three states, the ranges, and what is not said."),
        ),
        Topic(
            name="promises",
            icon="lock",
            title=_("What we promise"),
            summary=_("Three promises, what is kept about people, and how to check it."),
        ),
        Topic(
            name="running",
            icon="tablet",
            title=_("Run it yourself"),
            summary=_("Set it up, take your files in, serve it, and look after it every day."),
        ),
    )


@bp.app_context_processor
def link_to_the_page() -> dict[str, object]:
    """Give every template where its Help link leads: to the part about the page that is shown."""
    person = somebody()
    place = place_for(request.endpoint, person.role if person else None)
    if place is None:
        return {"help_url": url_for("help.index")}
    name, anchor = place
    return {"help_url": url_for("help.show", name=name, _anchor=anchor)}


@bp.get("/help")
@public
def index() -> ResponseReturnValue:
    """Show every page of help; the one for whoever is signed in comes first."""
    return render_template(
        "help/index.html",
        mine=_topic_of_reader(),
        for_roles=topics_for_roles(),
        about=topics_about(),
    )


@bp.get("/help/<name>")
@public
def show(name: str) -> ResponseReturnValue:
    """Show one page of help."""
    topic = _topics().get(name)
    if topic is None:
        abort(404)
    return render_template(
        f"help/{topic.name}.html",
        topic=topic,
        for_roles=topics_for_roles(),
        about=topics_about(),
    )


def _topics() -> Mapping[str, Topic]:
    return {topic.name: topic for topic in (*topics_for_roles(), *topics_about())}


def _topic_of_reader() -> Topic | None:
    person = somebody()
    return None if person is None else _topics()[FOR_ROLE[Role(person.role)]]
