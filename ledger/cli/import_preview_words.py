"""What the command line says of a file that it looked at: sums, first rows, what differs."""

from collections.abc import Iterator, Mapping

from ledger.core import money
from ledger.core.imports.preview import Preview

LISTED = 12

_BY: Mapping[str, str] = {"role": "By role", "site": "By site", "kind": "By what it is"}


def preview_lines(preview: Preview) -> Iterator[str]:
    """Yield what is in a file as a whole, then which of its rows change what is known."""
    if preview.first_day is not None:
        yield f"Business days in the file: {preview.first_day} to {preview.last_day}."
    if preview.sums:
        yield f"Amounts in the file: {_sums(preview.sums)}."
    for what, title in _BY.items():
        found = [part for part in preview.parts if part.what == what]
        if found:
            yield f"{title}:"
        for part in found[:LISTED]:
            worth = f", {_sums(part.sums)}" if part.sums else ""
            yield f"  {part.name or 'none named'}: {_count(part.rows)}{worth}"
        if len(found) > LISTED:
            yield f"  and {len(found) - LISTED:,} more"
    yield f"Its first rows ({' | '.join(preview.columns)}):"
    for row in preview.first:
        yield f"  {' | '.join(cell or '-' for cell in row)}"
    yield from _changes(preview)


def _changes(preview: Preview) -> Iterator[str]:
    if not preview.changes:
        return
    yield "What would change:"
    for one in preview.changes:
        before = "something else" if one.before is None else one.before or "nothing"
        yield f"  Row {one.row}, {one.of}, {one.column}: {before} -> {one.after or 'nothing'}"
    more = preview.differing - len({one.row for one in preview.changes})
    if more > 0:
        yield f"  and {_count(more)} more that differ"


def _sums(sums: Mapping[str, int]) -> str:
    return ", ".join(
        f"{money.plain(minor, currency)} {currency}" for currency, minor in sums.items()
    )


def _count(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows"
