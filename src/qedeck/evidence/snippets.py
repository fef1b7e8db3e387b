"""Snippets against the formulas that they implement, on random instances."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from qedeck.evidence.differs import Differs
from qedeck.evidence.library import Project
from qedeck.evidence.words import shown

if TYPE_CHECKING:
    from qedeck.evidence.view import ClaimView

TOLERANCE = 1e-9
INSTANCES = 8
"""Random instances at each shape."""

SECTION = re.compile(r"#\s*-+8<-+\s*\[(start|end):([\w-]+)\]")


def snippet_function(project: Project, note: str, section: str) -> Callable[..., Any]:
    """The function that a snippet section defines; the last one, where it defines several.

    Raises:
        LookupError: where there is no such section, or it defines no function.
    """
    for use in project.library.note(note).snippets:
        if use.section == section:
            file = project.root / "snippets" / use.file
            function: Callable[..., Any] = getattr(load(file), function_name(file, section))
            return function
    raise LookupError(f"the note {note} embeds no snippet section {section}")


def compare(view: ClaimView) -> None:
    """Compare a snippet with the formula that it implements, on random instances.

    The function's parameters are the page's symbols by name (`lambda_`, `epsilon`), otherwise
    the definition's arguments in order. Magnitudes stay where float64 neither over- nor
    underflows.

    Raises:
        Differs: where they do.
        LookupError: where no instance could be compared.
    """
    import torch

    function = view.snippet()
    order = view.arguments
    symbols = [
        view.symbol(name) or (order[place] if place < len(order) else "")
        for place, name in enumerate(signature(function).parameters)
    ]
    compared = 0
    for instance in view.instances(INSTANCES):
        given = {name: instance[name] for name in symbols if name in instance}
        if len(given) < len(symbols) or not all(map(_moderate, given.values())):
            continue
        page = view.value(instance)
        code = torch.as_tensor(function(*(given[name] for name in symbols)), dtype=torch.float64)
        if not (torch.isfinite(page).all() and torch.isfinite(code).all()):
            continue
        compared += 1
        if page.shape != code.shape:
            raise Differs(
                f"the page gives the shape {list(page.shape)}, the snippet {list(code.shape)}"
            )
        near = torch.isclose(page, code, rtol=TOLERANCE, atol=TOLERANCE)
        if not near.all():
            raise Differs(
                f"at {_words(given)}: the page gives {_number(page)}, the snippet {_number(code)}"
            )
    if not compared:
        raise LookupError(f"no instance of {view.id} could be compared with its snippet")


def _moderate(value: Any) -> bool:
    import torch

    size = torch.as_tensor(value, dtype=torch.float64).abs()
    return bool(((size == 0) | ((size > 1e-4) & (size < 1e4))).all())


def _words(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_number(value)}" for name, value in given.items())


def _number(value: Any) -> str:
    """A number or an array as a page writes it."""
    return shown(getattr(value, "tolist", lambda: value)())


def function_name(file: Path, section: str) -> str:
    """Name of the function that a section of a file defines.

    Raises:
        LookupError: where it defines none.
    """
    names = _functions(file.read_text(encoding="utf-8"), section)
    if not names:
        raise LookupError(f"{file.name}: the section {section} defines no function")
    return names[-1]


@lru_cache(maxsize=256)
def _functions(text: str, section: str) -> tuple[str, ...]:
    first, last = _lines(text, section)
    return tuple(
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and first <= node.lineno <= last
    )


def load(file: Path) -> ModuleType:
    """A snippet module, run under a name of its own; once for each text of its file."""
    return _module(file, file.read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def _module(file: Path, _text: str) -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(f"qedeck_snippets_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise LookupError(f"{file.name} is not a Python module")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _lines(text: str, section: str) -> tuple[int, int]:
    start = end = 0
    for number, line in enumerate(text.splitlines(), 1):
        mark = SECTION.search(line)
        if mark and mark[2] == section:
            start, end = (number, end) if mark[1] == "start" else (start, number)
    return start, end
