"""The YAML that opens a note."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import yaml

from qedeck.errors import Mistake
from qedeck.formula.span import Span
from qedeck.notes.source import Source

MAX_FRONT_LINES = 200
OWN_KEYS = ("title", "topic", "after", "kind")
SITE_KEYS = ("description", "hide", "icon", "search", "status", "tags", "template")
"""Keys that mkdocs-material reads."""

_MARKUP = re.compile(r"[$`{\\]|<[A-Za-z/!?]")
_FENCE = re.compile(r"---[ \t]*$")
_EXAMPLE = "begin the file with a line `---`, `title:` and `topic:` below it, then another `---`"


@dataclass(frozen=True)
class FrontMatter:
    """What a note's front matter says."""

    kind: Literal["note", "page"] = "note"
    title: str = ""
    topic: str = ""
    after: tuple[Span, ...] = ()
    """Names of notes to read before this one."""
    tags: tuple[str, ...] = ()
    end: int = 0
    """The first line after the front matter, counted from 0."""


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option spelt most like a word, if any is like it."""
    known = [*options]
    if len(word) > 80 or len(known) > 5000:
        return None
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
    return close[0] if close else None


def read_front_matter(source: Source, mistakes: list[Mistake]) -> FrontMatter:
    """The front matter of a note; what is wrong with it goes to `mistakes`."""
    if not _FENCE.match(source.lines[0]):
        mistakes.append(source.mistake(0, 0, "the note has no front matter", _EXAMPLE))
        return FrontMatter()
    end = next(
        (k for k in range(1, min(len(source.lines), MAX_FRONT_LINES)) if _closes(source, k)), None
    )
    if end is None:
        problem = f"the front matter is not closed within {MAX_FRONT_LINES} lines"
        instead = "end it with a line `---`"
        mistakes.append(source.mistake(0, 0, problem, instead))
        return FrontMatter(end=1)
    return _Reader(source, mistakes, end).read()


def _closes(source: Source, line: int) -> bool:
    return _FENCE.match(source.lines[line]) is not None


class _Reader:
    """Reads the lines between the two fences."""

    def __init__(self, source: Source, mistakes: list[Mistake], end: int) -> None:
        self.source = source
        self.mistakes = mistakes
        self.end = end
        self.text = "\n".join(source.lines[1:end])

    def read(self) -> FrontMatter:
        """What the front matter says."""
        nodes = {key.value: (key, value) for key, value in self.pairs()}
        page = self.kind(nodes) == "page"
        if "title" not in nodes:
            self.add(0, 0, "the front matter has no title", "add a line `title: …`")
        if "topic" not in nodes and not page:
            instead = "add a line `topic: …` with the question that the note answers"
            self.add(0, 0, "the front matter has no topic", instead)
        return FrontMatter(
            "page" if page else "note",
            self.words(nodes, "title"),
            self.words(nodes, "topic"),
            tuple(self.after(nodes)),
            self.tags(nodes),
            self.end + 1,
        )

    def add(self, line: int, column: int, problem: str, instead: str) -> None:
        self.mistakes.append(self.source.mistake(line, column, problem, instead))

    def at(self, node: yaml.Node, problem: str, instead: str) -> None:
        self.add(*self.place(node.start_mark), problem, instead)

    def place(self, mark: yaml.Mark | None) -> tuple[int, int]:
        """Line and column of a mark, whose own lines also end where files have no new line."""
        if mark is None:
            return 0, 0
        before = self.text[: mark.index].split("\n")
        return min(len(before), self.end), len(before[-1])

    def pairs(self) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """Keys and values, those that are known and said once."""
        seen: set[str] = set()
        for key, value in self.mapping():
            if not isinstance(key, yaml.ScalarNode):
                self.at(key, "a key of the front matter is not a word", "write `title: …`")
            elif key.value in seen:
                self.at(key, f"`{key.value}` stands twice in the front matter", "leave one out")
            elif key.value not in (*OWN_KEYS, *SITE_KEYS):
                close = nearest(key.value, OWN_KEYS)
                instead = f"write `{close}`" if close else f"use {', '.join(OWN_KEYS)}"
                self.at(key, f"the front matter has no key `{key.value}`", instead)
            else:
                seen.add(key.value)
                yield key, value

    def mapping(self) -> list[tuple[yaml.Node, yaml.Node]]:
        text = self.text
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problem = f"the front matter is not YAML: {error.problem or error.context}"
            instead = "write `key: value` lines, with quotes around a value that has `: ` in it"
            self.add(*self.place(mark), problem, instead)
            return []
        except yaml.reader.ReaderError as error:
            before = text[: error.position].split("\n")
            problem = f"the front matter holds the character U+{_code(error.character):04X}"
            self.add(len(before), len(before[-1]), problem, "leave it out")
            return []
        except (RecursionError, ValueError):
            self.add(0, 0, "the front matter is not YAML that can be read", "write it more simply")
            return []
        if node is None:
            return []
        if not isinstance(node, yaml.MappingNode):
            self.at(node, "the front matter is no list of keys and values", "write `title: …`")
            return []
        return list(node.value)

    def words(self, nodes: dict[str, tuple[yaml.ScalarNode, yaml.Node]], key: str) -> str:
        """The text of a key."""
        if key not in nodes:
            return ""
        name, value = nodes[key]
        if not isinstance(value, yaml.ScalarNode):
            self.at(value, f"the {key} is not a line of text", f"write `{key}: …`")
            return ""
        text = " ".join(value.value.split())
        if not text:
            self.at(name, f"the {key} is empty", f"write the {key} after `{key}:`")
        if _MARKUP.search(text):
            self.at(
                value, f"markup in the {key}, which pages repeat as it stands", "use words alone"
            )
        return text

    def kind(self, nodes: dict[str, tuple[yaml.ScalarNode, yaml.Node]]) -> str:
        if "kind" not in nodes:
            return "note"
        value = nodes["kind"][1]
        if isinstance(value, yaml.ScalarNode) and value.value in {"note", "page"}:
            return str(value.value)
        self.at(value, "the kind is neither note nor page", "write `kind: page`, or leave it out")
        return "note"

    def tags(self, nodes: dict[str, tuple[yaml.ScalarNode, yaml.Node]]) -> tuple[str, ...]:
        """Words that the note is filed under, a list or a line with commas between."""
        value = nodes["tags"][1] if "tags" in nodes else None
        parts = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if value and any(p is not None and not isinstance(p, yaml.ScalarNode) for p in parts):
            self.at(value, "`tags` is no list of words", "write `tags: [norms, geometry]`")
            return ()
        words = [part.value for part in parts if part is not None]
        if not isinstance(value, yaml.SequenceNode):
            words = [word for line in words for word in line.split(",")]
        known = ("-".join(word.strip().lstrip("#").split()) for word in words)
        return tuple(dict.fromkeys(word for word in known if word))

    def after(self, nodes: dict[str, tuple[yaml.ScalarNode, yaml.Node]]) -> Iterator[Span]:
        if "after" not in nodes:
            return
        value = nodes["after"][1]
        if isinstance(value, yaml.ScalarNode) and value.value in {"", "null", "~"}:
            return
        if not isinstance(value, yaml.SequenceNode):
            self.at(value, "`after` is not a list", "write `after: [norms]`")
            return
        for node in value.value:
            if not isinstance(node, yaml.ScalarNode):
                self.at(node, "`after` holds something that is no note's name", "write `[norms]`")
                continue
            start = self.source.starts[1] + node.start_mark.index
            span = self.source.span([(start, start)])
            yield Span(node.value, span.lines, span.path)


def _code(character: object) -> int:
    return ord(character) if isinstance(character, str) and character else int(str(character) or 0)
