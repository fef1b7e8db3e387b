"""What a card says of what it rests on, and of how far that is verified."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from qedeck.notes.model import Statement

if TYPE_CHECKING:
    from qedeck.cards.present import Present

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "verified": "Verified by machine",
        "definition": "By definition",
        "fact": "Not verified by machine",
        "see": "see",
        "proved": "proved",
        "proved at shapes": "proved at shapes",
        "tested": "tested",
        "refuted": "refuted",
    },
    "zh": {
        "verified": "机器已验证",
        "definition": "定义",
        "fact": "未经机器验证",
        "see": "参见",
        "proved": "已证明",
        "proved at shapes": "在给定维度下已证明",
        "tested": "已测试",
        "refuted": "已反驳",
    },
}

Address = Callable[[str], str]
"""Address of `norms#sandwich`; empty where there is none."""


def foot(present: Present, statements: Mapping[str, Statement], address: Address) -> str:
    """The statements that a card rests on by their titles: what was verified is what they say.

    A card that says `[fact]` goes beyond what it links, so nothing in it counts as verified.
    """
    words = WORDS.get(present.lang, WORDS["en"])

    def named(name: str) -> str:
        statement = statements.get(name)
        title = html.escape(statement.title if statement else name, quote=False)
        url = html.escape(address("#".join(name.rsplit("/", 1))))
        return f'<a href="{url}">{title}</a>' if url else title

    if present.fact:
        links = ", ".join(named(name) for name in present.rests)
        return words["fact"] + (f" · {words['see']} {links}" if links else "")
    known = [
        f"{named(name)} ({words.get(level, level)})" for name, level in present.rests.items()
        if level
    ]  # fmt: skip
    defined = [named(name) for name, level in present.rests.items() if not level]
    parts = [f"✓ {words['verified']}: {'; '.join(known)}"] if known else []
    parts += [f"{words['definition']}: {'; '.join(defined)}"] if defined else []
    return " · ".join(parts)
