"""A field that must be filled in is not filled in by blanks, in whatever form it stands."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from wtforms import StringField
from wtforms.fields import EmailField, PasswordField
from wtforms.validators import InputRequired

from ledger import web
from ledger.web.forms import Form


def forms(of: type[Form] = Form) -> Iterator[type[Form]]:
    """Yield every form of the pages."""
    for below in of.__subclasses__():
        yield below
        yield from forms(below)


def test_no_field_for_words_takes_blanks_for_an_answer() -> None:
    for module in pkgutil.iter_modules(web.__path__, "ledger.web."):
        import_module(module.name)
    fields = [
        (form.__name__, name, field.args + tuple(field.kwargs.get("validators", ())))
        for form in forms()
        for name, field in vars(form).items()
        if hasattr(field, "field_class")
        # A password may be of blanks alone; an e-mail is held to its own form.
        if issubclass(field.field_class, StringField)
        and not issubclass(field.field_class, (PasswordField, EmailField))
    ]

    assert len(fields) > 10
    assert [
        (form, name)
        for form, name, said in fields
        for one in said
        for rule in (one if isinstance(one, list) else [one])
        if isinstance(rule, InputRequired)
    ] == []
