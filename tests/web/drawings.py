"""Reading a drawing back: its parts by class, their places, its words."""

from xml.etree import ElementTree as ET

from markupsafe import Markup


def parsed(drawing: Markup | None) -> ET.Element:
    """Return the drawing as a tree; it must be well-formed, named, and free of styles."""
    assert drawing is not None
    tree = ET.fromstring(str(drawing))  # noqa: S314 (our own drawing)
    assert tree.get("role") == "img"
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    for name in (tree.get("aria-labelledby") or "").split():
        assert name in ids
    assert "viewBox" not in tree.attrib
    assert all("style" not in node.attrib for node in tree.iter())
    return tree


def of_class(tree: ET.Element, class_: str) -> list[ET.Element]:
    return [node for node in tree.iter() if class_ in (node.get("class") or "").split()]


def words(tree: ET.Element) -> list[str]:
    return [node.text or "" for node in tree.iter("text")]


def number(node: ET.Element, name: str) -> float:
    return float((node.get(name) or "0").removesuffix("%"))
