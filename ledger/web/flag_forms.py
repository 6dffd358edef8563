"""The form by which a flag is read, and where its reading leads."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from ledger.core import notes
from ledger.core.flag_readings import READINGS, ReadingName
from ledger.core.flags import Flag
from ledger.web import limit_words
from ledger.web.forms import Form
from ledger.web.typed_values import note_of
from ledger.web.words import _

_READINGS: Mapping[str, ReadingName] = {name: name for name in READINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a flag is read, as it was sent."""

    flag: str
    reading: ReadingName
    words: str
    uid: str


class FlagForm(Form):
    """How somebody reads a flag: the button says how, words are optional."""

    uid = HiddenField()
    flag = HiddenField()
    reading = HiddenField()
    words = StringField(
        _("In a sentence, if you like"),
        render_kw={"maxlength": notes.LONGEST, "autocomplete": "off"},
    )

    def __init__(self, flag: str | None = None) -> None:
        """Take what was sent; for a flag, start afresh."""
        super().__init__(**({} if flag is None else {"formdata": None, "flag": flag}))
        self.uid.data = self.uid.data or str(uuid.uuid4())

    def numbered(self, number: int) -> Self:
        """Return the form with an id of its own among several on a page."""
        self.words.id = f"words-{number}"
        return self

    def validate_words(self, field: StringField) -> None:
        """Hold the words to the rules of a note: they are kept as one."""
        note_of(field.data)

    def validate_reading(self, field: HiddenField) -> None:
        """Ask for one of the buttons."""
        if field.data not in _READINGS:
            raise ValidationError(_("Choose one of the readings with its button"))

    def said(self) -> Said:
        """Return what was sent."""
        return Said(
            flag=self.flag.data or "",
            reading=_READINGS[self.reading.data or ""],
            words=self.words.data or "",
            uid=self.uid.data or "",
        )


def change_address(flag: Flag) -> Mapping[str, object]:
    """Return the scope whose limit would be changed: the site's own, unless it is narrower."""
    limit, site_id = flag.about.limit, flag.pattern.site_id
    if limit is not None and limit.person_id is None and limit.site_id == site_id:
        return limit_words.scope_address(limit)
    return {"level": "site", "site": site_id}
