"""Taking in a file of activity: staged in short transactions, made visible in one.

Others keep recording while a big file comes in. A stopped import leaves rows that no query sees,
and the next one clears them away.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import BinaryIO

from sqlmodel import Session

from ledger.core import activity, clock, outcomes, sites
from ledger.core.imports import (
    activity_known,
    activity_rows,
    figures,
    held_back,
    known_customers,
    new_customers,
    preview_visits,
    runs,
)
from ledger.core.imports.activity_known import Checked
from ledger.core.imports.activity_rows import Came
from ledger.core.imports.activity_staging import Staging
from ledger.core.imports.foreseen import outcomes_changed
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Imported, Options, Transactions
from ledger.core.imports.spool import Spool, spooled
from ledger.core.tables import Feed

KIND = "activity"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A checked file and what it will do."""

    checked: Checked
    # How many rows are new, and those that replace what is known.
    new: int
    changed: Sequence[Came]
    # Of the customers of these rows, and of those whom nobody knows yet.
    references: Collection[str]
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
    noticed: tuple[tuple[str, str], ...]

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
    with spooled(Came) as rows:
        with transactions.reading() as session:
            plan = _planned(session, stream, rows, options, now=now)
            told = _told(session, plan, options)
        if options.dry_run or plan.is_nothing:
            return told
        import_id, changed = _write(transactions, plan, told, options, now=now)
    return replace(told, import_id=import_id, outcomes=changed)


def _told(session: Session, plan: _Plan, options: Options) -> Imported:
    checked, changed = plan.checked, plan.changed
    told = Imported(
        kind=KIND,
        feed=options.feed,
        new=plan.new,
        corrected=len(changed),
        unchanged=len(checked.stands) - plan.new - len(changed),
        without_customer=checked.file.without_customer,
        customers=len(plan.unknown),
        through=plan.through,
        through_stated=plan.through_stated,
        moved_through=plan.moves_through,
        reached=plan.reached,
        was_known=plan.is_known and not plan.new,
        notices=plan.noticed,
        dry_run=options.dry_run,
        outcomes=0,
        figures=figures.foresee(session, options.feed, plan.through)
        if plan.moves_through
        else None,
    )
    if not options.dry_run:
        return told
    return replace(
        told,
        outcomes=outcomes_changed(session, checked, changed),
        preview=preview_visits.of_activity(session, checked, changed),
    )


def _planned(
    session: Session, stream: BinaryIO, rows: Spool[Came], options: Options, *, now: datetime
) -> _Plan:
    problems = Problems()
    file = activity_rows.read(session, stream, rows, problems, options=options, now=now)
    checked = activity_known.compare(session, file, options.feed)
    known = runs.known_file(session, KIND, options.feed, file.sha256)
    is_known = known is not None and not options.correct
    # Of a file that was taken in before, only what was taken back since is new.
    new = checked.stands.count(activity_known.NEW)
    changed = [] if is_known else list(checked.changed)
    for row in changed:
        if options.forbids(checked.known[row.external_id].site_id):
            problems.add(row.line, "external_id", row.external_id, "not_your_row")
        elif not options.correct:
            problems.add(row.line, "external_id", row.external_id, "other_content")
    if not (file.rows or options.through or problems.count):
        problems.add(0, "", "", "no_rows")
    feed = session.get(Feed, options.feed)
    _check_through(session, feed, options, problems, now=now)
    latest = file.latest if options.moves_through and (new or not is_known) else ""
    said = _said(session, latest, options)
    through, stated = _through(feed, said)
    if not problems.count:
        held_back.check_activity(session, options, through, problems)
    problems.refuse_any()
    references = checked.references(changed=bool(changed))
    return _Plan(
        checked=checked,
        new=new,
        changed=changed,
        references=references,
        unknown=[one for one in references if one not in checked.customer_ids],
        through=through,
        through_stated=stated,
        moves_through=through is not None
        and (feed is None or (feed.through, feed.through_stated) != (through, stated)),
        is_known=is_known,
        noticed=(
            *runs.same_file_elsewhere(session, KIND, options.feed, file.sha256),
            *held_back.open_day(session, options.through, now=now),
        ),
        said=said,
        reached=None if feed is None else feed.through,
    )


def _write(
    transactions: Transactions, plan: _Plan, told: Imported, options: Options, *, now: datetime
) -> tuple[int, int]:
    """Stage the rows, then make them visible with everything that follows from them.

    Returns:
        the import's number, and how many outcomes changed.

    """
    import_id = runs.begin_run(transactions, now=now)
    arrivals = new_customers.arrivals(plan.unknown, since={})
    ids = new_customers.stage(transactions, arrivals, import_id)
    arrived = {one.reference: ids[one.pseudonym] for one in arrivals}
    customer_ids = {**plan.checked.customer_ids, **arrived}
    staging = Staging(
        import_id=import_id,
        feed=options.feed,
        customer_ids=customer_ids,
        known=plan.checked.known,
    )
    changed = [list(zip(*plan.changed, strict=True))] if plan.changed else []
    rows = chain(plan.checked.new_columns(), changed)
    sha256 = staging.stage(transactions, rows, plan.new + len(plan.changed), options.progress)
    with transactions.reading() as session:
        on, stated = plan.said
        said = replace(told, through=on, through_stated=stated)
        file = runs.file_row(
            session, said, plan.checked.file.sha256, import_id, now=now, rows_sha256=sha256
        )
    before = {plan.checked.known[row.external_id].customer_id for row in plan.changed}
    touched = before | {customer_ids[one] for one in plan.references}
    with runs.overtaken_if_taken(), transactions.writing() as session:
        new_customers.add_details(session, arrivals, ids)
        taking = plan.checked.taking(plan.references)
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
