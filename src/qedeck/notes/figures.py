"""Figures of notes: drawn by functions in `snippets/`, as SVG that is the same on every run."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
import traceback
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from qedeck.errors import Mistake, SourceError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Theme = Literal["page", "light", "dark"]
"""`page` follows the colours of the page around it; the others carry their own."""

INK, PAPER, FAINT = "#000000", "#ffffff", "#c3d2e1"
CYCLE = ("#1f77a1", "#ff7fa2", "#2ca0a3", "#d627a4", "#9467a5", "#8c56a6", "#e377a7", "#7f7fa8")
"""Colours that stand in for those of the theme while a figure is drawn: black is ink, white is
paper, `C0` to `C7` are the theme's."""

LIGHT = ("#1c6fb5", "#c2571a", "#2b8a4b", "#b3323f", "#7454b0", "#80603d", "#b0508f", "#68707a")
DARK = ("#6cb6ff", "#f0a060", "#6fcf8f", "#ff8a90", "#b9a0f0", "#c9a888", "#ee9ad0", "#a8b0ba")
GROUNDS = {"light": ("#24292f", "#ffffff", "#d0d7de"), "dark": ("#e6e9ee", "#1e2230", "#454c56")}
"""Ink, paper and faint lines."""


class PackageMissing(Exception):
    """A figure cannot be drawn because a package that its module imports is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(package)
        self.package = package


@dataclass
class Figures:
    """Draws figures, and keeps them in a folder under the digest of all that they depend on."""

    snippets: Path
    """Folder with the modules that draw."""
    cache: Path | None = None
    """Folder for drawings; None keeps none."""
    _drawn: dict[str, str] = field(default_factory=dict, repr=False)

    def svg(self, module: str, function: str, lang: str = "en", theme: Theme = "page") -> str:
        """The SVG element of a figure.

        Raises:
            SourceError: where the module or function is missing, or fails.
            PackageMissing: where the module needs a package that is not installed.
        """
        key = self._digest(module, function, lang)
        drawing = self._drawn.get(key) or self._kept(key)
        if drawing is None:
            drawing = _clean(self._draw(module, function, lang), f"{module}-{function}")
            self._keep(key, drawing)
        self._drawn[key] = drawing
        return _coloured(drawing, theme)

    def _digest(self, *names: str) -> str:
        total = hashlib.sha256("\0".join((*names, version("matplotlib"))).encode())
        total.update(Path(__file__).read_bytes())
        for path in sorted(self.snippets.glob("**/*.py")):
            total.update(path.name.encode() + b"\0" + path.read_bytes())
        return total.hexdigest()[:32]

    def _kept(self, key: str) -> str | None:
        path = self.cache / f"{key}.svg" if self.cache else None
        return path.read_text(encoding="utf-8") if path and path.is_file() else None

    def _keep(self, key: str, drawing: str) -> None:
        if self.cache:
            self.cache.mkdir(parents=True, exist_ok=True)
            draft = self.cache / f"{key}.part"
            draft.write_text(drawing, encoding="utf-8")
            draft.replace(self.cache / f"{key}.svg")

    def _draw(self, module: str, function: str, lang: str) -> str:
        path = self.snippets / f"{module}.py"
        if not path.is_file():
            raise _mistake(path, 1, "there is no such module", f"write a function {function}(lang)")
        import io

        import matplotlib as mpl

        with mpl.rc_context(_style()):
            try:
                draw = getattr(_load(path), function, None)
                figure = None if draw is None else draw(lang)
            except ModuleNotFoundError as error:
                raise PackageMissing(error.name or "a package") from error
            except Exception as error:
                raise _failure(path, function, error) from error
            if draw is None:
                raise _mistake(path, 1, f"there is no function {function}", "define it")
            return _written(figure, path, function, io.StringIO())


def figure_svg(
    snippets: Path, module: str, function: str, lang: str = "en", theme: Theme = "light"
) -> str:
    """One figure as an SVG element, drawn anew; see `Figures.svg`."""
    return Figures(snippets).svg(module, function, lang, theme)


def _style() -> Any:
    from cycler import cycler

    ink = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    return {
        **dict.fromkeys(ink, INK),
        "axes.facecolor": "none",
        "axes.grid": False,
        "axes.prop_cycle": cycler(color=CYCLE),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "backend": "svg",
        "figure.facecolor": "none",
        "figure.figsize": (6.4, 3.6),
        "font.size": 10.5,
        "grid.color": FAINT,
        "legend.edgecolor": FAINT,
        "legend.facecolor": "none",
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "savefig.bbox": "tight",
        "savefig.facecolor": "none",
        "savefig.edgecolor": "none",
        "svg.fonttype": "path",
        "svg.hashsalt": "qedeck",
    }


def _load(path: Path) -> ModuleType:
    """The module at a path, run afresh under a name of its own."""
    name = f"_qedeck_figures_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
        del sys.modules[name]
    return module


def _written(figure: Figure | Any, path: Path, function: str, out: Any) -> str:
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        given = type(figure).__name__
        raise _mistake(path, 1, f"{function} returned {given}", "return a matplotlib Figure")
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)
    return str(out.getvalue())


def _mistake(path: Path, line: int, problem: str, instead: str) -> SourceError:
    where = f"{path.parent.name}/{path.name}"
    return SourceError(Mistake(where, line, 1, problem, instead))


def _failure(path: Path, function: str, error: Exception) -> SourceError:
    """The mistake at the deepest line of the module that took part in an exception."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    line = (lines[-1] if lines else 1) or 1
    problem = f"the figure {function} raised {type(error).__name__}: {error}"
    return _mistake(path, line, problem, "mend the function, or take the figure out of the note")


def _clean(text: str, name: str) -> str:
    """The bare SVG element: no prolog, metadata or size, ids that are unique on a page."""
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*<defs>\s*</defs>", "", text)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="|url\()#', rf"\1#{name}-", text)
    head, rest = text.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', head)
    width, height = (re.search(rf'\b{side}="([\d.]+)pt"', head) for side in ("width", "height"))
    if box is None or width is None or height is None:
        raise ValueError("matplotlib wrote an SVG of an unknown form")
    size = f'width="{float(width[1]):g}pt" height="{float(height[1]):g}pt"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{size} {box[0]} stroke-linejoin="round" stroke-linecap="butt">{rest}'
    )


def _coloured(drawing: str, theme: Theme) -> str:
    if theme == "page":
        colours = [f"var(--qd-figure-{k})" for k in range(len(CYCLE))]
        ink, paper, faint = "currentColor", "var(--md-default-bg-color)", "var(--qd-figure-faint)"
    else:
        colours = list(LIGHT if theme == "light" else DARK)
        ink, paper, faint = GROUNDS[theme]
    table = {INK: ink, PAPER: paper, FAINT: faint, **dict(zip(CYCLE, colours, strict=True))}
    pattern = re.compile("|".join(table))
    drawing = pattern.sub(lambda found: table[found[0]], drawing)
    # Shapes that name no colour of their own, glyphs among them, are black by default.
    return drawing.replace("<svg ", f'<svg fill="{ink}" ', 1)
