"""Rows of the settings that stand in an order and can be retired: remedies and reasons."""

from datetime import datetime
from typing import Protocol

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from ledger.core.errors import BadValueError
from ledger.core.ordering import Step
from ledger.core.people import subject_of
from ledger.sessions import Session
from ledger.web.access import signed_in
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.settings_words import fix_words
from ledger.web.transactions import writing
from ledger.web.words import _


class Move(Protocol):
    """A rule that moves a row past its neighbour."""

    def __call__(
        self, session: Session, key: int, step: Step, /, *, actor: str, now: datetime
    ) -> bool:
        """Move the row; False if it is at the end."""


class Retire(Protocol):
    """A rule that offers a row no more, or again."""

    def __call__(
        self, session: Session, key: int, /, *, retired: bool, actor: str, now: datetime
    ) -> bool:
        """Retire the row or bring it back; False if it is so already."""


def move(rule: Move, key: int) -> Response:
    """Move a row one place up or down, as the form says, and go back to it in its list."""
    step: Step = "up" if request.form.get("step") == "up" else "down"
    with writing() as session:
        rule(session, key, step, actor=subject_of(signed_in()), now=utc_now())
    return redirect(url_for(".index", _anchor=f"row-{key}"), code=303)


def retire(rule: Retire, key: int, *, gone: str, back: str) -> Response:
    """Retire a row or bring it back, as the form says, and say so over its list.

    `gone` and `back` are the sentences for the one and the other.
    """
    retired = request.form.get("retired") == "yes"
    try:
        with writing() as session:
            rule(session, key, retired=retired, actor=subject_of(signed_in()), now=utc_now())
    except BadValueError as problem:
        notice("care", _("Nothing was changed."), fix_words(problem))
    else:
        notice("good", _("Saved."), gone if retired else back)
    return redirect(url_for(".index"), code=303)
