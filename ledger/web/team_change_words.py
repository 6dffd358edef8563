"""What changed about somebody who works here, in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core.changes_told import Change, Row
from ledger.web.when import day_words, moment_words
from ledger.web.words import _, role_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One line of a history: when, what happened in plain words, and who did it."""

    when: str
    words: Sequence[str]
    by: str


def change_line(  # what, in whose words, when
    change: Change,
    site_names: Mapping[int, str],
    people_names: Mapping[int, str],
    *,
    currency: str,
    zone: str,
    today: date,
) -> ChangeLine:
    """Return one change of a person in plain words."""
    words = [
        *_kind_words(change, currency=currency, today=today),
        *_fact_words(change, currency=currency),
        *_same_words(change, people_names),
        *_named_words(change),
        *_place_words(change, site_names, today=today),
    ]
    if not words:
        words = [_("Name, employee id or e-mail changed.")]
    return ChangeLine(
        when=moment_words(change.at, zone, today=today),
        words=words,
        by=change.by or _("The command line"),
    )


def _kind_words(change: Change, *, currency: str, today: date) -> Iterator[str]:
    was, became = change.facts.get("last_day", (None, None))
    if change.kind == "person.added":
        yield from _added_words(change, currency=currency)
    elif change.kind == "code.made":
        yield _("A one-time code was made.")
    elif change.kind == "password.set":
        yield _("A password was set.")
    elif change.kind == "sign_in.ended_all":
        yield _("Signed out everywhere.")
    elif change.kind == "person.returned":
        yield _("Came back.") if "active" in change.facts else _("Stays: the last day was undone.")
    elif change.kind == "person.left" and "active" in change.facts:
        is_at_once = "last_day" in change.facts
        yield _("Left, at once.") if is_at_once else _("Left: the last day was over.")
    elif isinstance(became, str):
        yield _("Last day: %(day)s.", day=day_words(date.fromisoformat(became), today=today))
    elif isinstance(was, str):
        yield _("The last day was undone.")


def _added_words(change: Change, *, currency: str) -> Iterator[str]:
    """Yield as what somebody was added; where they work stands beside it, if anywhere."""
    yield _("Added as %(role)s.", role=role_words(str(change.now["role"])))
    if change.now.get("grade"):
        yield _("Grade: %(grade)s.", grade=change.now["grade"])
    ceiling = change.now.get("ceiling_minor")
    if isinstance(ceiling, int) and ceiling:
        amount = money.show(ceiling, currency)
        yield _("Highest limit for others: %(amount)s.", amount=amount)
    if not change.places:
        yield _("At no site yet.")


def _fact_words(change: Change, *, currency: str) -> Iterator[str]:
    if "role" in change.facts:
        was, became = (role_words(str(role)) for role in change.facts["role"])
        yield _("Role: %(became)s, before %(was)s.", became=became, was=was)
    if "grade" in change.facts:
        was, became = (str(grade or _("none")) for grade in change.facts["grade"])
        yield _("Grade: %(became)s, before %(was)s.", became=became, was=was)
    if "ceiling_minor" in change.facts:
        was, became = (
            money.show(minor, currency) if isinstance(minor, int) else _("none")
            for minor in change.facts["ceiling_minor"]
        )
        yield _("Highest limit for others: %(became)s, before %(was)s.", became=became, was=was)
    if "approval_ceiling_minor" in change.facts:
        was, became = (
            money.show(minor, currency) if isinstance(minor, int) else _("as for limits")
            for minor in change.facts["approval_ceiling_minor"]
        )
        yield _("May approve up to: %(became)s, before %(was)s.", became=became, was=was)


def _same_words(change: Change, names: Mapping[int, str]) -> Iterator[str]:
    """Yield whose record was said to be of the same human being, or that it is none's any more."""
    if "same_as_id" not in change.facts:
        return
    _was, became = change.facts["same_as_id"]
    if not isinstance(became, int):
        yield _("No other record is of the same person any more.")
        return
    yield _("The same person as %(name)s.", name=names.get(became) or _("(erased)"))


def _named_words(change: Change) -> Iterator[str]:
    words = {
        "name": _("The name was changed."),
        "employee_id": _("The employee id was changed."),
        "email": _("The e-mail was changed."),
    }
    for name in change.named:
        if name in words:
            yield words[name]


def _place_words(change: Change, site_names: Mapping[int, str], *, today: date) -> Iterator[str]:
    if change.places is None:
        return
    before = {row["id"]: row for row in change.before}
    for row in change.places:
        known = before.pop(row["id"], None)
        if known == row:
            continue
        site, since, until = _span(row, site_names, today=today)
        if known is None and until:
            yield _(
                "Works at %(site)s from %(since)s until %(until)s.",
                site=site,
                since=since,
                until=until,
            )
        elif known is None:
            yield _("Works at %(site)s from %(since)s.", site=site, since=since)
        elif until:
            yield _("Last day at %(site)s: %(until)s.", site=site, until=until)
        else:
            yield _("Goes on at %(site)s.", site=site)
    for row in before.values():
        site, since, _until = _span(row, site_names, today=today)
        yield _("Does not begin at %(site)s on %(since)s.", site=site, since=since)


def _span(row: Row, site_names: Mapping[int, str], *, today: date) -> tuple[str, str, str]:
    since, until = date.fromisoformat(str(row["from_date"])), row["until"]
    return (
        site_names.get(int(row["site_id"] or 0), "?"),
        day_words(since, today=today),
        "" if until is None else day_words(date.fromisoformat(str(until)), today=today),
    )
