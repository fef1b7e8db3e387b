"""Small builders of HTML elements."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, fromstring

from markdown.util import AtomicString

Child = Element | str | None


def el(tag: str, classes: str = "", *children: Child, **attributes: str) -> Element:
    """An element; strings become text, None is left out, `data_x` becomes `data-x`."""
    made = Element(tag)
    if classes:
        made.set("class", classes)
    for name, value in attributes.items():
        made.set(name.rstrip("_").replace("_", "-"), value)
    for child in children:
        add(made, child)
    return made


def add(parent: Element, child: Child) -> None:
    """Append an element or text."""
    if isinstance(child, Element):
        parent.append(child)
    elif child:
        if len(parent):
            parent[-1].tail = AtomicString((parent[-1].tail or "") + child)
        else:
            parent.text = AtomicString((parent.text or "") + child)


def svg(text: str) -> Element:
    """An element from SVG text."""
    return fromstring(text)  # noqa: S314 - text of our own


def maths(latex: str) -> Element:
    """An inline formula for the page's script to render."""
    return el("span", "arithmatex", f"\\({latex}\\)")


def display(latex: str) -> Element:
    """A display formula for the page's script to render."""
    return el("div", "arithmatex", f"\\[{latex}\\]")


def listed(items: Iterable[Child]) -> list[Child]:
    """Items with commas between them."""
    return [part for item in items for part in (", ", item)][1:]
