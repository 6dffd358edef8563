"""The pages of files, put together: the form with the history, one upload, one import."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import render_template, url_for

from ledger.core import sites, uploads
from ledger.core.imports import history, kinds, told, undo
from ledger.core.imports.history import TakenIn
from ledger.core.imports.problems import Problem
from ledger.core.imports.runs import Imported
from ledger.core.imports.undo import UndoRefusedError
from ledger.core.tables import Upload
from ledger.web import files_preview, files_undo_words, files_words
from ledger.web.access import signed_in
from ledger.web.files_forms import MEGABYTE, BringForm, PressForm, TakeBackForm
from ledger.web.files_scope import scope_words
from ledger.web.files_words import kind_words
from ledger.web.moment import today, utc_now
from ledger.web.step_up import StepUpForm
from ledger.web.transactions import reading
from ledger.web.when import day_words, moment_words
from ledger.web.words import _, ngettext

# Problems on the page; the file of problems has more.
SHOWN = 200
MOST = _(
    "This file is larger than %(most)s MB. Split it by days and bring one after the other, or take "
    "it in on the server with: latitude import",
    most=uploads.MOST_BYTES // MEGABYTE,
)
OF_HEADER = {"empty_file", "no_header", "doubled_column", "unknown_column", "missing_column"}


# What was chosen beside the file, and can be wrong while the file is right.
CHOSEN = {"feed", "through"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list of files: where it leads, what it is, and what stands beside it."""

    url: str
    name: str
    kind: str
    feed: str
    state: str
    tone: str
    when: str
    by: str = ""
    rows: str = ""
    through: str = ""


def bring_page(form: BringForm, *, page: int = 1) -> str:
    """Return the page with the form, what waits, and what was taken in."""
    person = signed_in()
    found = history.imports(
        reading(), history.in_sight_of(reading(), person, on=today()), page=page
    )
    return render_template(
        "files/index.html",
        form=form,
        most_bytes=uploads.MOST_BYTES,
        too_large=MOST,
        explained=[
            (
                kind_words(name),
                files_words.kind_explained(name),
                _columns(name),
                files_words.kind_example(name),
            )
            for name in kinds.kinds_for(person)
        ],
        feeds=_feeds(),
        scope=scope_words(),
        waiting=[_waiting(upload) for upload in uploads.waiting(reading(), person)],
        history=[_taken_in(one) for one in found.rows],
        page=found.page,
        pages=found.pages,
    )


def upload_page(upload: Upload, form: PressForm | StepUpForm) -> str:
    """Return the page of one upload, in whatever state it is."""
    said = told.read(upload.report)
    is_stopped = uploads.is_stopped(upload, now=utc_now())
    wanted = uploads.wanted_of(upload)
    came, is_whole = said.came, uploads.is_whole(reading(), upload)
    return render_template(
        "files/upload.html",
        form=form,
        upload=upload,
        kind=kind_words(upload.kind),
        feed=wanted.feed,
        state="stopped" if is_stopped else upload.state,
        is_whole=is_whole,
        came=came,
        facts=files_words.facts(came, today=today()) if came else [],
        notices=list(files_words.notices(came)) if came else [],
        seen=_seen(came, upload.kind),
        problems=list(problem_rows(said.problems[:SHOWN])),
        problem_count=said.problem_count,
        problems_kept=len(said.problems),
        columns=_columns(upload.kind) if _of_header(said.problems) else "",
        looks_like=_looks_like(upload, said.problems),
        is_choice=bool(said.problems) and all(one.column in CHOSEN for one in said.problems),
        stopped=files_words.stop_words(said.why if is_whole else "incomplete"),
        press=_press_words(upload, said),
        is_old=is_old(upload),
    )


def _seen(came: Imported | None, kind: str) -> files_preview.Seen | None:
    """Return what is in a file that would change something; None once there is nothing to judge."""
    if came is None or came.preview is None or came.changed_nothing:
        return None
    return files_preview.seen(came.preview, kind, today=today())


def is_old(upload: Upload) -> bool:
    """Whether another file was taken in, or taken back, since this one was looked at."""
    if upload.state != "checked":
        return False
    return told.read(upload.report).age != history.age(reading())


