"""The asks that wait for somebody who may leave: who is asked instead, and which nobody could."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import answerers, ask_states
from ledger.core.answerers import SiteLine
from ledger.core.tables import Ask, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AsksLeft:
    """How many asks wait for somebody; without them `names` are asked, and `by_nobody` by none."""

    count: int
    names: tuple[str, ...]
    by_nobody: int


NONE = AsksLeft(count=0, names=(), by_nobody=0)


def asks_left_by(
    session: Session, person: Person, *, now: datetime, site_id: int | None = None
) -> AsksLeft:
    """Return the asks that wait for a person now, and who is asked once they are gone.

    With a site: the asks there alone. What they handed over, or was handed to them, ends with them.
    """
    site_ids = answerers.site_ids_of(session, person, now=now)
    if site_id is not None:
        site_ids &= {site_id}
    if not site_ids:
        return NONE
    query = select(Ask).where(
        col(Ask.site_id).in_(sorted(site_ids)),
        col(Ask.expires_at) > now,
        ask_states.is_unanswered(),
    )
    waiting = session.scalars(query.order_by(col(Ask.id))).all()
    lines = {
        one: answerers.line_at(session, one, now=now) for one in {ask.site_id for ask in waiting}
    }
    left = {one: _without(line, person.id) for one, line in lines.items()}
    return _left(waiting, person, lines, left)


def _left(
    waiting: Collection[Ask],
    person: Person,
    lines: Mapping[int, SiteLine],
    left: Mapping[int, SiteLine],
) -> AsksLeft:
    count, by_nobody, names = 0, 0, set[str]()
    for ask in waiting:
        asked = answerers.asked_of(ask)
        if all(one.person.id != person.id for one in lines[ask.site_id].of(asked)):
            continue
        count += 1
        others = left[ask.site_id].of(asked)
        by_nobody += not others
        names.update(one.person.name for one in others if one.turn == others[0].turn)
    return AsksLeft(count=count, names=tuple(sorted(names)), by_nobody=by_nobody)


def _without(line: SiteLine, person_id: int) -> SiteLine:
    """Return who answers at a site when this person does not, and stands in for nobody."""
    return replace(
        line,
        leads=[one for one in line.leads if one.id != person_id],
        people={key: one for key, one in line.people.items() if key != person_id},
        handed_over={
            giver: to for giver, to in line.handed_over.items() if person_id not in (giver, to)
        },
    )
