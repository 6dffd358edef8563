"""The figures that the product must show for the two real data sets.

From the top of the project, with the folder that holds both data sets:

    python -m tests.oracle.figures DATA > tests/oracle/figures.json
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.oracle.retention import UNITS, report

FILE = Path(__file__).with_name("figures.json")
NOTE = "Written by: python -m tests.oracle.figures DATA > tests/oracle/figures.json"

# Data set -> grouping -> the groups that figures are taken from, large and small ones.
CHOSEN_GROUPS: dict[str, dict[str, list[str]]] = {
    "online_retail": {
        "all": ["all"],
        "site": ["Germany", "United Kingdom"],
        "remedy": ["free_item", "waived_fee"],
        "reason": ["manual_adjustment"],
        "band": ["0-5", "10-25"],
        "month": ["2010-12", "2011-12"],
    },
    "complete_journey": {
        "all": ["all"],
        "site": ["31782", "406"],
        "remedy": ["credit"],
        "band": ["0-5", "10-25"],
        "month": ["2017-07", "2017-12"],
    },
}
# Part of a group -> the rows in it (days) -> the names.
Rows = Mapping[str, Mapping[int, Sequence[str]]]
ROWS_OF_ALL: Rows = {
    "horizons": {
        7: ["came_back", "not_back", "maturing"],
        30: ["came_back", "not_back", "maturing", "rate"],
        60: ["came_back", "not_back", "maturing"],
        90: ["came_back", "not_back", "maturing", "rate", "low", "high"],
        180: ["came_back", "not_back", "maturing"],
        365: ["came_back", "not_back", "maturing", "rate"],
    },
    "curve": {
        1: ["at_risk", "returned", "share"],
        30: ["at_risk", "returned", "share", "low", "high"],
        90: ["at_risk", "share", "low", "high"],
    },
}
ROWS_OF_OTHERS: Rows = {
    "horizons": {90: ["came_back", "not_back", "maturing", "rate", "low", "high"]},
    "curve": {30: ["at_risk", "share", "low", "high"]},
}
DAY_OF_ROW = {"horizons": "days", "curve": "day"}


def load_figures() -> list[dict[str, Any]]:
    """Return the stored figures: set, unit, by, group, part, at, name and the value."""
    figures: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["figures"]
    return figures


def look_up(whole: Mapping[str, Any], figure: Mapping[str, Any]) -> Any:  # noqa: ANN401 counts, rates, dates
    """Return what a report (as `latitude report retention --json` prints it) says for a figure.

    Raises KeyError if the report has no such group or row.
    """
    if figure["group"] is None:
        return len(whole["groups"]) if figure["name"] == "groups" else whole[figure["name"]]
    group = {g["key"]: g for g in whole["groups"]}[figure["group"]]
    if figure["part"] is None:
        return len(group["curve"]) if figure["name"] == "curve_days" else group[figure["name"]]
    rows = {row[DAY_OF_ROW[figure["part"]]]: row for row in group[figure["part"]]}
    return rows[figure["at"]][figure["name"]]


def flat(part: Any, place: str = "") -> dict[str, Any]:  # noqa: ANN401  # any part of a JSON object
    """Return each figure by where it stands, so that all can be compared at once."""
    if isinstance(part, dict):
        parts = [(f"{place}.{name}", value) for name, value in part.items()]
    elif isinstance(part, list):
        parts = [(f"{place}[{number}]", value) for number, value in enumerate(part)]
        parts.append((f"{place}.length", len(part)))
    else:
        return {place: part}
    return {at: figure for name, value in parts for at, figure in flat(value, name).items()}


def chosen_figures(data: Path) -> Iterator[dict[str, Any]]:
    """Work out every chosen figure; `data` is the folder with both data sets."""
    for name, groupings in CHOSEN_GROUPS.items():
        for unit in UNITS:
            for by, groups in groupings.items():
                whole = report(data / name, unit=unit, by=by)
                for place in places(groups):
                    figure = {"set": name, "unit": unit, "by": by, **place}
                    try:
                        yield {**figure, "value": look_up(whole, figure)}
                    except KeyError:
                        # Small groups' curves end before the chosen day.
                        continue


def places(groups: list[str]) -> Iterator[dict[str, Any]]:
    """List where the figures of one report stand."""
    for name in ("through", "groups"):
        yield {"group": None, "part": None, "at": None, "name": name}
    for group in groups:
        for name in ("decisions", "customers", "walk_ins", "amount_minor", "curve_days"):
            yield {"group": group, "part": None, "at": None, "name": name}
        rows_chosen = ROWS_OF_ALL if group == "all" else ROWS_OF_OTHERS
        for part, rows in rows_chosen.items():
            for at, names in rows.items():
                for name in names:
                    yield {"group": group, "part": part, "at": at, "name": name}


def main() -> None:
    """Print the file, one figure a line."""
    lines = ",\n".join("  " + json.dumps(figure) for figure in chosen_figures(Path(sys.argv[1])))
    sys.stdout.write(f'{{\n "note": {json.dumps(NOTE)},\n "figures": [\n{lines}\n ]\n}}\n')


if __name__ == "__main__":
    main()
