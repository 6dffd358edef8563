"""Bands of amounts, as reports group them: bounds in major units, the upper one included."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, case, literal
from sqlmodel import col

from ledger.core import money
from ledger.core.tables import Decision

TOPS = (5, 10, 25, 50, 100)
NOTHING = "0"


def keys() -> Sequence[str]:
    """Return the bands from nothing of value upwards."""
    bounds = (0, *TOPS)
    between = [f"{low}-{high}" for low, high in zip(bounds, TOPS, strict=False)]
    return (NOTHING, *between, f"{TOPS[-1]}+")


def band_column(currencies: Iterable[str]) -> ColumnElement[str]:
    """Return a decision's band as a column; with several currencies it starts with the code."""
    known = sorted(currencies)
    several = len(known) > 1
    choices = []
    for currency in known:
        start = f"{currency} " if several else ""
        choices += [
            (
                and_(col(Decision.currency) == currency, col(Decision.amount_minor) <= top),
                literal(start + key),
            )
            for top, key in zip(_tops_minor(currency), keys(), strict=False)
        ]
        choices.append((col(Decision.currency) == currency, literal(start + keys()[-1])))
    return case(*choices, else_=literal("")) if choices else literal("")


def _tops_minor(currency: str) -> Sequence[int]:
    """Return the upper bounds of the bands, but for the open one, in minor units."""
    unit: int = 10 ** money.decimals(currency)
    return (0, *(top * unit for top in TOPS))
