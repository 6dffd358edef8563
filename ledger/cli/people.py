"""`latitude person`: add people, list them, and give them one-time codes."""

from datetime import date, datetime
from typing import TypedDict, Unpack

import click
from sqlmodel import Session

from ledger.cli.options import ledger_options, now, opened_without_keys
from ledger.config import SettingError, Settings
from ledger.core import leaving, money, people, person_changes, signing_in, sites, work_places
from ledger.core.people import NewPerson
from ledger.core.permissions import Role
from ledger.core.person_changes import PersonChange
from ledger.core.tables import Person
from ledger.core.work_places import WorkPlace

BY_COMMAND = "system"


class Wanted(TypedDict):
    """The options of `person add`."""

    name: str
    role: str
    email: str | None
    employee_id: str | None
    site_refs: tuple[str, ...]
    grade: str | None
    ceiling: str


class Changed(TypedDict):
    """The options of `person change`; what was not given is None, or empty."""

    active: bool | None
    name: str | None
    employee_id: str | None
    email: str | None
    role: str | None
    grade: str | None
    ceiling: str | None
    site_refs: tuple[str, ...]


@click.group(short_help="Add, change and list people, give codes.")
def person() -> None:
    """Add people, change and list them, and give them one-time codes to sign in with."""


@person.command(short_help="Add a person.")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.STAFF.value,
    show_default=True,
)
@click.option("--email", help="To sign in with; without one they cannot.")
@click.option("--employee-id", help="As the payroll knows them.  [default: the e-mail]")
@click.option(
    "--site", "site_refs", multiple=True, metavar="REF", help="Where they work; repeatable."
)
@click.option("--grade", help="Limits may be set by grade.")
@click.option("--ceiling", default="0", help="The highest limit that they may set for others.")
@ledger_options
def add(settings: Settings, **wanted: Unpack[Wanted]) -> None:
    """Add a person. With an e-mail they get a one-time code by which they set a password."""
    employee_id = wanted["employee_id"] or wanted["email"]
    if employee_id is None:
        raise click.UsageError("Give --email, or --employee-id for somebody who will not sign in.")
    with opened_without_keys(settings) as database, database.writing() as session:
        at = now()
        company = sites.company(session)
        new = NewPerson(
            employee_id=employee_id,
            name=wanted["name"],
            email=wanted["email"],
            role=wanted["role"],
            grade=wanted["grade"],
            site_ids=_site_ids(session, wanted["site_refs"]),
            from_date=_today(session, at),
            ceiling_minor=money.parse(wanted["ceiling"], company.currency),
        )
        added = people.add_person(session, new, actor=BY_COMMAND, now=at)
        made = signing_in.make_code(session, added, now=at) if added.email else None
    click.echo(f"{added.name} was added as {added.role}.")
    _show_code(added, made)


@person.command(short_help="Change a person, or let them go.")
@click.argument("who", metavar="EMPLOYEE_ID")
@click.option(
    "--active/--inactive", default=None, help="Whether they work here; who does not is signed out."
)
@click.option("--name", help="As colleagues know them.")
@click.option("--employee-id", help="As the payroll knows them.")
@click.option("--email", help="To sign in with; '' takes it away.")
@click.option("--role", type=click.Choice([role.value for role in Role]))
@click.option("--grade", help="Limits may be set by grade; '' takes it away.")
@click.option("--ceiling", help="The highest limit that they may set for others.")
@click.option(
    "--site",
    "site_refs",
    multiple=True,
    metavar="REF",
    help="Where they work from today on, instead of all sites before; repeatable.",
)
@ledger_options
def change(settings: Settings, who: str, **wanted: Unpack[Changed]) -> None:
    """Change what somebody may do and where. With another role, or none, they are signed out."""
    if not any(value not in {None, ()} for value in wanted.values()):
        raise click.UsageError("Say what is to be changed: see latitude person change --help")
    with opened_without_keys(settings) as database, database.writing() as session:
        found = _named(session, who)
        is_other = person_changes.change_person(
            session, found, _change_of(session, wanted), actor=BY_COMMAND, now=now()
        )
        words = _facts(session, found)
    click.echo(words if is_other else f"{words} Nothing was changed.")


@person.command(short_help="Let somebody go.")
@click.argument("who", metavar="EMPLOYEE_ID")
@click.option(
    "--last-day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="They work and sign in until it is over.  [default: they leave at once]",
)
@ledger_options
def leave(settings: Settings, who: str, last_day: datetime | None) -> None:
    """Let somebody go: signing in, codes and work places end. What they did stays."""
    day = None if last_day is None else last_day.date()
    with opened_without_keys(settings) as database, database.writing() as session:
        found = _named(session, who)
        leaving.leave(session, found, last_day=day, actor=BY_COMMAND, now=now())
        words = _facts(session, found)
    click.echo(words)