def import_page(found: TakenIn, form: TakeBackForm) -> str:
    """Return the page of one import, with what taking it back would do."""
    file, zone = found.file, sites.company(reading()).zone
    try:
        foreseen = undo.foresee(reading(), file.id)
    except UndoRefusedError:
        foreseen = None
    may_undo = foreseen is not None and undo.may_undo(reading(), signed_in(), file, now=utc_now())
    return render_template(
        "files/import.html",
        form=form if may_undo else None,
        number=file.id,
        kind=kind_words(file.kind),
        facts=_import_facts(found),
        stays=file.kind not in undo.BOOKS,
        undone=found.undone,
        undone_when=moment_words(found.undone.made_at, zone, today=today()) if found.undone else "",
        undone_by=found.undone_by or _("the command line"),
        reason=found.reason or _("The words were erased."),
        foreseen=files_undo_words.undo_facts(foreseen, today=today()) if foreseen else [],
        may_undo=may_undo,
    )


def problem_rows(problems: Sequence[Problem]) -> Iterator[tuple[str, str, str, str]]:
    """Yield each problem as row, column, value and what is wrong."""
    for one in problems:
        row = str(one.row) if one.row else ""
        yield row, one.column, one.value, files_words.problem_words(one)


def _import_facts(found: TakenIn) -> list[tuple[str, str]]:
    file, zone = found.file, sites.company(reading()).zone
    when = moment_words(file.made_at, zone, today=today())
    who = found.by or _("the command line")
    facts = [
        (_("File"), found.name or _("brought on the command line")),
        (_("Feed"), file.feed),
        (_("Taken in"), _("%(when)s, by %(who)s", when=when, who=who)),
        (_("Rows"), f"{file.rows:,}"),
        (_("New customers"), f"{file.customers:,}"),
    ]
    if file.through is not None:
        stated = _("stated") if file.through_stated else _("the latest day in it")
        day = day_words(file.through, today=today())
        facts.append((_("Says it is complete through"), f"{day} ({stated})"))
    facts.append((_("Journal"), _("row %(row)s", row=f"{file.journal_seq:,}")))
    return facts


def _waiting(upload: Upload) -> Line:
    is_stopped = uploads.is_stopped(upload, now=utc_now())
    came = told.read(upload.report).came
    is_known = came is not None and came.changed_nothing
    state, tone = {
        "checking": (_("Being checked"), "note"),
        "checked": (
            (_("All known: nothing to do"), "plain")
            if is_known
            else (_("Waits for your press"), "maturing")
        ),
        "refused": (_("Has problems"), "stop"),
        "taking_in": (_("Being taken in"), "note"),
        "stopped": (_("Stopped"), "stop"),
    }["stopped" if is_stopped else upload.state]
    return Line(
        url=url_for("files.show", uid=upload.uid),
        name=upload.file_name,
        kind=kind_words(upload.kind),
        feed=uploads.wanted_of(upload).feed,
        state=state,
        tone=tone,
        when=moment_words(upload.made_at, sites.company(reading()).zone, today=today()),
    )


def _taken_in(one: TakenIn) -> Line:
    file, kind = one.file, kind_words(one.file.kind)
    return Line(
        url=url_for("files.taken_in", number=file.id),
        # The command line keeps no name: then it is called by what it brought.
        name=one.name or _("%(kind)s, import %(number)s", kind=kind, number=file.id),
        kind=kind,
        feed=file.feed,
        state=_("Taken back") if one.undone else "",
        tone="notback",
        when=moment_words(file.made_at, sites.company(reading()).zone, today=today()),
        by=one.by or _("Command line"),
        rows=f"{file.rows:,}",
        through=day_words(file.through, today=today()) if file.through else "",
    )


def _press_words(upload: Upload, said: told.Told) -> str:
    """Return the words of the one press; "" if there is nothing to take in."""
    came = said.came
    if upload.state != "checked" or came is None or came.changed_nothing:
        return ""
    rows = came.new + came.corrected
    if not rows:
        return _("Move the last day")
    return ngettext("Take in %(n)s row", "Take in %(n)s rows", rows, n=f"{rows:,}")


def _columns(kind: str) -> str:
    layout = kinds.KINDS[kind].layout
    optional = "".join(f", [{name}]" for name in layout.optional)
    return ", ".join(layout.required) + optional


def _of_header(problems: Sequence[Problem]) -> Problem | None:
    return next((problem for problem in problems if problem.why in OF_HEADER), None)


def _looks_like(upload: Upload, problems: Sequence[Problem]) -> str:
    """Return which other kind of file this is by its columns; "" if it is none."""
    found = _of_header(problems)
    other = None if found is None else kinds.kind_of(found.detail)
    return "" if other in {None, upload.kind} else kind_words(other or "")


def _feeds() -> Sequence[str]:
    known = {feed for name in kinds.KINDS for feed in kinds.known_feeds(reading(), name)}
    return sorted(known)
