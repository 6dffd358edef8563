"""How a page is read by the tests: as strict HTML5, with what every page must have."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

TITLE_END = " · Latitude"
NEEDS_NO_LABEL = {"hidden", "submit", "button"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, parsed."""

    root: Element

    @property
    def title(self) -> str:
        """Return what the browser's tab says."""
        return " ".join(text_of(one) for one in self.root.iter("title") if one.text)

    @property
    def heading(self) -> str:
        """Return the words of the first h1."""
        return next((text_of(one) for one in self.root.iter("h1")), "")

    @property
    def form_token(self) -> str:
        """Return the token of the first form, which shows that this page was really open."""
        tokens = (one for one in self.root.iter("input") if one.get("name") == "csrf_token")
        return next(tokens).get("value", "")

    def links(self) -> Iterator[str]:
        """Yield every address that a link or a form leads to."""
        for one in self.root.iter():
            address = one.get("href") if one.tag == "a" else one.get("action")
            if address is not None:
                yield address


def parse(text: str) -> Page:
    """Parse a page.

    Raises:
        AssertionError: if it is not HTML5 as it is written; says what the parser found.

    """
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    try:
        return Page(root=parser.parse(text))
    except ParseError as problem:
        position, code, facts = parser.errors[-1]
        message = f"line {position[0]}: {code} {facts}: {text.splitlines()[position[0] - 1][:200]}"
        raise AssertionError(message) from problem


def faults_of(page: Page) -> list[str]:
    """Return what this page lacks of what every page must have."""
    root = page.root
    titles = [one for one in (root.find("head") or ()) if one.tag == "title"]
    headings = [text_of(one) for one in root.iter("h1")]
    ids = [name for one in root.iter() if (name := one.get("id"))]
    faults = [f"id {name!r} twice" for name in sorted({x for x in ids if ids.count(x) > 1})]
    if len(titles) != 1 or not text_of(titles[0]).endswith(TITLE_END):
        faults.append(
            f"title {[text_of(one) for one in titles]} is not one that ends {TITLE_END!r}"
        )
    if len(headings) != 1 or not headings[0]:
        faults.append(f"{len(headings)} h1: {headings}")
    faults += [f"{one.tag} with its own style or script" for one in root.iter() if is_inline(one)]
    faults += [f"no label: {one.attrib}" for one in unlabelled(root)]
    faults += [
        f"a form without a token: {form.attrib}"
        for form in root.iter("form")
        if form.get("method", "get").lower() == "post"
        and not any(one.get("name") == "csrf_token" for one in form.iter("input"))
    ]
    return faults


def is_inline(one: Element) -> bool:
    """Whether an element brings code or style that our policy would not run."""
    return (
        one.tag == "style"
        or (one.tag == "script" and not one.get("src"))
        or any(name == "style" or name.startswith("on") for name in one.keys())  # noqa: SIM118  # an Element is no dict
    )


def unlabelled(root: Element) -> Iterator[Element]:
    """Yield the inputs that nobody could name by listening."""
    named = {label.get("for") for label in root.iter("label")}
    inside = {one for label in root.iter("label") for one in label.iter()}
    for tag in ("input", "select", "textarea"):
        for one in root.iter(tag):
            if one.get("type") in NEEDS_NO_LABEL or one.get("aria-label"):
                continue
            if one.get("id") not in named and one not in inside:
                yield one


def text_of(one: Element) -> str:
    """Return all text in an element, on one line."""
    return " ".join("".join(one.itertext()).split())