@person.command("return", short_help="Let somebody come back, or stay.")
@click.argument("who", metavar="EMPLOYEE_ID")
@ledger_options
def come_back(settings: Settings, who: str) -> None:
    """Let somebody come back, or undo a last day. Then: person change --site, person code."""
    with opened_without_keys(settings) as database, database.writing() as session:
        found = _named(session, who)
        is_other = leaving.come_back(session, found, actor=BY_COMMAND, now=now())
        words = _facts(session, found)
    click.echo(words if is_other else f"{words} Nothing was changed.")


@person.command("list", short_help="List everybody.")
@ledger_options
def list_people(settings: Settings) -> None:
    """List everybody: employee id, role, name, e-mail, and whether they still work here."""
    with opened_without_keys(settings) as database, database.reading() as session:
        found = people.everybody(session)
    at = now()
    width = max((len(who.employee_id) for who in found), default=0)
    for who in found:
        left = "" if people.works_here(who, now=at) else "  (left)"
        email = f"  {who.email}" if who.email else ""
        click.echo(f"{who.employee_id:<{width}}  {who.role:<13}  {who.name}{email}{left}")


@person.command(short_help="Give somebody a one-time code.")
@click.argument("who", metavar="EMAIL|EMPLOYEE_ID")
@ledger_options
def code(settings: Settings, who: str) -> None:
    """Give somebody a one-time code by which they set a new password."""
    with opened_without_keys(settings) as database, database.writing() as session:
        found = _named(session, who)
        if not found.email or not people.works_here(found, now=now()):
            raise SettingError(f"{found.name} has no e-mail or has left, and so cannot sign in.")
        made = signing_in.make_code(session, found, now=now())
    _show_code(found, made)


def _named(session: Session, who: str) -> Person:
    found = people.person_by_employee_id(session, who) or people.person_by_email(session, who)
    if found is None:
        raise SettingError(f"Nobody has the e-mail or employee id {who}. See: latitude person list")
    return found


def _change_of(session: Session, wanted: Changed) -> PersonChange:
    ceiling, refs = wanted["ceiling"], wanted["site_refs"]
    currency = sites.company(session).currency
    return PersonChange(
        active=wanted["active"],
        name=wanted["name"],
        employee_id=wanted["employee_id"],
        email=wanted["email"],
        role=wanted["role"],
        grade=wanted["grade"],
        ceiling_minor=None if ceiling is None else money.parse(ceiling, currency),
        site_ids=_site_ids(session, refs) if refs else None,
    )


def _facts(session: Session, who: Person) -> str:
    """Return what somebody is now: "Dana works here as supervisor, grade Lead, …"."""
    if not people.works_here(who, now=now()):
        return f"{who.name} does not work here any more and cannot sign in."
    places = work_places.places_of(session, who, now=now())
    at = sorted(_where(place) for place in places if not (place.is_over or place.is_coming))
    ceiling = money.show(who.ceiling_minor, sites.company(session).currency)
    facts = [
        f"{who.name} works here as {who.role}",
        f"grade {who.grade}" if who.grade else "without a grade",
        f"at {', '.join(at)}" if at else "at no site",
        f"and may set limits up to {ceiling} for others",
    ]
    ends = f" Their last day is {who.last_day.isoformat()}." if who.last_day else ""
    return f"{', '.join(facts)}.{ends}"


def _where(place: WorkPlace) -> str:
    """Return where somebody works, and until when if that is known: "elm (until 2026-11-22)"."""
    until = place.row.until
    return place.site.location_ref + (f" (until {until.isoformat()})" if until else "")


def _show_code(who: Person, made: str | None) -> None:
    if made is None:
        click.echo("Without an e-mail they cannot sign in.")
        return
    hours = signing_in.CODE_LASTS.total_seconds() / 3600
    click.echo(f"One-time code for {who.email}: {made}")
    click.echo(
        f"It counts once, for {hours:g} hours, under “First time here, or password forgotten?”."
    )


def _site_ids(session: Session, refs: tuple[str, ...]) -> list[int]:
    known = {site.location_ref: site.id for site in sites.all_sites(session)}
    for ref in refs:
        if ref not in known:
            there = ", ".join(sorted(known)) or "none yet"
            raise SettingError(f"There is no site {ref}. There are: {there}.")
    return [known[ref] for ref in refs]


def _today(session: Session, at: datetime) -> date:
    return sites.company_calendar(session).business_date(at)
