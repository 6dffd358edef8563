"""Who may answer an ask at a site: those who lead it, in turn, and who stands in for them today."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import (
    ask_rules,
    people,
    same_human,
    signing_in,
    sites,
    stand_ins,
    work_places,
)
from ledger.core.ask_rules import FIRST_TURN, Rule
from ledger.core.leads import ANSWERING, leading
from ledger.core.permissions import Action, may
from ledger.core.tables import Ask, Person, SignIn

# Who was seen within this is near: they will most likely see an ask at once.
NEAR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """As whom somebody answers: up to how much, in minor units, and in whose place, if so."""

    ceiling_minor: int
    for_person_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, as far as it decides who is asked: by whom, where, how much and when."""

    person_id: int
    site_id: int
    amount_minor: int
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """Somebody who could approve an ask, from when they are asked, and whether they are about.

    `for_person` is in whose place. `last_seen_at` is None when they are signed in nowhere.
    """

    person: Person
    for_person: Person | None
    ceiling_minor: int
    turn: int
    asked_at: datetime
    is_asked: bool
    last_seen_at: datetime | None
    is_near: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """Who answers at a site now, read once for all of the asks that wait there.

    `leads` are those who answer of their own accord; `handed_over` is by the givers' ids; `people`
    has everybody who is named here and could answer, by id.
    """

    now: datetime
    rule: Rule
    turns: Mapping[int, int]
    leads: Sequence[Person]
    people: Mapping[int, Person]
    handed_over: Mapping[int, int]
    records: Mapping[int, frozenset[int]]
    seen: Mapping[int, datetime]

    def of(self, asked: Asked) -> Sequence[Answerer]:
        """Return everybody who could approve this, as `answerers` does."""
        own = self.records.get(asked.person_id, frozenset({asked.person_id}))
        found: dict[int, tuple[int, Person | None]] = {}
        for lead in self.leads:
            if lead.id in own:
                continue
            who = self._who_answers_for(lead, asked, own)
            if who is None:
                continue
            turn = self.turns.get(lead.id, FIRST_TURN)
            for_person = None if who.id == lead.id or self._leads(who) else lead
            known = found.get(who.id)
            if known is None or turn < known[0]:
                found[who.id] = (turn, for_person)
        return self._in_turn(found, asked)

    def standing_of(self, person: Person, *, asker_id: int) -> Standing | None:
        """Return as whom a person may answer somebody's asks here, as `standing` does.

        That their role may answer, and that they work here, is for the caller to know.
        """
        leads = {lead.id for lead in self.leads}
        if person.id not in leads:
            leads -= self.records.get(asker_id, frozenset({asker_id}))
        return _standing(person, leads, self.handed_over)

    def _who_answers_for(self, lead: Person, asked: Asked, own: Collection[int]) -> Person | None:
        """Return who is asked instead of a lead, or the lead, or None if neither could approve it.

        The last one to whom it was handed on comes first. Where none of them could approve this,
        the lead is asked although they are away: nobody else would be.
        """
        reached = stand_ins.reaches(self.handed_over, lead.id)
        standing_in = (self.people.get(one) for one in reversed(reached))
        for one in (*standing_in, lead):
            if one is not None and one.id not in own and ceiling_of(one) >= asked.amount_minor:
                return one
        return None

    def _leads(self, person: Person) -> bool:
        return any(lead.id == person.id for lead in self.leads)

    def _in_turn(
        self, found: Mapping[int, tuple[int, Person | None]], asked: Asked
    ) -> Sequence[Answerer]:
        """Return those found, one turn after the other, and those who are near first."""
        turns = sorted({turn for turn, _ in found.values()})
        made = []
        for person_id, (turn, for_person) in found.items():
            person, seen_at = self.people[person_id], self.seen.get(person_id)
            asked_at = asked.made_at + turns.index(turn) * self.rule.next_after
            made.append(
                Answerer(
                    person=person,
                    for_person=for_person,
                    ceiling_minor=ceiling_of(person),
                    turn=turn,
                    asked_at=asked_at,
                    # It may have been made where the clock is ahead of this machine's.
                    is_asked=asked_at <= max(self.now, asked.made_at),
                    last_seen_at=seen_at,
                    is_near=seen_at is not None and self.now - seen_at <= NEAR,
                )
            )
        return sorted(
            made, key=lambda one: (one.turn, not one.is_near, one.person.name, one.person.id)
        )


def asked_of(ask: Ask) -> Asked:
    """Return what of an ask decides who is asked."""
    return Asked(
        person_id=ask.person_id,
        site_id=ask.site_id,
        amount_minor=ask.amount_minor,
        made_at=ask.made_at,
    )


