"""The log form as a browser without a script sends it."""

import uuid
from collections.abc import Mapping

from werkzeug.test import TestResponse

from ledger.ledgers import Ledger
from tests.web.html import parse
from tests.web.opened import opened

Form = Mapping[str, str]


def written(ledger: Ledger, **said: str) -> dict[str, str]:
    """Return a form for a $12.00 refund to a walk-in at Elm Street, with these answers instead."""
    with opened(ledger) as shop:
        plain = {
            "uid": str(uuid.uuid4()),
            "site": str(shop.sites["elm_street"].id),
            "remedy": str(shop.remedies["refund"]),
            "reason": str(shop.reasons["late"]),
            "customer": "walk-in",
            "amount": "12",
        }
    return {**plain, **said}


def remedy_of(ledger: Ledger, kind: str) -> str:
    """Return the value by which the form knows a remedy."""
    with opened(ledger) as shop:
        return str(shop.remedies[kind])


def form_with_button(page: TestResponse, words: str) -> dict[str, str]:
    """Return what the form with this button sends when the button is pressed."""
    for form in parse(page.text).root.iter("form"):
        for button in form.iter("button"):
            if words in " ".join("".join(button.itertext()).split()):
                fields = {
                    one.get("name", ""): one.get("value", "")
                    for one in form.iter("input")
                    if one.get("type", "text") in ("hidden", "text")
                }
                return fields | {button.get("name", ""): button.get("value", "")}
    raise AssertionError(words)
