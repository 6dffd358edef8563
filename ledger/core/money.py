"""Money: whole minor units in an integer, one parser, and no float on any path."""

import re
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import (
    NumberPattern,
    format_currency,
    get_currency_precision,
    get_currency_symbol,
    list_currencies,
    parse_pattern,
)

from ledger.core.errors import AmountError, BadValueError

MAX_MINOR = 9_999_999_999
WHOLE_SHARE_BP = 10_000

# Codes that ISO 4217 gives to metals, units of account, tests and "no currency".
_NO_MONEY = frozenset(
    ["X" * 3, "XTS", "XAU", "XAG", "XPT", "XPD", "XBA", "XBB", "XBC", "XBD", "XDR", "XSU", "XUA"]
)

_AMOUNT = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_SIGNS = "+-\N{MINUS SIGN}\N{HYPHEN}\N{EN DASH}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH PLUS SIGN}"
_SEPARATORS = ",_'\N{RIGHT SINGLE QUOTATION MARK}\N{ARABIC THOUSANDS SEPARATOR}\N{FULLWIDTH COMMA}"
_EXPONENT = re.compile(rf"[{re.escape(_SIGNS)}]?[0-9.]+[eE][{re.escape(_SIGNS)}]?[0-9]+")


def parse(text: str, currency: str) -> int:
    """Return the minor units that a text says: "25.1" is 2510 in USD.

    A text is an amount when it is ASCII digits, or digits, one point and one to as many
    digits as the currency has decimals, and its worth is 0 to `MAX_MINOR` minor units.

    Raises:
        AmountError: the text is anything else; `why` says what.
        BadValueError: the currency is not known.

    """
    places = decimals(currency)
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise AmountError(text, _why_not_an_amount(text), currency)
    whole, fraction = match[1], match[2] or ""
    if len(fraction) > places:
        raise AmountError(text, "decimals", currency)
    # Counted before they are converted: int() of thousands of digits is slow or refused.
    if len(whole) > len(str(MAX_MINOR)):
        raise AmountError(text, "too_large", currency)
    minor = int(whole + fraction.ljust(places, "0"))
    if minor > MAX_MINOR:
        raise AmountError(text, "too_large", currency)
    return minor


def known(currency: str) -> bool:
    """Say whether this is a currency code (three capitals) of Babel's table."""
    return currency in _currencies()


def code(written: str) -> str:
    """Return the code of a currency that people can hold, as it is kept: "usd" is USD.

    Raises:
        BadValueError: if there is none; tests and gold have a code, and are no currency.

    """
    kept = written.strip().upper()
    if not known(kept) or kept in _NO_MONEY:
        raise BadValueError("currency", written, "unknown")
    return kept


@cache
def decimals(currency: str) -> int:
    """Return how many decimals amounts of the currency have: JPY 0, USD 2, KWD 3.

    Raises:
        BadValueError: the currency is not known.

    """
    if not known(currency):
        raise BadValueError("currency", currency, "unknown")
    return get_currency_precision(currency)


def plain(minor: int, currency: str) -> str:
    """Return an amount for machines: a point, all decimals, nothing else: "12.00"."""
    places = decimals(currency)
    sign = "-" if minor < 0 else ""
    digits = str(abs(minor)).rjust(places + 1, "0")
    if places == 0:
        return sign + digits
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


# A page shows the same amounts again and again, and Babel writes each in a tenth of a millisecond.
@lru_cache(maxsize=4096)
def show(minor: int, currency: str, locale: str = "en") -> str:
    """Return an amount for people, as the locale writes it: "$12.00"."""
    shown = format_currency(Decimal(plain(minor, currency)), currency, locale=locale)
    return _spaced(shown, currency, locale)


@lru_cache(maxsize=1024)
def show_round(minor: int, currency: str, locale: str = "en") -> str:
    """Return an amount for people without a zero fraction: "$25", but "$25.50"."""
    whole, rest = divmod(minor, 10 ** decimals(currency))
    if rest:
        return show(minor, currency, locale)
    shown: str = _whole_pattern(locale).apply(
        Decimal(whole), Locale.parse(locale), currency=currency, currency_digits=False
    )
    return _spaced(shown, currency, locale)


def symbol(currency: str, locale: str = "en") -> str:
    """Return the currency's sign as the locale writes it: "$", and "US$" where that is used."""
    return get_currency_symbol(currency, locale=locale)


def cost(minor: int, share_bp: int) -> int:
    """Return what an amount costs the company: amount x basis points, half a unit rounded up.

    Both are 0 or more; 10,000 basis points are the whole amount.
    """
    return (minor * share_bp + WHOLE_SHARE_BP // 2) // WHOLE_SHARE_BP


def _spaced(shown: str, currency: str, locale: str) -> str:
    """Part a sign of letters from the digits after it, as CLDR asks: "CHF 12.00"."""
    sign = symbol(currency, locale)
    before, _sign, after = shown.partition(sign)
    if sign[-1:].isalpha() and after[:1].isdigit():
        return f"{before}{sign}\N{NO-BREAK SPACE}{after}"
    return shown


def _why_not_an_amount(text: str) -> str:
    """Return the slug of what keeps a text from being an amount, most telling first."""
    letters = set(text)
    findings = (
        ("empty", not text.strip()),
        ("whitespace", any(letter.isspace() for letter in letters)),
        ("exponent", _EXPONENT.fullmatch(text) is not None),
        ("not_a_number", any(letter.isalpha() for letter in letters)),
        ("sign", not letters.isdisjoint(_SIGNS)),
        ("grouping", not letters.isdisjoint(_SEPARATORS) or text.count(".") > 1),
        ("digits", any(letter.isdigit() and not letter.isascii() for letter in letters)),
        ("point", letters <= set("0123456789.")),
    )
    return next((why for why, found in findings if found), "not_a_number")


@cache
def _currencies() -> frozenset[str]:
    """Return every currency code of Babel's table."""
    return frozenset(list_currencies())


@lru_cache(maxsize=64)
def _whole_pattern(locale: str) -> NumberPattern:
    """Return a locale's way to write money, without a fraction."""
    pattern = parse_pattern(Locale.parse(locale).currency_formats["standard"].pattern)
    pattern.frac_prec = (0, 0)
    return pattern
