"""What each kind of journal row says, as one sentence of plain words; customers are never named."""

from collections.abc import Callable, Mapping

from ledger.core import money
from ledger.core.reports.journal_names import PERSON
from ledger.core.tables import ImportFile
from ledger.web import journal_ask_words, journal_people_words
from ledger.web.journal_settings_words import settings_words
from ledger.web.journal_told import NOTHING, Told, file_words, list_words
from ledger.web.words import _, ngettext


def sentence(told: Told) -> str:
    """Return what a row says, in one sentence without its full stop."""
    kind = told.said.row.kind
    if not told.said.content and told.said.row.content != "{}":
        return _("Its content cannot be read any more")
    words = SENTENCES.get(kind)
    if words is not None:
        return words(told)
    return settings_words(kind, told.actor, told.said.content) or _(
        "%(who)s: %(kind)s", who=told.actor, kind=kind.replace(".", ", ").replace("_", " ")
    )


def _voided(told: Told) -> str:
    decision = told.names.decisions.get(told.count("decision_id"))
    kept = (
        _("it was taken back")
        if told.book.get("taken_back")
        else _("the customer keeps it and its cost stays")
    )
    if decision is None:
        return _("%(who)s voided a decision: %(kept)s", who=told.actor, kept=kept)
    return _(
        "%(who)s voided the %(amount)s that %(giver)s gave at %(site)s: %(kept)s",
        who=told.actor,
        amount=money.show(decision.amount_minor, decision.currency),
        giver=told.names.people.get(decision.person_id) or _("(erased)"),
        site=told.names.sites.get(decision.site_id) or _("(erased)"),
        kept=kept,
    )


def _refused(told: Told) -> str:
    facts = {
        "who": told.name("people", "person_id"),
        "amount": told.amount(),
        "site": told.name("sites", "site_id"),
        "left": told.amount("headroom_minor"),
    }
    if told.book.get("rule") == "no_limit":
        return _("%(who)s was not let give %(amount)s at %(site)s: no limit was in force", **facts)
    if told.book.get("rule") == "own_customer":
        return _(
            "%(who)s was not let give %(amount)s at %(site)s alone: for themselves, family or a "
            "friend",
            **facts,
        )
    if told.book.get("rule") == "per_decision":
        return _(
            "%(who)s was not let give %(amount)s at %(site)s: the limit was %(left)s a decision",
            **facts,
        )
    return _("%(who)s was not let give %(amount)s at %(site)s: %(left)s was left", **facts)


def _limit(told: Told) -> str:
    scope = [
        told.name("people", "person_id") if told.book.get("person_id") else "",
        str(told.book.get("grade") or ""),
        told.name("sites", "site_id") if told.book.get("site_id") else "",
        told.name("remedies", "remedy_id") if told.book.get("remedy_id") else "",
    ]
    facts = {
        "who": told.actor,
        "amount": told.amount("per_decision_minor"),
        "scope": ", ".join(word for word in scope if word) or _("everyone"),
        "start": told.day("starts_on"),
        "end": told.day("ends_on"),
    }
    if told.book.get("ends_on"):
        return _(
            "%(who)s set a limit for %(scope)s: %(amount)s a decision, from %(start)s to %(end)s",
            **facts,
        )
    return _("%(who)s set a limit for %(scope)s: %(amount)s a decision, from %(start)s", **facts)


def _imported(told: Told) -> str:
    return ngettext(
        "%(who)s took in a file of %(file)s, feed “%(feed)s”: %(rows)s row",
        "%(who)s took in a file of %(file)s, feed “%(feed)s”: %(rows)s rows",
        told.count("rows"),
        who=told.actor,
        rows=f"{told.count('rows'):,}",
        file=file_words(str(told.book.get("kind", ""))),
        feed=told.book.get("feed", ""),
    )


def _undone(told: Told) -> str:
    file: ImportFile | None = told.names.files.get(told.count("import_id"))
    return _(
        "%(who)s took back import %(number)s (%(file)s)",
        who=told.actor,
        number=told.book.get("import_id", NOTHING),
        file=file_words(file.kind) if file else NOTHING,
    )


def _exported(told: Told) -> str:
    return ngettext(
        "%(who)s made export %(number)s: %(count)s recognition, %(format)s",
        "%(who)s made export %(number)s: %(count)s recognitions, %(format)s",
        told.count("rows"),
        who=told.actor,
        number=told.number,
        format=str(told.book.get("format", "")).upper(),
    )


def _handed(told: Told) -> str:
    is_manifest = told.said.content.get("what") == "manifest"
    what = _("the manifest") if is_manifest else _("the file")
    return _(
        "%(who)s got %(what)s of export %(number)s", who=told.actor, what=what, number=told.number
    )


