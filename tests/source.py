"""How the tests read the project's own source: modules with what they import, and style rules."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One Python file: its dotted name, its text and its tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def at(self, node: ast.stmt | ast.expr) -> str:
        """Return where this node stands, as `ledger/core/limits.py:12`."""
        return f"{shown(self.path)}:{node.lineno}"

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Name everything that is imported; `from a import b` counts as `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            if isinstance(node, ast.ImportFrom):
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Name every call as it is written: `datetime.now`, `session.commit`, `_`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, ast.unparse(node.func)


def shown(path: Path) -> str:
    """Return a path as people write it: from the top of the project, with slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def modules() -> tuple[Module, ...]:
    """Read every Python file of the package, migrations too."""
    return tuple(read_module(path) for path in sorted((ROOT / "ledger").rglob("*.py")))


def read_module(path: Path) -> Module:
    """Read one Python file."""
    text = path.read_text(encoding="utf-8")
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name=name, path=path, text=text, tree=ast.parse(text))


def modules_in(package: str) -> Iterator[Module]:
    """Yield the modules of this package, itself included."""
    return (module for module in modules() if is_in(module.name, package))


def is_in(name: str, package: str) -> bool:
    """Whether this dotted name is the package or something in it."""
    return name == package or name.startswith(f"{package}.")


def templates() -> Iterator[tuple[Path, str]]:
    """Yield every template with its text, Jinja's comments left out."""
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            yield path, re.sub(r"\{#.*?#\}", blank_lines, text, flags=re.DOTALL)


def blank_lines(found: re.Match[str]) -> str:
    """Return as many line ends as were found, so that line numbers stay true."""
    return "\n" * found.group().count("\n")


def line_of(text: str, position: int) -> int:
    """Return the number of the line that holds this position."""
    return text.count("\n", 0, position) + 1


def style_rules(css: str) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Yield each rule of a style sheet: the @-rule it stands in or "", selector, declarations."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    around: list[str] = []
    for found in re.finditer(r"(?P<head>[^{};]*)\{(?P<body>[^{}]*\})?|\}", css):
        head = " ".join((found["head"] or "").split())
        if found["body"] is not None:
            yield " ".join(around), head, declarations(found["body"].rstrip("}"))
        elif found["head"] is not None:
            around.append(head)
        else:
            around.pop()


def declarations(body: str) -> Mapping[str, str]:
    """Return what a rule sets, by property."""
    pairs = (line.partition(":") for line in body.split(";") if line.strip())
    return {name.strip(): " ".join(value.split()) for name, _, value in pairs}


def listed(complaints: Iterable[str], advice: str) -> str:
    """Return what a person reads when a rule is broken: what to write instead, then where."""
    return "\n".join([advice, *(f"  {complaint}" for complaint in complaints)])