def answerers(session: Session, asked: Asked, *, now: datetime) -> Sequence[Answerer]:
    """Return everybody who could approve an ask in full, in the order in which they are asked.

    Those with the lowest turn are asked when it is made, the next ones `next_after` later, and so
    on; among those with one turn who is near comes first. The asker is never among them, nor
    another record of the same human. Who has handed over is left out, and who stands in for them
    is there, bound by their own ceiling.
    """
    return line_at(session, asked.site_id, now=now).of(asked)


def line_at(session: Session, site_id: int, *, now: datetime) -> SiteLine:
    """Return who answers at a site now, to be asked about as many asks as there are."""
    on = sites.calendar_of(session, site_id).business_date(now)
    leads = leading(session, site_id=site_id, on=on, now=now)
    handed_over = stand_ins.in_force(session, on=on)
    ids = {one.id for one in leads}
    for lead in leads:
        ids.update(stand_ins.reaches(handed_over, lead.id))
    everybody = {one.id: one for one in (*leads, *_able(session, ids, now=now))}
    return SiteLine(
        now=now,
        rule=ask_rules.rule_of(session, site_id),
        turns=ask_rules.turns_at(session, site_id),
        leads=leads,
        people=everybody,
        handed_over=handed_over,
        records=same_human.all_records(session),
        seen=_seen(session, everybody, now=now),
    )


def standing(
    session: Session, person: Person, *, site_id: int, now: datetime, asker_id: int | None = None
) -> Standing | None:
    """Return as whom a person may answer the asks of a site now; None is not at all.

    They may for themselves where they work that day, also when they have handed over: they are
    not asked then, and may answer. Elsewhere they may in the place of somebody who works there and
    has handed over to them. With an asker: nobody stands in for them for their own ask.
    """
    if not (may(person.role, Action.ANSWER_ASKS) and people.works_here(person, now=now)):
        return None
    on = sites.calendar_of(session, site_id).business_date(now)
    leads = {one.id for one in leading(session, site_id=site_id, on=on, now=now)}
    if person.id not in leads and asker_id is not None:
        leads -= same_human.records_of(session, asker_id)
    return _standing(person, leads, stand_ins.in_force(session, on=on))


def _standing(
    person: Person, leads: Collection[int], handed_over: Mapping[int, int]
) -> Standing | None:
    """Return as whom somebody answers beside those who lead a site and could hand over to them."""
    ceiling = ceiling_of(person)
    if person.id in leads:
        return Standing(ceiling_minor=ceiling, for_person_id=None)
    givers = sorted(one for one in leads if person.id in stand_ins.reaches(handed_over, one))
    return Standing(ceiling_minor=ceiling, for_person_id=givers[0]) if givers else None


def site_ids_of(session: Session, person: Person, *, now: datetime) -> frozenset[int]:
    """Return the open sites whose asks a person may answer now: their own, and those in trust."""
    if not (may(person.role, Action.ANSWER_ASKS) and people.works_here(person, now=now)):
        return frozenset()
    own = {site.id for site in work_places.open_sites_now(session, person, now=now)}
    givers = stand_ins.givers_around(session, person.id, now=now)
    if not givers:
        return frozenset(own)
    others = {
        site.id
        for giver in session.scalars(select(Person).where(col(Person.id).in_(sorted(givers))))
        for site in work_places.open_sites_now(session, giver, now=now)
    }
    in_trust = {
        site_id
        for site_id in others - own
        if standing(session, person, site_id=site_id, now=now) is not None
    }
    return frozenset(own | in_trust)


def ceiling_of(person: Person) -> int:
    """Return the most that somebody may approve, in minor units of whatever currency.

    Unless an administrator set it, it is as much as they may set as a limit.
    """
    if person.approval_ceiling_minor is None:
        return person.ceiling_minor
    return person.approval_ceiling_minor


def _able(session: Session, ids: Collection[int], *, now: datetime) -> Iterator[Person]:
    """Yield who of these could answer for somebody: their role may, and they work here."""
    query = select(Person).where(
        col(Person.id).in_(sorted(ids)),
        col(Person.role).in_(ANSWERING),
        people.are_here(now=now),
    )
    yield from session.scalars(query)


def _seen(session: Session, ids: Collection[int], *, now: datetime) -> Mapping[int, datetime]:
    """Return when these people were last seen where they are signed in now."""
    query = (
        select(col(SignIn.person_id), func.max(col(SignIn.last_seen_at)))
        .where(col(SignIn.person_id).in_(sorted(ids)), signing_in.is_open(now=now))
        .group_by(col(SignIn.person_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}
