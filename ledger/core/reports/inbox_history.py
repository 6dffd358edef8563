"""The asks of one's sites, those that are over too: a thread a line, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import sites
from ledger.core.ask_rules import PERMISSION_LASTS
from ledger.core.ask_states import PERMISSIONS
from ledger.core.errors import NotFoundError
from ledger.core.reports.ask_waiting import REPLACED
from ledger.core.reports.inbox_threads import Version, threads
from ledger.core.reports.scope import sites_in_sight
from ledger.core.tables import Ask, AskAnswer, Decision, Person, Reason, Remedy, Site

ON_A_PAGE = 50
MOST_CHOICES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFilter:
    """Which asks are wanted; None means "all of them". Both days are included.

    `state` is a name of `ask_states`, of the thread's last version; "given_unanswered" is of those
    given that a time-out allowed, and "given" of the others.
    """

    site_id: int | None = None
    person_id: int | None = None
    state: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedThread:
    """A thread with what its last version asks for; `decision_uid` is what came of it, if any."""

    uid: str
    site: str
    person: str
    remedy: str
    reason: str
    versions: Sequence[Version]
    decision_uid: str | None

    @property
    def last(self) -> Version:
        """Return the last version."""
        return self.versions[-1]

    @property
    def waited(self) -> timedelta | None:
        """How long the customer waited for the last answer, or until time was up; None: they wait.

        A version that was changed while it waited is the same wait, as in `ask_waiting`.
        """
        if self.last.waited is None:
            return None
        ended_at, since = self.last.ask.made_at + self.last.waited, self.last.ask.made_at
        for version in reversed(self.versions[:-1]):
            if version.answer is None or version.answer.row.kind != REPLACED:
                break
            since = version.ask.made_at
        return ended_at - since


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """One page of threads, the newest first; pages count from 1, `count` is over all of them."""

    rows: Sequence[ListedThread]
    count: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskChoices:
    """What the list can be filtered by: one's sites, and who has asked there."""

    sites: Sequence[Site]
    people: Sequence[tuple[int, str]]


def asks_visible_to(
    session: Session, person: Person, wanted: AskFilter, *, page: int = 1, now: datetime
) -> ThreadPage:
    """Return one page of the asks of the person's sites that the filter leaves."""
    seen = [site.id for site in _in_sight(session, person, now=now)]
    chosen = _chosen(wanted, seen, now=now)
    count = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-count // ON_A_PAGE))
    page = min(max(page, 1), pages)
    newest = chosen.order_by(col(Ask.made_at).desc(), col(Ask.id).desc())
    shown = newest.limit(ON_A_PAGE).offset((page - 1) * ON_A_PAGE)
    return ThreadPage(rows=_listed(session, shown, now=now), count=count, page=page, pages=pages)


def thread_visible_to(
    session: Session, person: Person, thread_uid: str, *, now: datetime
) -> ListedThread:
    """Return one thread of the person's sites.

    Raises:
        NotFoundError: if there is none, or it is not theirs to see.

    """
    seen = [site.id for site in _in_sight(session, person, now=now)]
    chosen = _chosen(AskFilter(), seen, now=now).where(col(Ask.thread_uid) == thread_uid)
    found = _listed(session, chosen, now=now)
    if not found:
        raise NotFoundError("ask", thread_uid)
    return found[0]


def choices(session: Session, person: Person, *, now: datetime) -> AskChoices:
    """Return what this person can filter asks by."""
    seen = _in_sight(session, person, now=now)
    has_asked = exists().where(
        col(Ask.person_id) == col(Person.id), col(Ask.site_id).in_([site.id for site in seen])
    )
    people = select(col(Person.id), col(Person.name)).where(has_asked)
    named = people.order_by(col(Person.name), col(Person.id)).limit(MOST_CHOICES)
    return AskChoices(sites=seen, people=[(row[0], row[1]) for row in session.execute(named)])


def _in_sight(session: Session, person: Person, *, now: datetime) -> Sequence[Site]:
    on = sites.company_calendar(session).business_date(now)
    return sites_in_sight(session, person, on=on)


def _chosen(wanted: AskFilter, site_ids: Sequence[int], *, now: datetime) -> Select[Any]:
    """Select the ids of the last versions that are wanted."""
    later, answer, end = aliased(Ask), aliased(AskAnswer), aliased(AskAnswer)
    query = (
        select(col(Ask.id))
        .outerjoin(answer, and_(col(answer.ask_id) == col(Ask.id), col(answer.step) == 1))
        .outerjoin(end, and_(col(end.ask_id) == col(Ask.id), col(end.step) == 2))  # noqa: PLR2004  # step 2
        .where(
            col(Ask.site_id).in_([one for one in site_ids if wanted.site_id in (None, one)]),
            ~exists().where(col(later.previous_id) == col(Ask.id)),
        )
    )
    if wanted.person_id is not None:
        query = query.where(col(Ask.person_id) == wanted.person_id)
    if wanted.since is not None:
        query = query.where(col(Ask.business_date) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(Ask.business_date) <= wanted.until)
    if wanted.state is not None:
        query = query.where(_state(answer, end, now=now) == wanted.state)
    return query


def _state(answer: Any, end: Any, *, now: datetime) -> ColumnElement[str]:  # noqa: ANN401 - aliases of a table
    """Return the state of an ask as a column, as `ask_states.state` and the filter name it."""
    return case(
        (and_(col(end.kind) == "given", col(answer.kind) == "allowed"), "given_unanswered"),
        (col(end.kind).is_not(None), col(end.kind)),
        (col(answer.kind).not_in(PERMISSIONS), col(answer.kind)),
        (col(answer.lapses_at) > now, col(answer.kind)),
        (col(answer.kind).is_not(None), "lapsed"),
        (col(Ask.expires_at) > now, "waiting"),
        (col(Ask.timeout_allows) == 0, "expired"),
        (col(Ask.expires_at) > now - PERMISSION_LASTS, "allowed"),
        else_="lapsed",
    )


def _listed(session: Session, shown: Select[Any], *, now: datetime) -> Sequence[ListedThread]:
    columns: Sequence[Any] = (
        col(Ask.thread_uid),
        col(Site.name),
        col(Person.name),
        col(Remedy.name),
        col(Reason.name),
        col(Decision.uid),
    )
    # A correction at once is another decision of the same ask: the last one is what came of it.
    last = (
        select(func.max(col(Decision.id)))
        .where(col(Decision.ask_id) == col(Ask.id))
        .correlate(Ask)
        .scalar_subquery()
    )
    ids = session.scalars(shown).all()
    query = (
        select(*columns)
        .select_from(Ask)
        .join(Site, col(Site.id) == col(Ask.site_id))
        .join(Person, col(Person.id) == col(Ask.person_id))
        .join(Remedy, col(Remedy.id) == col(Ask.remedy_id))
        .join(Reason, col(Reason.id) == col(Ask.reason_id))
        .outerjoin(Decision, col(Decision.id) == last)
        .where(col(Ask.id).in_(ids))
        .order_by(col(Ask.made_at).desc(), col(Ask.id).desc())
    )
    rows = session.execute(query).all()
    whole = threads(session, [row[0] for row in rows], now=now)
    return [
        ListedThread(
            uid=row[0],
            site=row[1],
            person=row[2],
            remedy=row[3],
            reason=row[4],
            versions=whole[row[0]],
            decision_uid=row[5],
        )
        for row in rows
    ]
