"""The shape of the source: rules that no linter knows. Each message says what to write instead."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.source import (
    ROOT,
    is_in,
    line_of,
    listed,
    modules,
    modules_in,
    shown,
    style_rules,
    templates,
)

TOP_LEVEL = {"README.md", "instance", "ledger", "pyproject.toml", "templates", "tests"}
FILE_LINES = 300
FUNCTION_LINES = 50

CORE_MAY_IMPORT = {"babel", "pydantic", "sqlalchemy", "sqlmodel"}
ONE_MODULE_EACH = {
    "argon2": "ledger.core.passwords",
    "cryptography": "ledger.core.checkpoint",
    "xlsxwriter": "ledger.core.exports.xlsx",
}
MAY_CREATE_THE_APP = ("ledger.cli", "ledger.server")
CLOCKS = re.compile(
    r"(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$"
)

INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["'{]|<script(?![^>]*\ssrc=)|<style\b|javascript:""",
    re.IGNORECASE,
)
UNFINISHED = re.compile(
    r"\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K|NotImplemented[E]rror)\b|pytest\.mark\.(ski[p]|xfai[l])\b"
)
UNEXPLAINED = re.compile(
    r"#\s*noq[a](?!: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)*\s+[-#:(]?\s*\w)"
    r"|#\s*type:\s*ignor[e](?!\[[a-z-]+(, ?[a-z-]+)*\]\s+#\s*(?!noq[a])\w)"
)
MACHINE_WORDS = re.compile(r"\b(errors?|invalid|failed|failure|denied)\b", re.IGNORECASE)
SAYS = {"_", "gettext", "ngettext", "lazy_gettext", "flash", "click.echo", "click.secho", "echo"}


def test_the_top_level_is_what_the_design_names() -> None:
    found = top_level()

    assert found == TOP_LEVEL, (
        f"Not in the design: {sorted(found - TOP_LEVEL)}; missing: {sorted(TOP_LEVEL - found)}. "
        "Put code in ledger/, pages in templates/, tests in tests/, words in README.md."
    )


def test_a_file_is_one_noun_and_a_function_one_verb() -> None:
    long_files = [
        f"{shown(module.path)} has {lines} lines"
        for module in modules()
        if not is_in(module.name, "ledger.migrations")
        and (lines := module.text.count("\n")) > FILE_LINES
    ]
    long_functions = [
        f"{module.at(node)} {node.name} has {lines} lines"
        for module in modules()
        if not is_in(module.name, "ledger.migrations")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]

    assert not long_files + long_functions, listed(
        long_files + long_functions,
        f"At most {FILE_LINES} lines a file, {FUNCTION_LINES} a function. Split by meaning:",
    )


def test_templates_hold_no_inline_style_or_script() -> None:
    found = [
        f"{shown(path)}:{line_of(text, inline.start())} {inline.group().strip()}"
        for path, text in templates()
        for inline in INLINE.finditer(text)
    ]

    assert not found, listed(
        found,
        "The browser will not run it (CSP). Write a class in ledger/static/css, or a data- "
        "attribute that a module in ledger/static/js reads:",
    )


def test_only_the_write_transaction_commits() -> None:
    found = [
        f"{module.at(call)} {name}()"
        for module in modules()
        if is_in(module.name, "ledger.core") or is_in(module.name, "ledger.web")
        for call, name in module.calls()
        if name.split(".")[-1] in {"commit", "rollback"}
    ]

    assert not found, listed(
        found, "Core adds and flushes; a view writes inside `with writing() as session:`:"
    )


def test_core_never_reads_the_clock() -> None:
    found = [
        f"{module.at(call)} {name}()"
        for module in modules_in("ledger.core")
        for call, name in module.calls()
        if CLOCKS.search(name)
    ]

    assert not found, listed(found, "Take `now` as an argument by keyword; the page reads it:")


def test_core_imports_only_what_rules_need() -> None:
    allowed = CORE_MAY_IMPORT | ONE_MODULE_EACH.keys()

    found = [
        f"{module.at(node)} {name}"
        for module in modules_in("ledger.core")
        for node, name in module.imports()
        if not is_in(name, "ledger.core")
        and name.split(".")[0] not in allowed | sys.stdlib_module_names
    ]

    assert not found, listed(
        found, f"Core may import itself, the standard library and {', '.join(sorted(allowed))}:"
    )


def test_a_fenced_library_is_imported_in_one_module() -> None:
    found = [
        f"{module.at(node)} {name} belongs in {home}"
        for module in modules()
        for node, name in module.imports()
        if (home := ONE_MODULE_EACH.get(name.split(".")[0])) and module.name != home
    ]

    assert not found, listed(found, "Call the module that fences the library:")


