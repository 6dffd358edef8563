"""What the journal says of how asks go at sites: each change with what was so before."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.ask_rules import FIRST_TURN, ON_TIMEOUT, Rule
from ledger.core.tables import Journal, Person, Site

KINDS = ("ask_rule.changed", "answer_turns.changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsksChange:
    """One journal row of how asks go at a site, whose money is in `currency`.

    `before` and `after` are the same where only turns changed. `turns` are names, each with the
    turn before and the new one; None is somebody whose details were erased.
    """

    seq: int
    kind: str
    at: datetime
    actor: str
    site_id: int
    currency: str
    before: Rule
    after: Rule
    turns: Sequence[tuple[str | None, int, int]]


def asks_changes(session: Session) -> Mapping[int, AsksChange]:
    """Return every change of how asks go, at any site, by the number of its row, oldest first.

    A row that cannot be read any more is left out.
    """
    query = select(Journal).where(col(Journal.kind).in_(KINDS)).order_by(col(Journal.seq))
    rows = session.scalars(query).all()
    if not rows:
        return {}
    sites = session.execute(select(col(Site.id), col(Site.currency)))
    currencies = {row[0]: row[1] for row in sites}
    people = session.execute(select(col(Person.id), col(Person.name)))
    names = {row[0]: row[1] for row in people}
    rules: dict[int, Rule] = {}
    turns: dict[tuple[int, int], int] = {}
    found = {}
    for row in rows:
        said = list(_said(row.content))
        site_id: int = said[0]["site_id"] if said else 0
        if site_id not in currencies:
            continue
        before = rules.get(site_id, Rule())
        moved = []
        for one in said:
            if "turn" not in one:
                rules[site_id] = _rule(one) or before
                continue
            key = (site_id, one["person_id"])
            moved.append((names.get(one["person_id"]), turns.get(key, FIRST_TURN), one["turn"]))
            turns[key] = one["turn"]
        found[row.seq] = AsksChange(
            seq=row.seq,
            kind=row.kind,
            at=row.at,
            actor=row.actor,
            site_id=site_id,
            currency=currencies[site_id],
            before=before,
            after=rules.get(site_id, before),
            turns=moved,
        )
    return found


def _said(content: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of rules and turns in a content, as far as they can be read."""
    try:
        tables = json.loads(content)["rows"]
        rows = [*tables.get("ask_rule", ()), *tables.get("answer_turn", ())]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return
    for row in rows:
        if not isinstance(row, dict) or type(row.get("site_id")) is not int:
            continue
        if "turn" not in row or (type(row["turn"]) is int and type(row.get("person_id")) is int):
            yield row


def _rule(row: Mapping[str, Any]) -> Rule | None:
    """Return the rule that a row of the journal says; None where it says none."""
    said: dict[str, Any] = {field.name: row.get(field.name) for field in fields(Rule)}
    amounts = [value for name, value in said.items() if name != "on_timeout"]
    if said["on_timeout"] not in ON_TIMEOUT or any(type(value) is not int for value in amounts):
        return None
    return Rule(**said)
