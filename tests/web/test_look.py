"""The look holds together: one set of tokens, no inline style, every icon that a page asks for."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
STYLES = ROOT / "ledger" / "static" / "css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def tokens_in(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block))


def dark_blocks() -> tuple[dict[str, str], dict[str, str]]:
    text = (STYLES / "tokens.css").read_text(encoding="utf-8")
    system, chosen = text.split("@media screen and (prefers-color-scheme: dark)")[1].split(
        '[data-theme="dark"]'
    )
    return tokens_in(system), tokens_in(chosen)


def test_dark_by_the_system_and_dark_by_choice_are_the_same() -> None:
    system, chosen = dark_blocks()

    assert system
    assert system == chosen


def test_every_token_that_a_style_uses_is_defined() -> None:
    defined = set(tokens_in((STYLES / "tokens.css").read_text(encoding="utf-8")))
    used = {
        name
        for path in STYLES.glob("*.css")
        for name in re.findall(r"var\((--[\w-]+)\)", path.read_text(encoding="utf-8"))
    }

    assert used <= defined


def test_colours_are_written_only_among_the_tokens_and_for_print() -> None:
    strays = {
        path.name
        for path in STYLES.glob("*.css")
        if re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(", path.read_text(encoding="utf-8"))
    }

    assert strays == {"tokens.css", "modes.css"}


def test_every_style_sheet_is_linked_and_none_imports_another() -> None:
    layout = (ROOT / "templates" / "layout.html").read_text(encoding="utf-8")
    listed = re.search(r"set sheets = \[(.*?)\]", layout, re.DOTALL)

    assert listed is not None
    assert set(re.findall(r'"(\w+)"', listed[1])) == {path.stem for path in STYLES.glob("*.css")}
    assert not [p.name for p in STYLES.glob("*.css") if "@import" in p.read_text(encoding="utf-8")]


def test_no_template_holds_a_style_or_a_script_of_its_own() -> None:
    inline = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:")
    # A comment may name them; what is rendered may not.
    texts = {
        path: re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for path in TEMPLATES
    }

    assert [path.name for path, text in texts.items() if inline.search(text)] == []


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(
        re.findall(
            r"^  '([\w-]+)': '<",
            (ROOT / "templates" / "macros" / "icon.html").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"\bicon\(\s*[\"']([\w-]+)[\"']", path.read_text(encoding="utf-8"))
    }

    assert named <= drawn
