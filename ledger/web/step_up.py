"""Asking for the password again before something leaves, or more may be given than before."""

from collections.abc import Iterator

from wtforms import Field, PasswordField

from ledger.core import signing_in, throttle
from ledger.web import credentials
from ledger.web.access import sign_in_row, signed_in
from ledger.web.forms import Form
from ledger.web.moment import utc_now
from ledger.web.transactions import writing
from ledger.web.words import _


class StepUpForm(Form):
    """A form that asks for the password, unless it was asked for a short while ago."""

    password = PasswordField(
        _("Your password, once more"),
        render_kw={"autocomplete": "current-password"},
        description=_(
            "Asked before anything leaves or a limit is raised, and then not again for "
            "%(minutes)s minutes.",
            minutes=int(signing_in.STEP_UP_LASTS.total_seconds() // 60),
        ),
    )

    # Typed with this very form: where something else is to be mended it is not asked again.
    _was_right: bool = False

    def __iter__(self) -> Iterator[Field]:
        """Yield the fields as they stand on the pages: the password is the last thing asked."""
        fields: Iterator[Field] = super().__iter__()
        yield from (field for field in fields if field is not self.password)
        yield self.password

    @property
    def asks_password(self) -> bool:
        """Whether the password is asked for; a form that needs it only at times says when."""
        return not self._was_right and not signing_in.is_stepped_up(sign_in_row(), now=utc_now())

    def is_proven(self) -> bool:
        """Whether this is who they say, now or a short while ago; else says so at the field."""
        if not self.asks_password:
            return True
        person = signed_in()
        email, typed = person.email or "", self.password.data or ""
        if not typed:
            self.password.errors = [_("Type your password")]
            return False
        if credentials.person_with_password(email, typed) is None:
            self.password.errors = [
                _("Your password did not match, or it is too soon for another try. Wait a little.")
            ]
            return False
        with writing() as session:
            throttle.forget(session, credentials.keys_for(email), now=utc_now())
            signing_in.step_up(session, person, sign_in_row(), now=utc_now())
        self._was_right = True
        return True