def _finished(told: Told) -> str:
    begun = told.names.downloads.get(told.count("download_id"))
    return ngettext(
        "%(who)s took a list of %(what)s out, whole: %(count)s row",
        "%(who)s took a list of %(what)s out, whole: %(count)s rows",
        told.count("rows"),
        who=told.actor,
        what=list_words(begun.subject) if begun else NOTHING,
    )


def _sign_in_refused(told: Told) -> str:
    what = _("code") if told.said.content.get("what") == "code" else _("password")
    if told.said.row.subject.startswith(PERSON) and "ask" in told.said.content:
        return _(
            "Somebody tried to answer an ask on the asker's screen as %(whom)s with a %(what)s"
            " that did not match",
            whom=told.subject,
            what=what,
        )
    if told.said.row.subject.startswith(PERSON):
        return _(
            "Somebody tried to sign in as %(whom)s with a %(what)s that did not match",
            whom=told.subject,
            what=what,
        )
    return _("Somebody tried to sign in under a name that nobody here has")


def _plain(words: str, *facts: str) -> Callable[[Told], str]:
    """Return a sentence of who did it, to whom, and the number of the thing."""

    def say(told: Told) -> str:
        columns = {one: told.name(*_COLUMNS[one]) for one in facts if one in _COLUMNS}
        days = {one: told.day(one) for one in facts if one.endswith("_on")}
        known = {"who": told.actor, "whom": told.subject, "number": told.number, **columns, **days}
        if "amount" in facts:
            known["amount"] = told.amount()
        return _(words, **known)

    return say


_COLUMNS = {
    "person": ("people", "person_id"),
    "site": ("sites", "site_id"),
    "remedy": ("remedies", "remedy_id"),
    "reason": ("reasons", "reason_id"),
}
_GIVEN = ("person", "site", "remedy", "reason", "amount")

_GAVE = _plain("%(person)s gave %(amount)s at %(site)s: %(remedy)s, %(reason)s", *_GIVEN)


def _recorded(told: Told) -> str:
    """Return what was given; what went past the limit says how."""
    gave = _GAVE(told)
    if told.book.get("ask_id"):
        return _("%(gave)s, as was asked for", gave=gave)
    reason = told.book.get("exception_reason")
    if not reason:
        return gave
    if reason == "act_now":
        return _("%(gave)s, past the limit, within the act-now band", gave=gave)
    return _("%(gave)s, past the limit, given already", gave=gave)


SENTENCES: Mapping[str, Callable[[Told], str]] = {
    **journal_ask_words.SENTENCES,
    "decision.recorded": _recorded,
    "decision.imported": _plain(
        "From a file: %(person)s gave %(amount)s at %(site)s: %(remedy)s, %(reason)s", *_GIVEN
    ),
    "decision.voided": _voided,
    "decision.refused": _refused,
    "unmet_need.recorded": _plain(
        "%(person)s wanted to give %(amount)s at %(site)s and could not: %(reason)s",
        *("person", "site", "reason", "amount"),
    ),
    "limit.set": _limit,
    "file.imported": _imported,
    "import.undone": _undone,
    "recognition.given": _plain("%(who)s thanked %(person)s at %(site)s", "person", "site"),
    "export.chosen": _plain("%(who)s chose what goes into export %(number)s"),
    "export.made": _exported,
    "export.handed_out": _handed,
    "download.begun": lambda told: _(
        "%(who)s began to take a list of %(what)s out",
        who=told.actor,
        what=list_words(str(told.book.get("subject", ""))),
    ),
    "download.finished": _finished,
    "customer.added": _plain("%(who)s added a customer"),
    "customer.changed": _plain("%(who)s changed what is known of a customer"),
    "customer.joined": _plain("%(who)s joined a customer with another"),
    "customer.parted": _plain("%(who)s parted a customer from another again"),
    "customer.erased": _plain("%(who)s erased a customer's details"),
    "person.added": journal_people_words.added,
    "person.changed": journal_people_words.changed,
    "person.left": journal_people_words.left,
    "person.returned": _plain("%(who)s noted that %(whom)s stays, or is back"),
    "code.made": _plain("%(who)s made a one-time code for %(whom)s"),
    "password.set": _plain("%(whom)s set a new password"),
    "sign_in.started": _plain("%(whom)s signed in"),
    "sign_in.ended": _plain("%(whom)s signed out"),
    "sign_in.ended_all": _plain("%(who)s ended every sign-in of %(whom)s"),
    "sign_in.stepped_up": _plain("%(whom)s typed the password once more"),
    "sign_in.refused": _sign_in_refused,
    "sponsor.agreed": _plain(
        "%(who)s wrote the sponsor card, judged on %(judged_on)s", "judged_on"
    ),
    "ledger.founded": _plain("The ledger was founded"),
    "ledger.restored": _plain("The ledger was restored from a backup"),
    "checkpoint.signed": lambda told: _(
        "%(who)s signed a checkpoint of row %(size)s",
        who=told.actor,
        size=f"{told.number}",
    ),
}
