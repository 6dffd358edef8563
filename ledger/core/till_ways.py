"""Ways of giving that a remedy here and an entry at the till can agree on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, literal_column, select
from sqlmodel import Session, col

from ledger.core import standing
from ledger.core.tables import Decision, Remedy, TillEntry

# All other remedies are goods or a price taken off: tills ring either up as the other.
REFUND, CREDIT, GOODS = "refund", "credit", "goods"
_WORDS = {"refund": REFUND, "credit": CREDIT, "voucher": CREDIT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Which remedies are given in which way; the worthless have nothing to do with the till."""

    worthless: Sequence[int]
    by_way: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, session: Session) -> "Ways":
        """Read the remedies."""
        by_way: dict[str, list[int]] = {REFUND: [], CREDIT: []}
        worthless = []
        for key, kind, nothing in session.execute(
            select(col(Remedy.id), col(Remedy.kind), col(Remedy.worthless))
        ):
            if nothing:
                worthless.append(key)
                continue
            way = next((_WORDS[word] for word in kind.split("_") if word in _WORDS), GOODS)
            by_way.setdefault(way, []).append(key)
        return cls(worthless=worthless, by_way=by_way)

    def of_decision(self) -> ColumnElement[str]:
        """Return in which way a decision gives."""
        return case(
            (col(Decision.remedy_id).in_(self.by_way[REFUND]), literal_column(f"'{REFUND}'")),
            (col(Decision.remedy_id).in_(self.by_way[CREDIT]), literal_column(f"'{CREDIT}'")),
            else_=literal_column(f"'{GOODS}'"),
        )

    def is_compared(self) -> ColumnElement[bool]:
        """Return the condition that a decision was to be rung up at a till."""
        return and_(standing.is_last_word(), col(Decision.remedy_id).not_in(self.worthless))


def way_of_entry() -> ColumnElement[str]:
    """Return in which way an entry of the till gives; of a void "void"."""
    return case(
        (col(TillEntry.kind).in_(("discount", "free_item")), literal_column(f"'{GOODS}'")),
        else_=col(TillEntry.kind),
    )
