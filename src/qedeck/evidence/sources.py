"""Sources of checks and snippets, read without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from qedeck.errors import Mistake, SourceError

IMPORTERS = frozenset({"import_module", "importorskip"})


@dataclass(frozen=True)
class Check:
    """A hand-written check, as its source says."""

    path: str
    """File, relative to the project's root."""
    line: int
    function: str
    """Name of the function; `Class.name` for a method."""
    claims: tuple[str, ...]
    """Full ids that its marker names."""
    source: str
    """Its code, with the code around it that is no test and all of the project that it imports."""

    @property
    def node(self) -> str:
        """Its pytest node id, without parameters."""
        return f"{self.path}::{self.function.replace('.', '::')}"


def find_checks(root: Path) -> list[Check]:
    """All marked checks of a project.

    Raises:
        SourceError: where a file is not Python or a marker's id is not a literal string.
    """
    found: list[Check] = []
    mistakes: list[Mistake] = []
    folder = root / "checks"
    shared = [
        part for file in sorted(folder.rglob("conftest.py")) for part in module_source(file, root)
    ]
    for file in sorted({*folder.rglob("test_*.py"), *folder.rglob("*_test.py")}):
        try:
            found.extend(_checks_of(file, root, shared))
        except SourceError as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise SourceError(*mistakes)
    return found


def module_source(file: Path, root: Path) -> list[str]:
    """The code of a module and, after it, of all modules of the project that it imports."""
    seen: dict[Path, str] = {}
    left = [file]
    while left:
        here = left.pop()
        if here in seen:
            continue
        module = _parse(here, root)
        seen[here] = module.code
        left.extend(_imported(module, here, root))
    return [seen.pop(file), *(seen[other] for other in sorted(seen))]


def _checks_of(file: Path, root: Path, shared: list[str]) -> Iterator[Check]:
    module = _parse(file, root)
    tree = module.tree
    path = file.relative_to(root).as_posix()
    lines = file.read_text(encoding="utf-8").splitlines()
    around = [ast.dump(part) for part in tree.body if not _is_test(part)]
    around += shared
    around += [
        part for other in _imported(module, file, root) for part in module_source(other, root)
    ]
    everywhere = tuple(
        claim
        for part in tree.body
        if isinstance(part, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == "pytestmark" for name in part.targets)
        for claim in _marked([part.value], path, lines)
    )
    for name, node, outer in _functions(tree):
        marked = _marked([*node.decorator_list, *outer], path, lines) or everywhere
        if marked:
            code = "\n".join([ast.dump(node), *map(ast.dump, outer), *around])
            yield Check(path, node.lineno, name, marked, code)


def _functions(
    tree: ast.Module,
) -> Iterator[tuple[str, ast.FunctionDef, list[ast.expr]]]:
    for part in tree.body:
        if isinstance(part, ast.FunctionDef) and part.name.startswith("test"):
            yield part.name, part, []
        elif isinstance(part, ast.ClassDef) and part.name.startswith("Test"):
            for inner in part.body:
                if isinstance(inner, ast.FunctionDef) and inner.name.startswith("test"):
                    yield f"{part.name}.{inner.name}", inner, part.decorator_list


def _is_test(part: ast.stmt) -> bool:
    return isinstance(part, ast.FunctionDef) and part.name.startswith("test")


def _marked(decorators: list[ast.expr], path: str, lines: list[str]) -> tuple[str, ...]:
    found: list[str] = []
    for decorator in decorators:
        for call in ast.walk(decorator):
            if not (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "claim"
                and isinstance(call.func.value, ast.Attribute)
                and call.func.value.attr == "mark"
            ):
                continue
            for argument in call.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.append(argument.value)
                    continue
                row, column = argument.lineno, argument.col_offset + 1
                raise SourceError(
                    Mistake(
                        path,
                        row,
                        column,
                        "the id of a claim is not a literal string",
                        'write it out: @pytest.mark.claim("norms/sandwich")',
                        lines[row - 1],
                    )
                )
    return tuple(found)


@dataclass(frozen=True)
class _Module:
    """What the text of a module says."""

    tree: ast.Module
    code: str
    """The tree, written down."""
    imports: tuple[tuple[str, tuple[str, ...]], ...]
    """Names of modules that it may import, each with the members that it asks for."""


@lru_cache(256)
def _read(text: str) -> _Module:
    tree = ast.parse(text)
    return _Module(tree, ast.dump(tree), tuple(_asked(tree)))


def _parse(file: Path, root: Path) -> _Module:
    try:
        return _read(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        path = file.relative_to(root).as_posix()
        raise SourceError(
            Mistake(
                path,
                error.lineno or 1,
                max(error.offset or 1, 1),
                error.msg,
                "mend the Python",
                (error.text or "").rstrip("\n"),
            )
        ) from None
    except (UnicodeDecodeError, ValueError):
        path = file.relative_to(root).as_posix()
        raise SourceError(
            Mistake(path, 1, 1, "not Python text in UTF-8", "save it as UTF-8")
        ) from None


def _imported(module: _Module, file: Path, root: Path) -> list[Path]:
    """Files of the project that a module imports, directly."""
    found: set[Path] = set()
    for name, members in module.imports:
        found |= _resolve(name, members, file, root)
    return sorted(found - {file})


def _asked(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            yield name, tuple(alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called in IMPORTERS and isinstance(node.args[0].value, str):
                yield node.args[0].value, ()


def _resolve(name: str, members: tuple[str, ...], file: Path, root: Path) -> set[Path]:
    """Files that an import may read: modules, and the packages around them."""
    plain = name.lstrip(".")
    level = len(name) - len(plain)
    bases = [root, root / "snippets", root / "checks", file.parent]
    if level:
        bases = [file.parents[level - 1]]
    parts = plain.split(".") if plain else []
    if parts[:1] == ["qedeck"]:
        return set()
    found: set[Path] = set()
    for base in bases:
        ends = [parts[:k] for k in range(1, len(parts) + 1)]
        ends += [[*parts, member] for member in members]
        for end in ends:
            for candidate in (base.joinpath(*end, "__init__.py"), _module(base, end)):
                if candidate.is_file():
                    found.add(candidate)
    return found


def _module(base: Path, parts: list[str]) -> Path:
    return base.joinpath(*parts[:-1], f"{parts[-1]}.py")
