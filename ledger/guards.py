"""The guards of the books: the triggers that refuse to change or take away a row, word for word.

The migrations make them. They are written here once more, so that somebody who replaced one by a
trigger of the same name that lets everything through is found as surely as somebody who dropped it.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import inspect, text
from sqlmodel import Session, SQLModel

from ledger.core.tables import BOOKS, BOOKS_BY_SET, Customer
from ledger.database import Database

MISSING, CHANGED, UNKNOWN = "missing", "changed", "unknown"

_FIND_SQLITE = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'"
# A trigger that fires only on replicas ('R') or never ('D') guards nothing.
_FIND_POSTGRESQL = """
SELECT tgname, relname, CASE WHEN tgenabled IN ('O', 'A')
    THEN pg_get_triggerdef(pg_trigger.oid, true) ELSE 'off' END
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)
"""
_FUNCTIONS = """
SELECT proname, prosrc FROM pg_proc
WHERE pg_function_is_visible(oid) AND proname LIKE 'latitude%'
"""
_IS_VISIBLE = "EXISTS (SELECT 1 FROM import_file WHERE import_file.id = OLD.import_id)"
_REFUSE = "RAISE EXCEPTION '% only grows', TG_TABLE_NAME;"
_FUNCTIONS_WANTED = {
    "latitude_only_grows": f"BEGIN {_REFUSE} END",
    "latitude_grows_by_import": (
        f"BEGIN IF OLD.import_id IS NULL OR {_IS_VISIBLE} THEN {_REFUSE} END IF; RETURN OLD; END"
    ),
}


def guard_faults(database: Database) -> Mapping[str, str]:
    """Return what is not as it must be: the name of a guard, and why, in the order of names.

    Why is MISSING (not there, or switched off), CHANGED (does something else) or UNKNOWN (a trigger
    on a book that no migration made).
    """
    with database.reading() as session:
        found = _found(session, _FIND_SQLITE if database.is_sqlite else _FIND_POSTGRESQL)
        functions = {} if database.is_sqlite else _functions(session)
    wanted = dict(_wanted(is_sqlite=database.is_sqlite))
    faults = dict.fromkeys(found.keys() - wanted.keys(), UNKNOWN)
    for name, sql in wanted.items():
        if found.get(name, "off") == "off":
            faults[name] = MISSING
        elif found[name] != sql:
            faults[name] = CHANGED
    if not database.is_sqlite:
        for name, body in _FUNCTIONS_WANTED.items():
            if functions.get(name) != body:
                faults[name] = CHANGED if name in functions else MISSING
    return dict(sorted(faults.items()))


def _found(session: Session, query: str) -> dict[str, str]:
    """Return the triggers on books, by name."""
    books = {str(book.__tablename__) for book in BOOKS}
    return {
        name: _plain(sql) for name, table, sql in session.execute(text(query)) if table in books
    }


def _functions(session: Session) -> dict[str, str]:
    return {name: _plain(body) for name, body in session.execute(text(_FUNCTIONS))}


def _wanted(*, is_sqlite: bool) -> Iterator[tuple[str, str]]:
    for book in BOOKS:
        name = str(book.__tablename__)
        if is_sqlite:
            yield from _wanted_sqlite(book, name)
            continue
        deleting = "latitude_grows_by_import" if book in BOOKS_BY_SET else "latitude_only_grows"
        for kind, each, function in (
            ("update", "ROW", "latitude_only_grows"),
            ("delete", "ROW", deleting),
            ("truncate", "STATEMENT", "latitude_only_grows"),
        ):
            yield (
                f"{name}_no_{kind}",
                (
                    f"CREATE TRIGGER {name}_no_{kind} BEFORE {kind.upper()} ON {name} "
                    f"FOR EACH {each} EXECUTE FUNCTION {function}()"
                ),
            )


def _wanted_sqlite(book: type[SQLModel], name: str) -> Iterator[tuple[str, str]]:
    key = inspect(book).primary_key[0].name
    for kind, event, when in (
        ("update", "UPDATE", ""),
        ("delete", "DELETE", _deletable_unless(book)),
        ("replace", "INSERT", f"WHEN EXISTS (SELECT 1 FROM {name} WHERE {key} = NEW.{key}) "),  # noqa: S608 - our tables' own names
    ):
        yield (
            f"{name}_no_{kind}",
            (
                f"CREATE TRIGGER {name}_no_{kind} BEFORE {event} ON {name} {when}"
                f"BEGIN SELECT RAISE(ABORT, '{name} only grows'); END"
            ),
        )


def _deletable_unless(book: type[SQLModel]) -> str:
    """Return when a row of a book that comes in sets is nobody's yet: its import was stopped."""
    if book not in BOOKS_BY_SET:
        return ""
    at_the_log = "OLD.import_id IS NULL OR " if book is Customer else ""
    return f"WHEN {at_the_log}{_IS_VISIBLE} "


def told(faults: Mapping[str, str]) -> Sequence[str]:
    """Return one part of a sentence for each kind of fault."""
    says = {
        MISSING: "not there or switched off: {}",
        CHANGED: "made to do something else: {}",
        UNKNOWN: "made by nobody that we know: {}",
    }
    names = {why: [name for name, found in faults.items() if found == why] for why in says}
    return [say.format(", ".join(names[why])) for why, say in says.items() if names[why]]


def _plain(sql: str) -> str:
    return " ".join(sql.split())
