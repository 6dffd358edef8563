"""What the pages of files say: kinds, states, counts, and each problem by row, column and value."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ledger.core import uploads
from ledger.core.imports.figures import Moved
from ledger.core.imports.problems import Problem
from ledger.core.imports.runs import Imported
from ledger.web.files_problems import why_words
from ledger.web.when import day_words
from ledger.web.words import _, ngettext

NAMED = 12


def kind_words(kind: str) -> str:
    """Return what a kind of file is called."""
    return {
        "activity": _("Activity"),
        "decisions": _("Decisions"),
        "till": _("Till"),
        "customers": _("Customers"),
        "people": _("People"),
    }[kind]


def kind_explained(kind: str) -> str:
    """Return what a kind of file holds, in one sentence."""
    return {
        "activity": _("What customers did later: purchases, visits, renewals, cancellations."),
        "decisions": _("What was given elsewhere. No limit judges it."),
        "till": _("Refunds, credits, discounts, free items and voids, as the till has them."),
        "customers": _("Names, phone numbers and loyalty numbers of customers."),
        "people": _("Who works here, in which role and at which sites."),
    }[kind]


def kind_example(kind: str) -> str:
    """Return a row as a file of this kind may have it, under all of its columns."""
    return {
        "activity": "T-1001,C-417,2026-01-31T18:05:00Z,purchase,12.50,USD,elm-street",
        "decisions": "G-88,2026-01-31T18:05:00Z,C-417,00571,elm-street,refund,5.00,USD,late,",
        "till": "R-2001,2026-01-31T18:06:00Z,elm-street,refund,5.00,USD,D-000123,00571",
        "customers": "C-417,Zoe Adler,+1 202 555 0143,zoe@home.example,L-77001",
        "people": "00571,Ana Ruiz,ana@company.example,staff,elm-street;harbour,Associate",
    }[kind]


def problem_words(problem: Problem) -> str:
    """Return why a value cannot be taken in, as a sentence."""
    words = why_words(problem.why, problem.detail)
    return f"{words[:1].upper()}{words[1:]}."


def facts(came: Imported, *, today: date) -> Sequence[tuple[str, str]]:
    """Return what a file did, or would do, as terms and facts."""
    found = [(_("Rows"), rows_words(came))]
    if came.customers and came.kind != "customers":
        found.append((_("New customers"), f"{came.customers:,}"))
    found += [(_added_words(what), _names(names)) for what, names in came.created.items() if names]
    if came.joined:
        found.append((_("Joined"), _joined(came.joined)))
    if came.without_customer:
        found.append((_("No customer"), _nobodys(came.without_customer)))
    if came.notes_cut or came.notes_left_out:
        found.append((_("Notes"), _notes(came)))
    if came.kind == "activity" and came.outcomes is not None:
        found.append((_("Outcomes"), outcomes_words(came.outcomes, would=came.dry_run)))
    if came.figures is not None:
        found.append((_("Figures of all sites"), moved_words(came.figures, today=today)))
    if came.through is not None:
        found.append((_("Complete through"), _through(came, came.through, today=today)))
    return found


def rows_words(came: Imported) -> str:
    """Return how many rows are new, corrected and known."""
    parts = (
        (came.new, _("%(rows)s new", rows=f"{came.new:,}")),
        (came.corrected, _("%(rows)s corrected", rows=f"{came.corrected:,}")),
        (came.unchanged, _("%(rows)s known already", rows=f"{came.unchanged:,}")),
    )
    return ", ".join(words for count, words in parts if count) or _("none new")


def outcomes_words(count: int, *, would: bool) -> str:
    """Return how many outcomes change."""
    if not count:
        return _("none would change") if would else _("none changed")
    if would:
        return _("%(n)s would change", n=f"{count:,}")
    return _("%(n)s changed", n=f"{count:,}")


def moved_words(moved: Moved, *, today: date) -> str:
    """Return how far the figures of all sites reach, and what that does to outcomes."""
    before = moved.before and day_words(moved.before, today=today)
    after = moved.after and day_words(moved.after, today=today)
    if after is None:
        reach = _("nothing is known any more; they reached %(before)s", before=before)
    elif before is None:
        reach = _("reach %(after)s", after=after)
    elif (moved.after or today) < (moved.before or today):
        reach = _("stop at %(after)s instead of %(before)s", after=after, before=before)
    else:
        reach = _("reach %(after)s instead of %(before)s", after=after, before=before)
    return f"{reach}: {_become(moved.known)}"


def _become(known: int) -> str:
    if known < 0:
        return ngettext(
            "%(n)s known outcome matures again",
            "%(n)s known outcomes mature again",
            -known,
            n=f"{-known:,}",
        )
    if known:
        return ngettext(
            "%(n)s outcome becomes known",
            "%(n)s outcomes become known",
            known,
            n=f"{known:,}",
        )
    return _("no outcome becomes known or matures again by that")


def notices(came: Imported) -> Iterator[str]:
    """Yield what somebody should look at."""
    for slug, value in came.notices:
        yield {
            "lookalike": _("Two names look alike and are not the same: %(value)s.", value=value),
            "unknown_staff": _(
                "Nobody here has these employee ids, so their rows name nobody: %(value)s.",
                value=value,
            ),
            "kept_apart": _(
                "%(value)s shares a number with a customer from whom a person has parted them. "
                "The two stay apart.",
                value=value,
            ),
            "same_file": _(
                "This very file counts already, in the feed “%(value)s”. Ids of another feed are "
                "other rows: everything in it would count twice. Put it away, or choose that feed.",
                value=value,
            ),
            "day_open": _(
                "%(value)s is not over yet, and counts as complete with this file: what comes "
                "later that day should follow in the next one.",
                value=value,
            ),
            "hidden_characters": _(
                "Characters that cannot be seen were left out of the name %(value)s.", value=value
            ),
        }[slug]


def room_words(why: str) -> str:
    """Return why there is no room for one more file, and what to do."""
    return {
        "too_many": ngettext(
            "A file of yours waits already: take it in or put it away first",
            "%(n)s files of yours wait already: take one in or put one away first",
            uploads.MOST_WAITING,
            n=uploads.MOST_WAITING,
        ),
        "full": _(
            "The files that wait are too large together: wait until some are taken in or put away"
        ),
    }[why]


def stop_words(why: str | None) -> str:
    """Return why the work on a file stopped, and what to do."""
    return {
        "overtaken": _(
            "Somebody else added the same meanwhile. Nothing was taken in. Start it again."
        ),
        "busy": _("Another file was being taken in for long. Start this one again."),
        "incomplete": _("The file did not come whole. Nothing of it was taken in."),
        "grown_old": _(
            "Another file was taken in, or taken back, after you looked at this one. Start again: "
            "it is looked at once more."
        ),
        "not_allowed": _("You may not bring such a file any more. Ask an administrator."),
        "unexpected": _(
            "Something stopped on our side. Nothing of it was taken in. Start it again; if it "
            "stops there again, call for help."
        ),
        "database": _("The ledger could not be written to. Wait a little, then start it again."),
    }.get(why or "", _("Nothing of it was taken in. Start it again: it begins from the front."))


def _through(came: Imported, through: date, *, today: date) -> str:
    on = day_words(through, today=today)
    if not came.moved_through:
        return _("%(day)s, as before", day=on)
    words = on
    if came.reached is not None and came.reached != came.through:
        words = _("%(day)s; it was %(was)s", day=on, was=day_words(came.reached, today=today))
    if came.through_stated:
        return words
    return _("%(day)s. Nobody stated it, so that day may be incomplete.", day=words)


def _joined(count: int) -> str:
    return ngettext(
        "%(n)s customer of the log is one whom the till knows",
        "%(n)s customers of the log are ones whom the till knows",
        count,
        n=f"{count:,}",
    )


def _nobodys(count: int) -> str:
    return ngettext(
        "%(n)s row names nobody: it is no return",
        "%(n)s rows name nobody: they are no returns",
        count,
        n=f"{count:,}",
    )


def _notes(came: Imported) -> str:
    return _(
        "%(cut)s cut to 140 characters, %(out)s left out for a card or phone number",
        cut=f"{came.notes_cut:,}",
        out=f"{came.notes_left_out:,}",
    )


def _added_words(what: str) -> str:
    words: Mapping[str, str] = {
        "sites": _("Sites to add"),
        "people": _("People to add"),
        "remedies": _("Remedies to add"),
        "reasons": _("Reasons to add"),
    }
    return words[what]


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        return _("%(names)s and %(more)s more", names=shown, more=len(names) - NAMED)
    return shown
