"""Snippets and figures: what notes take from `snippets/`, looked at without running it."""

from __future__ import annotations

import ast
import re
from functools import cached_property
from pathlib import Path, PurePosixPath

from qedeck.notes.frontmatter import nearest

SECTION = re.compile(
    r"(?<![;-])-{1,100}8<-{1,100}[ \t]+"
    r"\[[ \t]*(?P<type>start|end)[ \t]*:[ \t]*(?P<name>[a-z][-_0-9a-z]*)[ \t]*\]",
    re.IGNORECASE,
)
FIGURE = re.compile(r"figure:(?P<module>[A-Za-z_]\w*)\.(?P<function>[A-Za-z_]\w*)$", re.ASCII)
INCLUDE = re.compile(
    r"(?P<before>[ \t>]*)(?P<escape>;?)(?P<mark>-{1,100}8<-{1,100})(?P<rest>[ \t].*|)$"
)

_ESCAPE = re.compile(r"[ \t]*(?:`{3}|~{3}|;?-{1,100}8<-)")

Problem = tuple[str, str]
"""What is wrong, and what to write instead."""


class Snippets:
    """The folder `snippets/`, each file read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._modules: dict[str, _Module] = {}

    def section_problem(self, file: str, section: str) -> Problem | None:
        """What keeps a section of a file from being included."""
        problem = self._file_problem(file)
        if problem:
            return problem
        sections = self._module(file).sections
        if sections.get(section) == {"start", "end"}:
            return self._module(file).escape(section)
        if section in sections:
            missing = "end" if "start" in sections[section] else "start"
            instead = f"add `# --8<-- [{missing}:{section}]` to snippets/{file}"
            return f"the section `{section}` of snippets/{file} has no {missing}", instead
        close = nearest(section, sections)
        instead = f"did you mean `{close}`?" if close else "write its name as it stands there"
        if not sections:
            instead = f"put `# --8<-- [start:{section}]` and `# --8<-- [end:{section}]` around it"
        return f"snippets/{file} has no section `{section}`", instead

    def figure_problem(self, module: str, function: str) -> Problem | None:
        """What keeps a figure from being drawn."""
        file = f"{module}.py"
        problem = self._file_problem(file)
        if problem:
            return problem
        functions = self._module(file).functions
        if isinstance(functions, str):
            return f"snippets/{file} cannot be read: {functions}", "mend that file"
        if function in functions:
            return None
        close = nearest(function, functions)
        instead = f"did you mean `{close}`?" if close else f"define `def {function}(lang)` there"
        return f"snippets/{file} defines no function `{function}`", instead

    def _file_problem(self, file: str) -> Problem | None:
        path = PurePosixPath(file)
        if path.is_absolute() or ".." in path.parts or "\\" in file or "\0" in file:
            return f"`{file}` leaves the folder snippets", "name a file under snippets/"
        try:
            there = (self.folder / path).is_file()
        except (OSError, ValueError):
            there = False
        if there:
            return None
        close = nearest(file, self._files)
        instead = f"did you mean `{close}`?" if close else "write that file, or name another"
        return f"there is no file snippets/{file}", instead

    @cached_property
    def content(self) -> tuple[tuple[str, str | None], ...]:
        """All that is said of snippets rests on this: each file's name and text."""
        return tuple((file, self._module(file).text) for file in self._files)

    @cached_property
    def _files(self) -> list[str]:
        found = self.folder.rglob("*.py") if self.folder.is_dir() else []
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def _module(self, file: str) -> _Module:
        if file not in self._modules:
            self._modules[file] = _Module(self.folder / file)
        return self._modules[file]


class _Module:
    """One file under `snippets/`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def text(self) -> str | None:
        try:
            return self.path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None

    @cached_property
    def sections(self) -> dict[str, set[str]]:
        """Names of sections, and which of their two marks are there."""
        found: dict[str, set[str]] = {}
        for match in SECTION.finditer(self.text or ""):
            found.setdefault(match["name"], set()).add(match["type"].lower())
        return found

    def escape(self, name: str) -> Problem | None:
        """What in a section would end the code block that shows it, or show more than it has."""
        inside = False
        for line in (self.text or "").splitlines():
            mark = SECTION.search(line)
            if mark is not None:
                inside = mark["type"].lower() == "start" if mark["name"] == name else inside
            elif inside and _ESCAPE.match(line):
                problem = (
                    f"the section `{name}` has a line that ends its code block or includes more"
                )
                return problem, f"write `{line.strip()[:20]}` otherwise there"
        return None

    @cached_property
    def functions(self) -> set[str] | str:
        """Functions of the module, or why it cannot be read."""
        if self.text is None:
            return "it is not UTF-8"
        try:
            tree = ast.parse(self.text)
        except SyntaxError as error:
            return f"{error.msg} in line {error.lineno}"
        except (ValueError, RecursionError, MemoryError) as error:
            return str(error) or type(error).__name__
        return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
