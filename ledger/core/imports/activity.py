"""Taking in a file of activity: staged in short transactions, made visible in one.

Others keep recording while a big file comes in. A stopped import leaves rows that no query sees,
and the next one clears them away.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from sqlalchemy import bindparam, insert
from sqlmodel import Session

from ledger.core import activity, clock, outcomes, sites
from ledger.core.batches import batched
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.imports import (
    activity_rows,
    figures,
    held_back,
    known_customers,
    new_customers,
    preview_visits,
    runs,
)
from ledger.core.imports.activity_rows import Came, Checked
from ledger.core.imports.foreseen import outcomes_changed
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Imported, Options, Transactions
from ledger.core.tables import Activity, Feed

KIND = "activity"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A checked file and what it will do."""

    checked: Checked
    new: Sequence[Came]
    changed: Sequence[Came]
    # References of customers whom nobody knows yet.
    unknown: Sequence[str]
    through: date | None
    through_stated: bool
    moves_through: bool
    # What this very file says of how far it reaches, and whether somebody stated it.
    said: tuple[date | None, bool]
    # How far the feed was complete before.
    reached: date | None
    # The very same file was taken in before: its rows are left alone.
    is_known: bool
    # A notice if it counts already, in another feed.
    elsewhere: tuple[tuple[str, str], ...]

    @property
    def is_nothing(self) -> bool:
        """Whether all would be as it is."""
        return not (self.new or self.changed or self.moves_through)


def import_activity(
    transactions: Transactions, stream: BinaryIO, options: Options, *, now: datetime
) -> Imported:
    """Take in a file of what customers did later.

    Raises:
        ImportRefusedError: with every problem; then nothing was written.
        ImportOvertakenError: another import, or somebody at the log, was quicker.

    """
    with transactions.reading() as session:
        plan = _planned(session, stream, options, now=now)
        rows = (*plan.new, *plan.changed)
        foreseen = outcomes_changed(session, plan.checked, rows) if options.dry_run else 0
        moved = figures.foresee(session, options.feed, plan.through) if plan.moves_through else None
        told = replace(_told(plan, options), outcomes=foreseen, figures=moved)
        if options.dry_run:
            seen = preview_visits.of_activity(session, plan.checked, plan.changed)
            return replace(told, preview=seen)
    if plan.is_nothing:
        return told
    import_id, changed = _write(transactions, plan, options, now=now)
    return replace(told, import_id=import_id, outcomes=changed)


def _told(plan: _Plan, options: Options) -> Imported:
    return Imported(
        kind=KIND,
        feed=options.feed,
        new=len(plan.new),
        corrected=len(plan.changed),
        unchanged=len(plan.checked.rows) - len(plan.new) - len(plan.changed),
        without_customer=plan.checked.without_customer,
        customers=len(plan.unknown),
        through=plan.through,
        through_stated=plan.through_stated,
        moved_through=plan.moves_through,
        reached=plan.reached,
        was_known=plan.is_known and not plan.new,
        notices=plan.elsewhere,
        dry_run=options.dry_run,
    )


def _planned(session: Session, stream: BinaryIO, options: Options, *, now: datetime) -> _Plan:
    problems = Problems()
    checked = activity_rows.read(session, stream, problems, options=options, now=now)
    known = runs.known_file(session, KIND, options.feed, checked.sha256)
    is_known = known is not None and not options.correct
    # Of a file that was taken in before, only what was taken back since is new.
    new = list(checked.new)
    changed = [] if is_known else list(checked.changed)
    for row in changed:
        if options.forbids(checked.known[row.external_id].site_id):
            problems.add(row.line, "external_id", row.external_id, "not_your_row")
        elif not options.correct:
            problems.add(row.line, "external_id", row.external_id, "other_content")
    if not (checked.rows or checked.without_customer or options.through or problems.count):
        problems.add(0, "", "", "no_rows")
    feed = session.get(Feed, options.feed)
    _check_through(session, feed, options, problems, now=now)
    latest = checked.latest if options.moves_through and (new or not is_known) else ""
    said = _said(session, latest, options)
    through, stated = _through(feed, said)
    if not problems.count:
        held_back.check_activity(session, options, through, problems)
    problems.refuse_any()
    references = dict.fromkeys(row.customer_ref for row in (*new, *changed))
    return _Plan(
        checked=checked,
        new=new,
        changed=changed,
        unknown=[one for one in references if one not in checked.customer_ids],
        through=through,
        through_stated=stated,
        moves_through=through is not None
        and (feed is None or (feed.through, feed.through_stated) != (through, stated)),
        is_known=is_known,
        elsewhere=runs.same_file_elsewhere(session, KIND, options.feed, checked.sha256),
        said=said,
        reached=None if feed is None else feed.through,
    )


