"""What a wheel installs works as the checkout does: it makes a ledger and shows a page."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.source import ROOT

FIRST_PAGE = """
import ledger
answer = ledger.create_app().test_client().get("/sign-in")
print(ledger.__file__)
print(answer.status_code)
print(answer.get_data(as_text=True))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A virtual environment with the wheel in it, and a folder to work in beside it."""

    programs: Path
    packages: Path
    work: Path

    def run(self, program: str, *arguments: str) -> str:
        """Run a program of this environment in the work folder; return what it printed.

        A program that does not end well fails the test with all that it printed.
        """
        answer = subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.work,
            env=environment(self.work),
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            pytest.fail(
                f"{program} ended with {answer.returncode}:\n{answer.stdout}{answer.stderr}"
            )
        return answer.stdout


def environment(work: Path) -> Mapping[str, str]:
    """Return our environment without what would lead to the checkout, and a ledger of its own."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FLASK_", "LEDGER_", "PYTHON"))
    }
    return ours | {
        "LEDGER_DATABASE_URL": f"sqlite:///{(work / 'ledger.sqlite').as_posix()}",
        "LEDGER_INSTANCE": str(work),
        "PYTHONIOENCODING": "utf-8",
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run_module("hatchling", "build", "-t", "wheel", "-d", str(folder))
    return next(folder.glob("latitude_ledger-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Install the wheel, and only it, beside the packages that these tests run with.

    Their folder stands after the wheel's own on the path, and the link to the checkout that it
    holds is not followed there, so `ledger` is the wheel's or nothing.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    places = {"base": str(folder), "platbase": str(folder)}
    programs = Path(sysconfig.get_path("scripts", "venv", places))
    packages = Path(sysconfig.get_path("purelib", "venv", places))
    others = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "packages-of-the-tests.pth").write_text("\n".join(others), encoding="utf-8")
    into = ("--python", str(programs / "python"))
    run_module("pip", *into, "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    return Installation(
        programs=programs, packages=packages, work=tmp_path_factory.mktemp("instance")
    )


def test_the_wheel_holds_the_package_and_its_templates_and_nothing_else(wheel: Path) -> None:
    held = {
        name
        for name in zipfile.ZipFile(wheel).namelist()
        if not name.startswith("latitude_ledger-")
    }

    package = {path.relative_to(ROOT).as_posix() for path in files_in(ROOT / "ledger")}
    templates = {
        f"ledger/{path.relative_to(ROOT).as_posix()}" for path in files_in(ROOT / "templates")
    }
    assert templates
    assert held == package | templates


def test_the_command_explains_itself(installed: Installation) -> None:
    told = installed.run("latitude", "--help")

    assert all(command in told for command in ("demo", "init", "import", "report", "verify"))


def test_a_new_ledger_shows_its_first_page(installed: Installation) -> None:
    installed.run("latitude", "init", "--name", "Wheel", "--currency", "USD", "--time-zone", "UTC")

    origin, status, *page = installed.run("python", "-c", FIRST_PAGE).splitlines()

    assert Path(origin).is_relative_to(installed.packages)
    assert status == "200"
    assert "<h1" in "\n".join(page)


def run_module(*arguments: str) -> None:
    """Run a module of the tests' own environment on the checkout; what it says fails the test."""
    command = [sys.executable, "-m", *arguments]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def files_in(folder: Path) -> list[Path]:
    """List the files in a folder, without what Python leaves behind."""
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
