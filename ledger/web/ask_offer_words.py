"""What an asker is told where something of the ask was retired before it was given."""

from ledger.core.reports.own_ask import OwnAsk
from ledger.web.inbox_thread_words import words_of
from ledger.web.words import _


def not_offered_words(found: OwnAsk) -> str:
    """Return what was answered and what is not offered any more: nothing can be given for it."""
    words = {
        "site": _("%(name)s is closed.", name=found.site.name),
        "remedy": _("“%(name)s” is not offered any more.", name=found.remedy.name),
        "reason": _("“%(name)s” is no reason any more.", name=found.reason.name),
    }
    gone = " ".join(words[part] for part in found.not_offered)
    then = _("%(gone)s So nothing can be given for this ask.", gone=gone)
    said = "" if found.version.answer is None else words_of(found.version.answer)
    return _("“%(words)s”", words=said) + f" {then}" if said else then