def _write(
    transactions: Transactions, plan: _Plan, options: Options, *, now: datetime
) -> tuple[int, int]:
    """Stage the rows, then make them visible with everything that follows from them.

    Returns:
        the import's number, and how many outcomes changed.

    """
    import_id = runs.begin_run(transactions, now=now)
    arrivals = new_customers.arrivals(plan.unknown, since={})
    ids = new_customers.stage(transactions, arrivals, import_id)
    arrived = {one.detail.reference or "": ids[one.pseudonym] for one in arrivals}
    customer_ids = {**plan.checked.customer_ids, **arrived}
    _stage(transactions, _stored_rows(plan, customer_ids, options.feed, import_id), plan, options)
    # Hashed before the last transaction, for which others wait: nobody else touches these rows.
    with transactions.reading() as session:
        on, stated = plan.said
        told = replace(_told(plan, options), through=on, through_stated=stated)
        file = runs.file_row(session, told, plan.checked.sha256, import_id, now=now)
    rows = (*plan.new, *plan.changed)
    before = {plan.checked.known[row.external_id].customer_id for row in plan.changed}
    touched = before | {customer_ids[row.customer_ref] for row in rows}
    with runs.overtaken_if_taken(), transactions.writing() as session:
        new_customers.add_details(session, arrivals, ids)
        taking = plan.checked.taking({row.customer_ref for row in rows})
        known_customers.take_references(session, taking, actor=options.actor, now=now)
        runs.make_visible(session, file, import_id, actor=options.actor, now=now)
        if plan.through is not None:
            activity.state_through(
                session, options.feed, plan.through, is_stated=plan.through_stated
            )
        return import_id, outcomes.recompute(session, touched)


def _said(session: Session, latest: str, options: Options) -> tuple[date | None, bool]:
    """Return until when the feed is complete by this file alone, and whether somebody said so."""
    if options.through is not None:
        return options.through, True
    if not latest:
        return None, False
    return sites.company_calendar(session).business_date(clock.from_text(latest)), False


def _through(feed: Feed | None, said: tuple[date | None, bool]) -> tuple[date | None, bool]:
    """Return until when the feed is complete after this file: as `activity.recomputed_feeds`."""
    on, stated = said
    if on is not None and (stated or feed is None or on > feed.through):
        return said
    return (None, False) if feed is None else (feed.through, feed.through_stated)


def _check_through(
    session: Session, feed: Feed | None, options: Options, problems: Problems, *, now: datetime
) -> None:
    stated = options.through
    if stated is None:
        return
    if stated > sites.company_calendar(session).business_date(now):
        problems.add(0, "through", stated.isoformat(), "in_future")
    if not options.moves_through:
        problems.add(0, "through", stated.isoformat(), "not_your_through")
    if feed is not None and stated < feed.through and not options.correct:
        problems.add(0, "through", stated.isoformat(), "through_back", feed.through.isoformat())


def _stored_rows(
    plan: _Plan, customer_ids: Mapping[str, int], feed: str, import_id: int
) -> Iterator[Mapping[str, Stored]]:
    for row in (*plan.new, *plan.changed):
        before = plan.checked.known.get(row.external_id)
        yield {
            "import_id": import_id,
            "feed": feed,
            "external_id": row.external_id,
            "revision": before.revision + 1 if before else 1,
            "replaces_id": before.id if before else None,
            "customer_id": customer_ids[row.customer_ref],
            "site_id": row.site_id,
            "occurred_at": row.occurred_at,
            "kind": row.kind,
            "amount_minor": row.amount_minor,
            "currency": row.currency,
        }


def _stage(
    transactions: Transactions,
    rows: Iterator[Mapping[str, Stored]],
    plan: _Plan,
    options: Options,
) -> None:
    done, total = 0, len(plan.new) + len(plan.changed)
    for batch in batched(rows, runs.BATCH):
        with transactions.writing() as session:
            _INSERT.run_many(Driver(session), batch)
        done += len(batch)
        options.progress(done, total)


_INSERT = Prepared(
    insert(Activity)
    .values(
        {
            name: bindparam(name)
            for name in (
                "import_id",
                "feed",
                "external_id",
                "revision",
                "replaces_id",
                "customer_id",
                "site_id",
                "occurred_at",
                "kind",
                "amount_minor",
                "currency",
            )
        }
    )
    .inline()
)
