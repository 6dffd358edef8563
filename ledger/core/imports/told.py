"""What came of a file, or what is wrong with it, as a text that a row can keep."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from ledger.core.imports import preview
from ledger.core.imports.figures import Moved
from ledger.core.imports.problems import ImportRefusedError, Problem
from ledger.core.imports.runs import Imported


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of an upload: what came of it, its problems, or `why` the work stopped.

    `problem_count` may be larger than the problems that were kept; `age` is the `history.age` at
    which a dry run looked.
    """

    came: Imported | None = None
    problems: Sequence[Problem] = field(default=())
    problem_count: int = 0
    why: str | None = None
    age: str | None = None


def of_import(came: Imported, *, age: str | None = None) -> str:
    """Return the text of an import, or of its dry run and the `history.age` at which it ran."""
    return json.dumps({"came": asdict(came), "age": age}, default=_plain)


def of_refusal(refused: ImportRefusedError) -> str:
    """Return the text of what is wrong with a file."""
    problems = [asdict(problem) for problem in refused.problems]
    return json.dumps({"problems": problems, "count": refused.count})


def of_stop(why: str) -> str:
    """Return the text of a work that stopped, by a slug."""
    return json.dumps({"why": why})


def read(report: str | None) -> Told:
    """Return what a text tells; nothing if there is none yet."""
    if report is None:
        return Told()
    said = json.loads(report)
    if "came" in said:
        return Told(came=_imported(said["came"]), age=said.get("age"))
    problems = [Problem(**problem) for problem in said.get("problems", ())]
    return Told(problems=problems, problem_count=said.get("count", 0), why=said.get("why"))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)


def _imported(said: Mapping[str, object]) -> Imported:
    days = {name: _day(said[name]) for name in ("through", "reached")}
    notices = said["notices"]
    pairs = tuple(tuple(one) for one in notices) if isinstance(notices, list) else ()
    parts = {
        "figures": _moved(said.get("figures")),
        "preview": preview.read(said.get("preview")),
    }
    return Imported(**{**said, **days, **parts, "notices": pairs})  # type: ignore[arg-type]  # written by `of_import`


def _moved(said: object) -> Moved | None:
    if not isinstance(said, dict):
        return None
    return Moved(before=_day(said["before"]), after=_day(said["after"]), known=said["known"])


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
