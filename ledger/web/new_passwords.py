"""The two fields in which somebody chooses a password."""

from collections.abc import Callable, Sequence

from wtforms import PasswordField
from wtforms.form import BaseForm
from wtforms.validators import EqualTo, InputRequired, ValidationError

from ledger.core import passwords
from ledger.web.company import company_name
from ledger.web.words import _


def new_password_field(about: Callable[[BaseForm], Sequence[str]]) -> PasswordField:
    """Return the field for a new password; one too easy is refused.

    `about` tells from the form what is known of the person: none of it may be the password.
    """

    def is_hard_enough(form: BaseForm, field: PasswordField) -> None:
        words = weak_words(field.data or "", about=about(form))
        if words:
            raise ValidationError(words)

    return PasswordField(
        _("New password"),
        [InputRequired(_("Type a new password")), is_hard_enough],
        render_kw={"autocomplete": "new-password"},
        description=_(
            "At least %(count)s characters. Spaces are fine: a short sentence is easy to keep.",
            count=passwords.LEAST_CHARACTERS,
        ),
    )


def again_field() -> PasswordField:
    """Return the field that asks for the same once more; the first is called `password`."""
    return PasswordField(
        _("New password again"),
        [EqualTo("password", _("Type the same password in both fields"))],
        render_kw={"autocomplete": "new-password"},
    )


def weak_words(password: str, *, about: Sequence[str]) -> str | None:
    """Return what to do about a new password that is too easy, or None."""
    known = [*about, company_name()]
    weakness = passwords.weakness(password, known=known)
    if weakness is None:
        return None
    return {
        "short": _(
            "Use at least %(count)s characters. A short sentence works well.",
            count=passwords.LEAST_CHARACTERS,
        ),
        "long": _("Use at most %(count)s characters.", count=passwords.MOST_CHARACTERS),
        "repeated": _("Use something that is not one piece again and again, or a row of keys."),
        "known": _("Use more than “password”, your name, your e-mail and the company's name."),
    }[weakness]
