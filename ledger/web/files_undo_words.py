"""What the pages of files say of taking an import back, before it is done and after."""

from collections.abc import Sequence
from datetime import date

from ledger.core.imports.undo import Undone
from ledger.web.files_words import moved_words
from ledger.web.when import day_words
from ledger.web.words import _, ngettext


def undo_facts(undone: Undone, *, today: date) -> Sequence[tuple[str, str]]:
    """Return what taking an import back would do, as terms and facts."""
    found = [(_("Rows that count no more"), f"{undone.rows:,}")]
    if undone.restored:
        found.append((_("Rows that count again"), _restored(undone.restored)))
    if undone.corrected:
        found.append((_("Rows that stay corrected"), _stay(undone.corrected)))
    if undone.voided:
        found.append((_("Rows that stay voided"), f"{undone.voided:,}"))
    if undone.through_before is not None:
        found.append((_("Feed %(feed)s", feed=undone.feed), _feed_after(undone, today=today)))
    if undone.figures is not None:
        found.append((_("Figures of all sites"), moved_words(undone.figures, today=today)))
    return found


def _feed_after(undone: Undone, *, today: date) -> str:
    before, after = undone.through_before, undone.through_after
    if after == before or before is None:
        return _("stays complete through %(day)s", day=day_words(before or today, today=today))
    was = day_words(before, today=today)
    if after is None:
        return _("has no file any more; it was complete through %(day)s", day=was)
    return _(
        "goes back to %(day)s, until a file says more; it was complete through %(was)s",
        day=day_words(after, today=today),
        was=was,
    )


def undone_words(undone: Undone, *, today: date) -> str:
    """Return what taking an import back did, in one or two sentences."""
    said = [_("%(changed)s.", changed=_outcomes_changed(undone.outcomes or 0))]
    before, after = undone.through_before, undone.through_after
    if before is not None and after != before:
        said.append(
            _("Feed %(feed)s has no file any more.", feed=undone.feed)
            if after is None
            else _(
                "Feed %(feed)s went back to %(day)s, until a file says more.",
                feed=undone.feed,
                day=day_words(after, today=today),
            )
        )
    if undone.figures is not None:
        moved = moved_words(undone.figures, today=today)
        said.append(_("Figures of all sites: %(moved)s.", moved=moved))
    return " ".join(said)


def _restored(count: int) -> str:
    return _("%(n)s, which this file had corrected", n=f"{count:,}")


def _stay(count: int) -> str:
    return ngettext(
        "%(n)s, as a later file says it",
        "%(n)s, as a later file says them",
        count,
        n=f"{count:,}",
    )


def _outcomes_changed(count: int) -> str:
    if not count:
        return _("No outcome changed")
    return ngettext("%(n)s outcome changed", "%(n)s outcomes changed", count, n=f"{count:,}")
