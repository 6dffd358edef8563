"""What every form shares: the token against forged ones, and types that our checks understand."""

from flask_wtf import FlaskForm


class Form(FlaskForm):
    """A form with one exit of its own, which returns a value of core's."""

    def __init__(self, **values: object) -> None:
        """Take what was sent; else show these values."""
        super().__init__(**values)  # type: ignore[no-untyped-call]  # Flask-WTF has no types

    def is_sent_and_fine(self) -> bool:
        """Whether the form was sent and nothing in it has to be fixed."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]  # the same
