"""A note holds plain words, and no number by which somebody could be called or charged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.core.errors import BadValueError
from ledger.core.notes import LONGEST, check_note, imported_note

NUMBERS = [
    ("call 07700 900123", "phone"),
    ("+44 7700 900123", "phone"),
    ("(555) 123-4567", "phone"),
    ("٠٧٧٠٠٩٠٠١٢٣", "phone"),
    ("4111 1111 1111 1111", "card"),
    ("card 4111-1111-1111-1111 used", "card"),
    ("5500005555555559", "card"),
]


@pytest.mark.parametrize("text, why", NUMBERS)
def test_a_typed_card_or_phone_number_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadValueError) as refused:
        check_note(text)

    assert refused.value.why == why


@pytest.mark.parametrize("text", [text for text, _ in NUMBERS])
def test_an_imported_note_with_such_a_number_is_left_out(text: str) -> None:
    assert imported_note(text) == ("", False, True)


@pytest.mark.parametrize(
    "text",
    [
        "2 x 22355 CHARLOTTE BAG SUKI DESIGN @ 0.85",
        "came on 2011-12-09 10:30, table 12",
        "12.50 13.50 14.75",
        "order 1234567",
        "Kaffee über die Jacke, José half",
        "",
    ],
)
def test_what_happened_may_be_told(text: str) -> None:
    assert check_note(text) == text
    assert imported_note(text) == (text, False, False)


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1])
def test_a_typed_note_has_140_characters_and_an_imported_one_is_cut_to_them(length: int) -> None:
    text = "x" * length

    assert imported_note(text) == (text[:LONGEST], length > LONGEST, False)
    if length > LONGEST:
        with pytest.raises(BadValueError, match="too_long"):
            check_note(text)
    else:
        assert check_note(text) == text


def test_a_note_is_one_line_in_one_form() -> None:
    assert check_note("  Jose\u0301\r\n waited ") == "Jos\u00e9 waited"


def test_a_character_that_cannot_be_seen_is_refused_when_typed_and_dropped_when_imported() -> None:
    with pytest.raises(BadValueError, match="control"):
        check_note("a\u202eb")

    assert imported_note("a\u202eb") == ("ab", False, False)


# A thousand times what it takes.
@settings(deadline=10_000)
@given(st.text(alphabet="0123456789 .-()+a!", max_size=5_000))
def test_no_text_takes_long(text: str) -> None:
    kept, _, _ = imported_note(text)

    assert len(kept) <= LONGEST
