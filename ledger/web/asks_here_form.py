"""The form by which an approver says on the asker's screen who they are."""

from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired

from ledger.web.forms import Form
from ledger.web.words import _


class HereForm(Form):
    """Who answers, and their password."""

    who = HiddenField()
    # The browser belongs to the asker: it must neither offer their password nor keep this one.
    password = PasswordField(
        _("Your password"),
        [InputRequired(_("Type your password"))],
        render_kw={"autocomplete": "one-time-code"},
    )
