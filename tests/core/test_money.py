"""Money: what is an amount, how it is shown, what it costs."""

import ast
import pickle
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import money
from ledger.core.errors import AmountError, BadValueError, LedgerError

AMOUNTS = st.integers(0, money.MAX_MINOR)
CURRENCIES = st.sampled_from(["JPY", "USD", "KWD", "GBP", "EUR"])


@pytest.mark.parametrize(
    "text, currency, minor",
    [
        ("25", "USD", 2_500),
        ("25.1", "USD", 2_510),
        ("25.10", "USD", 2_510),
        ("0", "USD", 0),
        ("0.01", "USD", 1),
        ("007", "USD", 700),
        ("25", "JPY", 25),
        ("25.005", "KWD", 25_005),
        ("99999999.99", "USD", 9_999_999_999),
        ("9999999999", "JPY", 9_999_999_999),
        ("9999999.999", "KWD", 9_999_999_999),
    ],
)
def test_digits_with_a_point_are_an_amount(text: str, currency: str, minor: int) -> None:
    assert money.parse(text, currency) == minor


@pytest.mark.parametrize(
    "text, why",
    [
        ("", "empty"),
        ("  ", "empty"),
        (" 5", "whitespace"),
        ("5\n", "whitespace"),
        ("1 000", "whitespace"),
        ("1\N{NO-BREAK SPACE}000", "whitespace"),
        ("-5", "sign"),
        ("+5", "sign"),
        ("\N{MINUS SIGN}5", "sign"),
        ("-0", "sign"),
        ("1e309", "exponent"),
        ("1e-9", "exponent"),
        ("1E5", "exponent"),
        ("1_000", "grouping"),
        ("1,000", "grouping"),
        ("12,50", "grouping"),
        ("1'000", "grouping"),
        ("1.000.000", "grouping"),
        ("\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}", "digits"),
        ("\N{ARABIC-INDIC DIGIT TWO}\N{ARABIC-INDIC DIGIT FIVE}", "digits"),
        ("5\N{SUPERSCRIPT TWO}", "digits"),
        ("25.", "point"),
        (".5", "point"),
        (".", "point"),
        ("25.005", "decimals"),
        ("99999999.999", "decimals"),
        ("100000000.00", "too_large"),
        ("100000000", "too_large"),
        ("9" * 5_000, "too_large"),
        ("0" * 5_000, "too_large"),
        ("NaN", "not_a_number"),
        ("sNaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("0x10", "not_a_number"),
        ("$5", "not_a_number"),
        ("5\0", "not_a_number"),
        ("\N{VULGAR FRACTION ONE HALF}", "not_a_number"),
        ("five", "not_a_number"),
    ],
)
def test_everything_else_is_refused_by_name(text: str, why: str) -> None:
    with pytest.raises(AmountError) as caught:
        money.parse(text, "USD")

    assert (caught.value.text, caught.value.why, caught.value.currency) == (text, why, "USD")


@pytest.mark.parametrize("text", ["25.5", "25.0"])
def test_yen_have_no_decimals(text: str) -> None:
    with pytest.raises(AmountError) as caught:
        money.parse(text, "JPY")

    assert caught.value.why == "decimals"


@pytest.mark.parametrize("text", ["9" * 1_000_000, "9" * 1_000_000 + "e", "1." + "0" * 1_000_000])
def test_a_very_long_text_is_refused_quickly(text: str) -> None:
    before = process_time()

    with pytest.raises(AmountError):
        money.parse(text, "USD")

    assert process_time() - before < 1


@pytest.mark.parametrize("use", [money.decimals, lambda code: money.parse("1", code)])
@pytest.mark.parametrize("code", ["", "usd", "US", "ABCD", "\N{DOLLAR SIGN}"])
def test_an_unknown_currency_is_refused(code: str, use: object) -> None:
    assert callable(use)
    assert not money.known(code)
    with pytest.raises(BadValueError) as caught:
        use(code)

    assert (caught.value.field, caught.value.value, caught.value.why) == (
        "currency",
        code,
        "unknown",
    )


@pytest.mark.parametrize("code, places", [("JPY", 0), ("USD", 2), ("GBP", 2), ("KWD", 3)])
def test_a_currency_has_its_own_decimals(code: str, places: int) -> None:
    assert money.known(code)
    assert money.decimals(code) == places


@given(minor=AMOUNTS, currency=CURRENCIES)
def test_the_machine_format_reads_back_as_the_same_amount(minor: int, currency: str) -> None:
    assert money.parse(money.plain(minor, currency), currency) == minor


@given(text=st.text(max_size=30) | st.from_regex(r"[-+0-9eE.,_ ]{0,15}", fullmatch=True))
def test_a_text_is_an_amount_within_bounds_or_refused(text: str) -> None:
    minor = None
    with suppress(AmountError):
        minor = money.parse(text, "USD")

    if minor is not None:
        assert 0 <= minor <= money.MAX_MINOR
        assert Fraction(text) * 100 == minor


@pytest.mark.parametrize(
    "minor, currency, text",
    [
        (1_200, "USD", "12.00"),
        (5, "USD", "0.05"),
        (0, "USD", "0.00"),
        (-5, "KWD", "-0.005"),
        (7, "JPY", "7"),
        (10**30 + 1, "USD", "1" + "0" * 28 + ".01"),
    ],
)
def test_the_machine_format_has_all_decimals_and_no_separators(
    minor: int, currency: str, text: str
) -> None:
    assert money.plain(minor, currency) == text


@pytest.mark.parametrize(
    "minor, currency, locale, text",
    [
        (1_200, "USD", "en", "$12.00"),
        (-1_200, "USD", "en", "-$12.00"),
        (123_456, "EUR", "de", "1.234,56\N{NO-BREAK SPACE}€"),
        (1_200, "JPY", "en", "¥1,200"),
        (1_234, "KWD", "en", "KWD\xa01.234"),
        (2**63 + 1, "USD", "en", "$92,233,720,368,547,758.09"),
    ],
)
def test_people_see_an_amount_as_their_locale_writes_it(
    minor: int, currency: str, locale: str, text: str
) -> None:
    assert money.show(minor, currency, locale) == text


@pytest.mark.parametrize(
    "minor, currency, locale, text",
    [
        (2_500, "USD", "en", "$25"),
        (2_550, "USD", "en", "$25.50"),
        (2_501, "USD", "en", "$25.01"),
        (0, "USD", "en", "$0"),
        (-2_500, "USD", "en", "-$25"),
        (-2_550, "USD", "en", "-$25.50"),
        (1_200, "JPY", "en", "¥1,200"),
        (25_000, "KWD", "en", "KWD\xa025"),
        (250_000, "EUR", "de", "2.500\N{NO-BREAK SPACE}€"),
    ],
)
def test_a_round_amount_is_shown_without_its_zeros(
    minor: int, currency: str, locale: str, text: str
) -> None:
    assert money.show_round(minor, currency, locale) == text


def test_showing_a_round_amount_leaves_the_zeros_of_the_others() -> None:
    money.show_round(2_500, "USD")

    assert money.show(2_500, "USD") == "$25.00"


@pytest.mark.parametrize(
    "currency, locale, sign",
    [("USD", "en", "$"), ("USD", "en_CA", "US$"), ("GBP", "en", "£"), ("KWD", "en", "KWD")],
)
def test_the_sign_of_a_currency_is_the_locales(currency: str, locale: str, sign: str) -> None:
    assert money.symbol(currency, locale) == sign


@pytest.mark.parametrize(
    "minor, share_bp, cost",
    [
        (2_500, 10_000, 2_500),
        (2_500, 3_000, 750),
        (2_500, 0, 0),
        (1, 5_000, 1),
        (1, 4_999, 0),
        (3, 5_000, 2),
        (9_999_999_999, 10_000, 9_999_999_999),
    ],
)
def test_the_cost_is_the_share_of_the_amount_rounded_half_up(
    minor: int, share_bp: int, cost: int
) -> None:
    assert money.cost(minor, share_bp) == cost


@given(minor=AMOUNTS, share_bp=st.integers(0, 10_000))
def test_the_cost_is_within_half_a_unit_of_the_share(minor: int, share_bp: int) -> None:
    away = money.cost(minor, share_bp) - Fraction(minor * share_bp, 10_000)

    assert Fraction(-1, 2) < away <= Fraction(1, 2)


def test_no_float_is_written_in_the_module_of_money() -> None:
    tree = ast.parse(Path(money.__file__).read_text(encoding="utf-8"))

    floats = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
    ]

    assert floats == []


@pytest.mark.parametrize(
    "refusal", [AmountError("ana@x", "sign", "USD"), BadValueError("email", "ana@x", "taken")]
)
def test_a_refusal_keeps_what_was_typed_out_of_logs(refusal: LedgerError) -> None:
    assert "ana@x" not in str(refusal)
    assert vars(pickle.loads(pickle.dumps(refusal))) == vars(refusal)  # noqa: S301  our own bytes
