"""What the next page says first: what happened, then what is next."""

from typing import Literal

from flask import flash

Tone = Literal["good", "care", "stop", "note"]


def notice(tone: Tone, happened: str, then: str = "") -> None:
    """Say on the next page what happened, in bold, and what is next."""
    flash((happened, then), tone)  # type: ignore[arg-type]  # the macro takes both apart
