"""Bands of amounts, as reports group them: bounds in major units, the upper one included.

Until a company sets its own, a currency has the usual bounds 5, 10, 25, 50 and 100, times the size
of its small money: the power of ten that is nearest to what a US dollar costs in it, which a table
here says. An order of magnitude does for years where a rate does not, and nothing is fetched. Who
has none in the table: without decimals it counts as the yen does; with three decimals its unit is
worth several dollars, as the dinar of Kuwait, and the bounds are fewer of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, case, literal, select
from sqlmodel import Session, col

from ledger.core import money, settings
from ledger.core.errors import BadValueError
from ledger.core.tables import CurrencyBands, Decision, Site, UnmetNeed

TOPS = (5, 10, 25, 50, 100)
# Of currencies whose unit is worth several dollars.
SMALL_TOPS = (2, 4, 10, 20, 40)
_SIZES: Mapping[int, frozenset[str]] = {
    1: frozenset({"JOD", "LYD", "TND"}),
    10: frozenset(
        {"CNY", "CZK", "DKK", "HKD", "MAD", "MXN", "NOK", "SEK", "TWD", "UAH", "UYU", "ZAR"}
    ),
    100: frozenset(
        {
            *("BDT", "DZD", "INR", "ISK", "JPY", "KES", "LKR", "NPR", "PHP", "PKR", "RSD", "RUB"),
            *("THB", "TRY", "VUV", "XPF"),
        }
    ),
    1_000: frozenset(
        {"AMD", "CLP", "CRC", "HUF", "IQD", "KRW", "KZT", "NGN", "RWF", "TZS", "XAF", "XOF"}
    ),
    10_000: frozenset({"COP", "GNF", "IDR", "KHR", "LAK", "PYG", "UGX", "UZS", "VND"}),
    100_000: frozenset({"IRR", "LBP"}),
}
_SIZE_OF = {currency: size for size, found in _SIZES.items() for currency in found}
_YEN_SIZE = 100
_DINAR_DECIMALS = 3
NOTHING = "0"
MOST_TOPS = 8

Tops = Sequence[int]


def tops(session: Session, currencies: Iterable[str]) -> Mapping[str, Tops]:
    """Return the upper bounds of the bands of these currencies, in whole major units, rising.

    Those that the company has set, else the usual ones.
    """
    rows = session.scalars(select(CurrencyBands))
    said = {row.currency: _read(row.tops) for row in rows}
    return {currency: said.get(currency) or usual(currency) for currency in sorted(currencies)}


def usual(currency: str) -> Tops:
    """Return the upper bounds of a currency for which the company has set none."""
    decimals = money.decimals(currency)
    if currency not in _SIZE_OF and decimals == _DINAR_DECIMALS:
        return SMALL_TOPS
    size = _SIZE_OF.get(currency, _YEN_SIZE if decimals == 0 else 1)
    return tuple(top * size for top in TOPS)


def keys(tops_of_one: Tops = TOPS) -> Sequence[str]:
    """Return the bands of a currency from nothing of value upwards."""
    bounds = (0, *tops_of_one)
    between = [f"{low}-{high}" for low, high in pairwise(bounds)]
    return (NOTHING, *between, f"{bounds[-1]}+")


def place(key: str) -> tuple[str, int]:
    """Return where a band stands: by currency, then from nothing of value upwards."""
    currency, _, bounds = key.rpartition(" ")
    if bounds == NOTHING:
        return currency, -1
    return currency, int(bounds.rstrip("+").partition("-")[0])


def band_column(
    tops_by_currency: Mapping[str, Tops], book: type[Decision | UnmetNeed] = Decision
) -> ColumnElement[str]:
    """Return a row's band as a column; with several currencies it starts with the code."""
    several = len(tops_by_currency) > 1
    choices = []
    for currency, its_tops in tops_by_currency.items():
        start, names = f"{currency} " if several else "", keys(its_tops)
        choices += [
            (
                and_(col(book.currency) == currency, col(book.amount_minor) <= top),
                literal(start + key),
            )
            for top, key in zip(_tops_minor(currency, its_tops), names, strict=False)
        ]
        choices.append((col(book.currency) == currency, literal(start + names[-1])))
    return case(*choices, else_=literal("")) if choices else literal("")


def currencies(session: Session) -> Sequence[str]:
    """Return the currencies of the company's sites and of its bands, by code."""
    used = session.scalars(select(col(Site.currency)).distinct()).all()
    return sorted({*used, *session.scalars(select(col(CurrencyBands.currency)))})


def parse_tops(text: str) -> Tops:
    """Return upper bounds from what somebody typed, as in "5, 10, 25".

    Raises:
        BadValueError: `why` is "empty", "digits" (something is not a whole number), "too_many",
            "order" (they do not rise) or "too_large".

    """
    found = []
    for written in text.replace(",", " ").split():
        if not (written.isascii() and written.isdecimal()) or len(written) > len(
            str(money.MAX_MINOR)
        ):
            raise BadValueError("tops", text, "digits")
        found.append(int(written))
    _check(found)
    return tuple(found)


def set_tops(session: Session, currency: str, wanted: Tops, *, actor: str, now: datetime) -> bool:
    """Set the bands of a currency, with the journal row; False if they are so already.

    Raises:
        BadValueError: as `parse_tops`; or the currency is none.

    """
    if not money.known(currency):
        raise BadValueError("currency", currency, "unknown")
    _check(wanted)
    if wanted[-1] * 10 ** money.decimals(currency) > money.MAX_MINOR:
        raise BadValueError("tops", str(wanted[-1]), "too_large")
    if tuple(tops(session, [currency])[currency]) == tuple(wanted):
        return False
    written = ",".join(map(str, wanted))
    row = session.get(CurrencyBands, currency)
    if row is None:
        row = CurrencyBands(currency=currency, tops=written)
        session.add(row)
    row.tops = written
    settings.note(session, row, kind="bands.changed", actor=actor, now=now)
    return True


def _check(wanted: Tops) -> None:
    shown = ",".join(map(str, wanted))
    if not wanted:
        raise BadValueError("tops", shown, "empty")
    if len(wanted) > MOST_TOPS:
        raise BadValueError("tops", shown, "too_many")
    if any(low >= high for low, high in pairwise((0, *wanted))):
        raise BadValueError("tops", shown, "order")
    if wanted[-1] > money.MAX_MINOR:
        raise BadValueError("tops", shown, "too_large")


def _read(written: str) -> Tops:
    return tuple(int(top) for top in written.split(","))


def _tops_minor(currency: str, its_tops: Tops) -> Sequence[int]:
    """Return the upper bounds of the bands, but for the open one, in minor units."""
    unit: int = 10 ** money.decimals(currency)
    return (0, *(top * unit for top in its_tops))
