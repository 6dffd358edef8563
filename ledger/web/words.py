"""Words for people: the way to the translations, and what things that are codes are called."""

from gettext import NullTranslations

from ledger.core.permissions import Role

_TRANSLATIONS = NullTranslations()


def _(message: str, **facts: object) -> str:
    """Return a sentence in the reader's language, with its facts put in: `_("%(n)s left", n=3)`."""
    words = _TRANSLATIONS.gettext(message)
    return words % facts if facts else words


def ngettext(one: str, many: str, count: int, **facts: object) -> str:
    """Return the sentence for this count, with `%(count)s`, such as 1,090, and the facts put in."""
    return _TRANSLATIONS.ngettext(one, many, count) % {"count": f"{count:,}", **facts}


def erased_words() -> str:
    """Return what stands in the place of a text that somebody typed and that was erased."""
    return _("The words were erased.")


def role_words(role: str) -> str:
    """Return what a role is called."""
    return {
        Role.STAFF: _("Staff"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.HR: _("HR"),
        Role.AUDITOR: _("Auditor"),
        Role.EXECUTIVE: _("Executive"),
        Role.ADMINISTRATOR: _("Administrator"),
    }[Role(role)]
