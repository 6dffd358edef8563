"""One's own account: who I am here, my password, and where I am signed in."""

from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField
from wtforms.validators import InputRequired

from ledger.core import passwords, signing_in, sites, throttle
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.web import credentials
from ledger.web.access import requires, sign_in_row, signed_in
from ledger.web.forms import Form
from ledger.web.moment import today, utc_now
from ledger.web.new_passwords import again_field, new_password_field
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.when import moment_words
from ledger.web.words import _, ngettext, role_words

bp: Blueprint = Blueprint("account", __name__)


class PasswordForm(Form):
    """The password there is, and a new one."""

    now = PasswordField(
        _("Password now"),
        [InputRequired(_("Type the password that you have now"))],
        render_kw={"autocomplete": "current-password"},
    )
    password = new_password_field(lambda _form: [signed_in().name, signed_in().email or ""])
    again = again_field()

    def typed(self) -> tuple[str, str]:
        """Return the password that there is and the new one."""
        return self.now.data or "", self.password.data or ""


@bp.get("/account")
@requires(Action.USE_OWN_ACCOUNT)
def show() -> ResponseReturnValue:
    """Show who I am here and where I am signed in."""
    return _page(PasswordForm())


@bp.post("/account/password")
@requires(Action.USE_OWN_ACCOUNT)
def password_submit() -> ResponseReturnValue:
    """Change my password; all my other sign-ins end."""
    form = PasswordForm()
    if not form.is_sent_and_fine():
        return _page(form), 422
    old, new = form.typed()
    email = signed_in().email or ""
    if credentials.person_with_password(email, old) is None:
        form.form_errors.append(
            _("Your password did not match, or it is too soon for another try. Wait a little.")
        )
        return _page(form), 422
    password_hash = passwords.hashed(new)
    with writing() as session:
        throttle.forget(session, credentials.keys_for(email), now=utc_now())
        signing_in.set_password(
            session, signed_in(), password_hash, now=utc_now(), but=sign_in_row()
        )
    notice("good", _("Password changed."), _("Everywhere else you are signed out."))
    return redirect(url_for(".show"), code=303)


@bp.post("/account/sign-ins")
@requires(Action.USE_OWN_ACCOUNT)
def sign_ins_end() -> ResponseReturnValue:
    """Sign me out everywhere but here."""
    person = signed_in()
    with writing() as session:
        ended = signing_in.end_all(
            session, person, actor=subject_of(person), now=utc_now(), but=sign_in_row()
        )
    notice(
        "good", ngettext("Signed out in %(count)s place.", "Signed out in %(count)s places.", ended)
    )
    return redirect(url_for(".show"), code=303)


def _page(form: PasswordForm) -> str:
    person, session = signed_in(), reading()
    zone = sites.company(session).zone
    return render_template(
        "account/show.html",
        form=form,
        person=person,
        role=role_words(person.role),
        site_names=[site.name for site in sites.sites_of(session, person, on=today())],
        sign_ins=signing_in.open_sign_ins(session, person, now=utc_now()),
        here=sign_in_row().id,
        moment=partial(moment_words, zone=zone, today=today()),
    )
