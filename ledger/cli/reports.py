"""`latitude report`: figures on the command line, for people and for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypedDict, TypeVar, Unpack

import click
from sqlalchemy import select
from sqlmodel import Session

from ledger.cli.options import ledger_options, opened_without_keys
from ledger.config import Settings
from ledger.core import bands, money, sites
from ledger.core.cohorts import GROUPINGS
from ledger.core.reports.filters import usual_unit
from ledger.core.reports.retention import Group, RetentionReport, retention
from ledger.core.reports.scope import Scope, bands_of
from ledger.core.tables import Reason, Remedy
from ledger.core.units import UNITS

DAY = click.DateTime(["%Y-%m-%d"])
ENOUGH = 30
T = TypeVar("T")


class Wanted(TypedDict):
    """The options of `report retention`."""

    unit: str
    by: str
    as_json: bool
    site_refs: tuple[str, ...]
    remedy: str | None
    reason: str | None
    band: str | None
    horizon: int | None
    since: datetime | None
    until: datetime | None


@click.group("report", short_help="Retention, as a table or as JSON.")
def report_group() -> None:
    """Print a report."""


@report_group.command("retention", short_help="Who came back after a decision.")
@click.option("--unit", type=click.Choice(UNITS), default="customer", show_default=True)
@click.option("--by", type=click.Choice(GROUPINGS), default="all", show_default=True)
@click.option("--site", "site_refs", multiple=True, metavar="REF", help="Only these; repeatable.")
@click.option("--remedy", metavar="KIND", help="Only this one.")
@click.option("--reason", metavar="CODE", help="Only this one.")
@click.option("--band", metavar="KEY", help="Only amounts in this band, as in 10-25.")
@click.option(
    "--horizon",
    type=click.IntRange(1, 366),
    metavar="DAYS",
    help="With episodes: so many days before one are without a decision. [the company's]",
)
@click.option("--from", "since", type=DAY, metavar="DATE", help="The first business date.")
@click.option("--until", type=DAY, metavar="DATE", help="The last business date.")
@click.option("--json", "as_json", is_flag=True, help="One object, with every figure unrounded.")
@ledger_options
def retention_report(settings: Settings, **wanted: Unpack[Wanted]) -> None:
    """Say how many of those who were given something came back, and how sure that is."""
    with opened_without_keys(settings) as database, database.reading() as session:
        scope = _scope(session, wanted)
        report = retention(
            session,
            unit=wanted["unit"],
            by=wanted["by"],
            scope=scope,
            episode_days=wanted["horizon"],
        )
        counts_another = (wanted["unit"], usual_unit(session, scope)) == ("customer", "episode")
    if wanted["as_json"]:
        click.echo(json.dumps(report.as_object(), ensure_ascii=False, allow_nan=False))
        return
    for line in _lines(report):
        click.echo(line)
    if counts_another:
        click.echo("\nFirst decisions are under half of all here, so pages count --unit episode.")


def _scope(session: Session, wanted: Wanted) -> Scope:
    site_ids = None
    if wanted["site_refs"]:
        known = {site.location_ref: site.id for site in sites.all_sites(session)}
        for ref in wanted["site_refs"]:
            if ref not in known:
                raise click.ClickException(f"No site has the reference {ref}.")
        site_ids = frozenset(known[ref] for ref in wanted["site_refs"])
    since, until = wanted["since"], wanted["until"]
    remedies = {row.kind: row.id for row in session.scalars(select(Remedy))}
    reasons = {row.code: row.id for row in session.scalars(select(Reason))}
    bands_by_key = bands_of(session, bands.currencies(session))
    return Scope(
        site_ids=site_ids,
        since=since.date() if since else None,
        until=until.date() if until else None,
        remedy_id=_one_of("remedy", wanted["remedy"], remedies),
        reason_id=_one_of("reason", wanted["reason"], reasons),
        band=_one_of("band", wanted["band"], bands_by_key),
    )


def _one_of(what: str, name: str | None, known: Mapping[str, T]) -> T | None:
    """Return what was named, or None for nothing; leave the command where there is no such one."""
    if name is None:
        return None
    if name not in known:
        raise click.ClickException(f"No {what} is called {name}. There are: {', '.join(known)}.")
    return known[name]


def _lines(report: RetentionReport) -> Iterator[str]:
    if report.through.on is None:
        yield "No activity has been taken in yet, so nobody is known to have come back."
    else:
        stated = "" if report.through.is_stated else " (not stated: that day may be incomplete)"
        yield f"Activity is complete through {report.through.on.isoformat()}{stated}."
    if report.through.late:
        yield f"Late feeds: {', '.join(report.through.late)}. Every figure ends where they do."
    yield (
        "Came back: bought, visited or renewed, at any site, on a later business date."
        if report.watch == "returns"
        else "Stayed: has not cancelled on a later business date."
    )
    if report.unit == "decision":
        yield "Every decision counts, also several for one customer: the intervals are too narrow."
    if report.unit == "episode":
        yield (
            f"An episode is a decision with none by that customer in the {report.episode_days} "
            "days before. The intervals allow for customers with several."
        )
    if not report.groups:
        yield "No decision for a known customer falls under this."
    for group in report.groups:
        yield ""
        yield from _group(group, report)
    for rest in report.unknowable:
        yield ""
        many, worth = _walk_ins(rest.walk_ins), _worth(rest.amount_minor)
        yield f"{_named(rest.key, report)}: no counted customer; {many}, {worth}"


def _group(group: Group, report: RetentionReport) -> Iterator[str]:
    whose = f"the {group.decisions:,} counted"
    if group.walk_ins:
        whose += f" and {_walk_ins(group.walk_ins)}"
    yield f"{_named(group.key, report)}: given {_worth(group.amount_minor)} ({whose})"
    yield (
        f"  counts {group.decisions:,} of {group.of_decisions:,} decisions, for "
        f"{group.customers:,} customers; {_walk_ins(group.walk_ins)} cannot be known"
    )
    words = ("came back", "not back") if report.watch == "returns" else ("stayed", "left")
    rows: list[tuple[str, ...]] = [("days", *words, "maturing", "share", "95 % interval")]
    for state in group.horizons:
        rate, interval = "", ""
        if state.rate is not None and state.interval is not None:
            rate = f"{state.rate:.1%}"
            interval = f"{state.interval.low:.1%} to {state.interval.high:.1%}"
            if state.known < ENOUGH:
                interval += " (fewer than 30: not enough yet)"
        counts = (state.days, state.came_back, state.not_back, state.maturing)
        rows.append((*(f"{count:,}" for count in counts), rate, interval))
    yield from _table(rows)


def _named(key: str, report: RetentionReport) -> str:
    return key if report.by == "all" else f"{report.by} {key}"


def _walk_ins(count: int) -> str:
    return f"{count:,} walk-in" if count == 1 else f"{count:,} walk-ins"


def _worth(amount_minor: Mapping[str, int]) -> str:
    return ", ".join(money.show(minor, currency) for currency, minor in amount_minor.items())


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        yield "  " + "  ".join([*cells, row[-1]]).rstrip()
