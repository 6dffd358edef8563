"""What a list shows of a decision, as columns under the names of `ListedDecision`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from ledger.core import ways
from ledger.core.tables import Decision, Person, Reason, Remedy, Review, Site

NEWEST_FIRST = (
    col(Decision.business_date).desc(),
    col(Decision.decided_at).desc(),
    col(Decision.id).desc(),
)
# The other side of a void with a replacement; a corrected import is told by its source.
_FIRST, _LATER = aliased(Decision), aliased(Decision)
SHOWN: Sequence[Any] = (
    col(Decision.uid),
    col(Decision.business_date),
    col(Decision.decided_at),
    col(Decision.zone),
    col(Site.name).label("site"),
    col(Person.name).label("person"),
    col(Decision.customer_id).is_(None).label("is_walk_in"),
    col(Remedy.name).label("remedy"),
    col(Reason.name).label("reason"),
    col(Decision.amount_minor),
    col(Decision.currency),
    col(Decision.source),
    ways.way().label("way"),
    exists().where(col(Review.decision_id) == col(Decision.id)).label("is_read"),
    select(col(_FIRST.uid))
    .where(col(_FIRST.id) == col(Decision.replaces_id), col(Decision.source) != "imported")
    .scalar_subquery()
    .label("replaces"),
    select(col(_LATER.uid))
    .where(col(_LATER.replaces_id) == col(Decision.id), col(_LATER.source) != "imported")
    .scalar_subquery()
    .label("replaced_by"),
)
