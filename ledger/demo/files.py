"""The files that the demo's till hands over."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from ledger.demo import story
from ledger.demo.cast import CURRENCY
from ledger.demo.visits import Shopper, Visit


def customer_file(folder: Path, known: Sequence[Shopper]) -> Path:
    """Write the customers as a file for import; return its path."""
    rows = ((shopper.ref, shopper.name, shopper.phone, "", "") for shopper in known)
    head = ("customer_ref", "name", "phone", "email", "loyalty")
    return written(folder / "customers.csv", head, rows)


def activity_file(folder: Path, visits: Sequence[Visit], *, prefix: str = "T") -> Path:
    """Write the visits as a file for import, in order of time; return its path.

    `prefix` is what the ids of the rows begin with.
    """
    told = sorted((story.instant(v.on, v.minute), v.ref, v) for v in visits)
    rows = (
        (
            f"{prefix}{number:06d}",
            visit.ref,
            at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "purchase",
            f"{visit.amount_minor // 100}.{visit.amount_minor % 100:02d}",
            CURRENCY,
            visit.site,
        )
        for number, (at, _, visit) in enumerate(told, 1)
    )
    head = (
        "external_id",
        "customer_ref",
        "occurred_at",
        "kind",
        "amount",
        "currency",
        "location_ref",
    )
    return written(folder / "activity.csv", head, rows)


def written(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a CSV file and return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
    return path
