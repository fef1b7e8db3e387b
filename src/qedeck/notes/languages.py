"""Words of each language that notes are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qedeck.notes.model import Verdict


@dataclass(frozen=True)
class Language:
    """A language that notes are written in."""

    code: str
    """Name of the folder under `notes/`."""
    name: str
    """The language's name in itself."""
    sections: tuple[str, ...]
    """Headings of the template, in order; the topic before them stands in the front matter."""
    verdicts: Mapping[str, Verdict]
    """How a verdict on an assertion is written."""


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.code: language
        for language in (
            Language(
                "en",
                "English",
                ("Axioms & definitions", "History", "Mechanism", "Application"),
                {
                    "True": "true",
                    "True if": "true if",
                    "Imprecise": "imprecise",
                    "False": "false",
                },
            ),
            Language(
                "zh",
                "中文",
                ("公理与定义", "历史", "机制", "应用"),
                {
                    "正确": "true",
                    "在此条件下正确": "true if",
                    "不确切": "imprecise",
                    "错误": "false",
                },
            ),
        )
    }
)
