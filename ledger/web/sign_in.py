"""Signing in and out at a desk: by e-mail and password, or by a one-time code."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from ledger.core import old_uploads, passwords, signing_in, throttle
from ledger.core.permissions import Action
from ledger.core.tables import Person
from ledger.sessions import Session
from ledger.web import access, credentials
from ledger.web.access import public, requires, somebody
from ledger.web.forms import Form
from ledger.web.moment import utc_now
from ledger.web.new_passwords import again_field, new_password_field
from ledger.web.transactions import the_ledger, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("sign_in", __name__)

# One text for unknown, left, wrong and waiting: nobody learns who works here.
_NO_MATCH = _(
    "E-mail and password did not match, or it is too soon for another try. Check both. After a few "
    "tries each new one has to wait, at first 30 seconds, at most 15 minutes."
)
_NO_CODE = _(
    "E-mail and code did not match, the code is older than a day, or it is too soon for another "
    "try. Wait a little, or ask your administrator for a new code."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed to sign in; `secret` is a password or a one-time code."""

    email: str
    secret: str
    next: str | None = None
    new_password: str = ""


def email_field() -> EmailField:
    """Return the field for the e-mail that somebody signs in with."""
    return EmailField(
        _("Work e-mail"),
        [
            InputRequired(_("Write your e-mail")),
            Length(max=254, message=_("Write your e-mail, at most 254 characters")),
            Regexp(
                r"\s*[^@\s]+@[^@\s]+\s*\Z", message=_("Write your e-mail like dana@company.example")
            ),
        ],
        render_kw={"autocomplete": "username"},
    )


class SignInForm(Form):
    """E-mail and password."""

    email = email_field()
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Type your password"))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()

    def typed(self) -> Typed:
        """Return what was typed."""
        return Typed(
            email=self.email.data or "", secret=self.password.data or "", next=self.next.data
        )


class CodeForm(Form):
    """E-mail, one-time code and a new password."""

    email = email_field()
    code = StringField(
        _("One-time code"),
        [
            DataRequired(_("Type the code")),
            Length(max=40, message=_("Type the code as you got it")),
        ],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters"},
        description=_("12 letters and digits. Your administrator makes it; it works once."),
    )
    password = new_password_field(lambda form: [form["email"].data or ""])
    again = again_field()

    def typed(self) -> Typed:
        """Return what was typed."""
        return Typed(
            email=self.email.data or "",
            secret=self.code.data or "",
            new_password=self.password.data or "",
        )


@bp.get("/sign-in")
@public
def show() -> ResponseReturnValue:
    """Ask for e-mail and password."""
    if somebody() is not None:
        return redirect(url_for("start.index"))
    form = SignInForm(next=access.next_endpoint(request.args.get("next")))
    return render_template("sign_in/show.html", form=form)


@bp.post("/sign-in")
@public
def submit() -> ResponseReturnValue:
    """Sign in with e-mail and password."""
    form = SignInForm()
    if not form.is_sent_and_fine():
        return render_template("sign_in/show.html", form=form), 422
    typed = form.typed()
    person = credentials.person_with_password(typed.email, typed.secret)
    if person is None:
        form.form_errors.append(_NO_MATCH)
        return render_template("sign_in/show.html", form=form), 422
    with writing() as writes:
        token = _start(writes, person, typed.email)
    return _welcome(token, person, access.next_endpoint(typed.next))


@bp.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    """Ask for a one-time code and a new password."""
    return render_template("sign_in/code.html", form=CodeForm())


@bp.post("/sign-in/code")
@public
def code_submit() -> ResponseReturnValue:
    """Set a new password by a one-time code, and sign in."""
    form = CodeForm()
    if not form.is_sent_and_fine():
        return render_template("sign_in/code.html", form=form), 422
    signed = _by_code(form.typed())
    if signed is None:
        form.form_errors.append(_NO_CODE)
        return render_template("sign_in/code.html", form=form), 422
    return _welcome(*signed, None)


@bp.post("/sign-out")
@requires(Action.USE_OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """Sign this browser out."""
    with writing() as writes:
        signing_in.end(writes, _token(), now=utc_now())
    session.clear()
    answer = redirect(url_for(".show"), code=303)
    access.take_cookie(answer)
    return answer


def _by_code(typed: Typed) -> tuple[str, Person] | None:
    """Set the password and return the new token, if the code is right and a try was free."""
    with credentials.may_look(credentials.keys_for(typed.email)) as may:
        if not may:
            return None
        password_hash = passwords.hashed(typed.new_password)
    with writing() as writes:
        now = utc_now()
        person = signing_in.holder_of_code(writes, typed.email, typed.secret, now=now)
        if person is None:
            signing_in.refuse(writes, None, what="code", now=now)
            return None
        signing_in.set_password(writes, person, password_hash, now=now)
        writes.refresh(person)
        return _start(writes, person, typed.email), person


def _start(writes: Session, person: Person, email: str) -> str:
    """Sign in: the limiter starts again, and what this browser was signed in as before ends."""
    now = utc_now()
    throttle.forget(writes, credentials.keys_for(email), now=now)
    if _token():
        signing_in.end(writes, _token(), now=now)
    return signing_in.start(writes, person, now=now)


def _welcome(token: str, person: Person, wanted: str | None) -> Response:
    # Promised to be gone after a day, also where nobody opens the page of files again.
    old_uploads.clear(the_ledger().database, now=utc_now())
    # Whatever the browser brought along (somebody may have planted it) is not carried over.
    session.clear()
    endpoint = wanted if wanted and access.opens_for(person, wanted) else "start.index"
    answer = redirect(url_for(endpoint), code=303)
    access.give_cookie(answer, token)
    return answer


def _token() -> str:
    return request.cookies.get(access.cookie_name(), "")