def test_no_page_imports_another_page() -> None:
    found = [
        f"{module.at(node)} {name}"
        for module in modules_in("ledger.web")
        if module.name != "ledger.web.application"
        for node, name in module.imports()
        if area_of(name) in pages() - {area_of(module.name)}
    ]

    assert not found, listed(
        found,
        "Move what both pages use to a module of ledger.web without a blueprint, or to core; "
        "only ledger/web/application.py lists the pages:",
    )


def test_only_the_command_line_and_the_server_make_the_app() -> None:
    found = [
        module.at(node)
        for module in modules()
        if not any(is_in(module.name, package) for package in MAY_CREATE_THE_APP)
        for node, name in module.imports()
        if name == "ledger.create_app"
    ]

    assert not found, listed(found, "Use `current_app`, or take what you need as an argument:")


def test_both_ways_into_the_dark_look_the_same() -> None:
    by_system, by_choice = {}, {}
    for sheet in sorted((ROOT / "ledger" / "static").rglob("*.css")):
        for around, selector, sets in style_rules(sheet.read_text(encoding="utf-8")):
            if "prefers-color-scheme: dark" in around:
                alike = selector.replace(':root:not([data-theme="light"])', '[data-theme="dark"]')
                by_system[sheet.name, alike] = sets
            if not around and selector.startswith('[data-theme="dark"]'):
                by_choice[sheet.name, selector] = sets

    assert by_system, "No style sheet has a dark block: @media (prefers-color-scheme: dark) {"
    assert by_system == by_choice, (
        'Write the same in `@media (prefers-color-scheme: dark) { :root:not([data-theme="light"])` '
        'and in `[data-theme="dark"]`.'
    )


def test_nothing_is_left_for_later() -> None:
    found = list(lines_with(UNFINISHED))

    assert not found, listed(found, "Finish it, or leave it out and say so in the issue:")


def test_every_exception_to_the_linters_says_why() -> None:
    found = list(lines_with(UNEXPLAINED))

    assert not found, listed(
        found, "Write the code and the reason: `# type: ignore[code]  # why`, `# noqa: S608 - why`:"
    )


def test_people_read_what_happened_and_never_a_machine_word() -> None:
    found = [f"{place} {said!r}" for place, said in sentences() if MACHINE_WORDS.search(said)]

    assert not found, listed(found, "Say what happened and what to do next, in the shop's words:")


def top_level() -> set[str]:
    """Name what stands at the top level and is not hidden: what git knows, else what is there."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode == 0 and answer.stdout:
        names = {line.split("/")[0] for line in answer.stdout.splitlines()}
    else:
        names = {path.name for path in ROOT.iterdir()} - {"build", "dist"}
    return {name for name in names if not name.startswith(".")}


@cache
def pages() -> set[str]:
    """Name the areas of ledger.web that make a blueprint."""
    return {
        area_of(module.name)
        for module in modules_in("ledger.web")
        for _, name in module.calls()
        if name.split(".")[-1] == "Blueprint"
    }


def area_of(name: str) -> str:
    """Return the part of a dotted name that says which page it belongs to, "" outside the web."""
    return ".".join(name.split(".")[:3]) if name.startswith("ledger.web.") else ""


def lines_with(pattern: re.Pattern[str]) -> Iterator[str]:
    """Name each line of our own source in which this is found."""
    endings = {".py", ".html", ".js", ".css", ".txt", ".xml", ".toml"}
    for folder in ("ledger", "templates", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings:
                lines = path.read_text(encoding="utf-8").splitlines()
                yield from (
                    f"{shown(path)}:{i}" for i, x in enumerate(lines, 1) if pattern.search(x)
                )


def sentences() -> Iterator[tuple[str, str]]:
    """Yield what the program says to people, with where it stands."""
    for path, text in templates():
        yield from spoken_in(path, text)
    for package in ("ledger.web", "ledger.cli"):
        for module in modules_in(package):
            for call, name in module.calls():
                if name in SAYS:
                    yield from ((module.at(call), said) for said in constants(call))


def spoken_in(path: Path, text: str) -> Iterator[tuple[str, str]]:
    """Yield the words between a template's tags, and those it gives to the translation."""
    translated = re.compile(r"""_\(\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
    for found in translated.finditer(text):
        yield (
            f"{shown(path)}:{line_of(text, found.start())}",
            found["double"] or found["single"] or "",
        )
    plain = re.sub(
        r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", lambda tag: "\n" * tag.group().count("\n"), text
    )
    for number, line in enumerate(plain.splitlines(), 1):
        yield f"{shown(path)}:{number}", line


def constants(call: ast.Call) -> Iterator[str]:
    """Yield the strings written in a call's arguments, those inside f-strings too."""
    for argument in call.args:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
