"""`latitude report` with episodes and filters, and the horizon that a first import proposes."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Latitude, SetUp
from tests.core.files import ACTIVITY, DECISIONS


def written(folder: Path, name: str, header: str, *rows: str) -> str:
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return str(path)


@pytest.fixture
def shop(latitude: Latitude, set_up: SetUp, tmp_path: Path) -> Latitude:
    """Run `latitude` with one customer who was given three times, in two sorts."""
    set_up(("init", "--currency", "GBP", "--time-zone", "UTC"))
    rows = [
        "d1,2026-03-01T15:00:00Z,c1,T1,Elm,refund,5.00,GBP,late,",
        "d2,2026-03-20T15:00:00Z,c1,T1,Elm,credit,12.00,GBP,cold,",
        "d3,2026-06-19T15:00:00Z,c1,T1,Elm,refund,12.00,GBP,late,",
    ]
    latitude(
        "import", "decisions", written(tmp_path, "d.csv", DECISIONS, *rows), "--create-missing"
    )
    return latitude


def test_episodes_are_as_far_apart_as_the_horizon(shop: Latitude) -> None:
    own = json.loads(shop("report", "retention", "--unit", "episode", "--json").output)
    short = json.loads(
        shop("report", "retention", "--unit", "episode", "--horizon", "7", "--json").output
    )
    said = shop("report", "retention", "--unit", "episode").output

    assert (own["episode_days"], own["groups"][0]["decisions"]) == (90, 2)
    assert (short["episode_days"], short["groups"][0]["decisions"]) == (7, 3)
    assert "none by that customer in the 90 days before" in said
    assert "pages count" not in said
    assert "pages count --unit episode" in shop("report", "retention").output


@pytest.mark.parametrize(
    "option, count",
    [(("--remedy", "refund"), 2), (("--reason", "cold"), 1), (("--band", "10-25"), 2)],
)
def test_the_report_is_narrowed(shop: Latitude, option: tuple[str, str], count: int) -> None:
    whole = json.loads(shop("report", "retention", "--unit", "decision", *option, "--json").output)

    assert whole["groups"][0]["decisions"] == count


def test_a_name_that_is_not_known_is_said_with_those_that_are(shop: Latitude) -> None:
    refused = shop("report", "retention", "--reason", "gold")

    assert refused.exit_code == 1
    assert "No reason is called gold. There are:" in refused.output
    assert "cold" in refused.output


def test_the_first_activity_proposes_a_horizon_and_the_next_does_not(
    shop: Latitude, tmp_path: Path
) -> None:
    days = ["2026-03-02", "2026-03-06"]
    rows = [
        f"a{n}{day},c{n},{day}T15:00:00Z,visit,0.00,GBP"
        for day in days
        for n in range(40)
        if day == days[0] or n % 3
    ]
    more = "z1,c1,2026-04-01T15:00:00Z,visit,0.00,GBP"
    through = ("--through", "2026-04-20")

    first = shop("import", "activity", written(tmp_path, "a.csv", ACTIVITY, *rows), *through)
    second = shop("import", "activity", written(tmp_path, "b.csv", ACTIVITY, more), *through)

    assert "Proposed horizon: 7 days, the shortest with 50 to 80 % back." in first.output
    assert "Of all customers, by days after the first one seen: 65% within 7," in first.output
    assert "orizon" not in second.output
