"""Recognitions in a list, and whom one may thank. No amounts, no customers, nobody in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import sites
from ledger.core.exports import recognition_rows
from ledger.core.permissions import Action, Role, may
from ledger.core.tables import (
    Decision,
    Person,
    PersonSite,
    Reason,
    Recognition,
    Remedy,
    Site,
    Void,
    Words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which recognitions are asked for: of these days, both included, and of one site or all."""

    start: date
    end: date
    site_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A recognition in a list; `words` is None once they were erased.

    `sent_in` is the number of the export that has it, told only to those who may export.
    """

    uid: str
    person_uid: str
    person_name: str
    site_name: str
    event_date: date
    event_type: str
    words: str | None
    given_by: str
    is_void: bool
    sent_in: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody whom one may thank, at one of the sites where they work."""

    person_id: int
    person_uid: str
    name: str
    site_id: int
    site_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionShown:
    """A decision as somebody sees it who gives thanks for it: no amount and no customer."""

    decision_id: int
    uid: str
    person_id: int
    person_name: str
    site_id: int
    site_name: str
    business_date: date
    remedy: str
    reason: str


def recognitions_visible_to(
    session: Session, person: Person, wanted: Wanted, *, on: date, count: int = 200
) -> Sequence[Listed]:
    """Return the recognitions that this person may see, latest first, at most `count`.

    HR sees all sites, everybody else the sites where they work on this business date.
    """
    giver = aliased(Person)
    query = (
        select(
            Recognition,
            Person,
            col(giver.name),
            col(Site.name),
            col(Words.body),
            col(Void.journal_seq),
        )
        .join(Person, col(Person.id) == col(Recognition.person_id))
        .join(giver, col(giver.id) == col(Recognition.given_by_id))
        .join(Site, col(Site.id) == col(Recognition.site_id))
        .outerjoin(Words, col(Words.subject) == "recognition:" + col(Recognition.uid))
        .outerjoin(Void, col(Void.decision_id) == col(Recognition.decision_id))
        .where(
            col(Recognition.event_date) >= wanted.start,
            col(Recognition.event_date) <= wanted.end,
            col(Site.id).in_([site.id for site in sites_seen_by(session, person, on=on)]),
        )
        .order_by(col(Recognition.event_date).desc(), col(Recognition.id).desc())
        .limit(count)
    )
    if wanted.site_id is not None:
        query = query.where(col(Recognition.site_id) == wanted.site_id)
    past = recognition_rows.past_exports(session) if _exports(person) else ()
    return [
        Listed(
            uid=given.uid,
            person_uid=thanked.uid,
            person_name=thanked.name,
            site_name=site_name,
            event_date=given.event_date,
            event_type=given.event_type,
            words=words,
            given_by=given_by,
            is_void=void_seq is not None,
            sent_in=recognition_rows.sent_in(
                given.uid, given.event_date, given.journal_seq, void_seq, past
            ).new_in,
        )
        for given, thanked, given_by, site_name, words, void_seq in session.execute(query)
    ]


def sites_seen_by(session: Session, person: Person, *, on: date) -> Sequence[Site]:
    """Return the sites whose recognitions this person may see, by name."""
    if _exports(person):
        return sites.all_sites(session)
    return sites.sites_of(session, person, on=on)


def colleagues_to_thank(
    session: Session, giver: Person, *, on: date, count: int = 500
) -> Sequence[Colleague]:
    """Return whom this giver may thank on a business date, by name: those of their own sites."""
    deciding = [role for role in Role if may(role, Action.RECORD_DECISION)]
    query = (
        select(Person, Site)
        .join(PersonSite, col(PersonSite.person_id) == col(Person.id))
        .join(Site, col(Site.id) == col(PersonSite.site_id))
        .where(
            col(Site.id).in_(sites.site_ids_of(session, giver, on=on)),
            col(PersonSite.from_date) <= on,
            col(PersonSite.until).is_(None) | (col(PersonSite.until) >= on),
            col(Person.active) == 1,
            col(Person.role).in_(deciding),
            col(Person.id) != giver.id,
        )
        .order_by(col(Person.name), col(Person.id), col(Site.name))
        .limit(count)
    )
    return [
        Colleague(
            person_id=person.id,
            person_uid=person.uid,
            name=person.name,
            site_id=site.id,
            site_name=site.name,
        )
        for person, site in session.execute(query)
    ]


def decision_shown(session: Session, decision: Decision) -> DecisionShown:
    """Return what a giver of thanks sees of a decision."""
    query = (
        select(col(Person.name), col(Site.name), col(Remedy.name), col(Reason.name))
        .select_from(Decision)
        .join(Person, col(Person.id) == col(Decision.person_id))
        .join(Site, col(Site.id) == col(Decision.site_id))
        .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
        .join(Reason, col(Reason.id) == col(Decision.reason_id))
        .where(col(Decision.id) == decision.id)
    )
    person_name, site_name, remedy, reason = session.execute(query).one()
    return DecisionShown(
        decision_id=decision.id,
        uid=decision.uid,
        person_id=decision.person_id,
        person_name=person_name,
        site_id=decision.site_id,
        site_name=site_name,
        business_date=decision.business_date,
        remedy=remedy,
        reason=reason,
    )


def _exports(person: Person) -> bool:
    return may(person.role, Action.EXPORT_RECOGNITIONS)
