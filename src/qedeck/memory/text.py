"""Cards as text for a terminal: HTML as words, formulas in Unicode."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import LatexWalker

MATHS = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
HIDDEN: Final = "[…]"
BLOCKS: Final = frozenset({"p", "div", "ul", "ol", "pre", "table", "tr", "blockquote", "h1",
                           "h2", "h3", "h4", "h5", "h6", "hr", "br", "li", "figure",
                           "footer"})  # fmt: skip
RAISED: Final = dict(zip(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθφ⊤∗*′",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᵠᵀ**′",
    strict=True,
))  # fmt: skip
LOWERED: Final = dict(zip(
    "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
    "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
    strict=True,
))  # fmt: skip
NOTHING: Final = ("left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl",
                  "Bigr", "biggl", "biggr", "Biggl", "Biggr", "bigm", "limits", "nolimits",
                  "displaystyle", "textstyle", "mathstrut")  # fmt: skip
"""Macros that say how large something is, not what."""
AROUND: Final = ("mathrm", "mathop", "mathrel", "mathbin", "mathord", "boldsymbol", "mathsf",
                 "text", "textbf", "textit", "emph", "mathit")  # fmt: skip
"""Macros that say how their argument looks."""
INVISIBLE = re.compile(r"\\(?:left|right)\s*\.")
SIGNS: Final = {
    "|": "‖", "lVert": "‖", "rVert": "‖", "Vert": "‖", "lvert": "|", "rvert": "|", "vert": "|",
    "mid": " | ", "coloneqq": "≔", "le": " ≤ ", "leq": " ≤ ", "ge": " ≥ ", "geq": " ≥ ",
    "ne": " ≠ ", "neq": " ≠ ", "to": " → ", "in": " ∈ ", "notin": " ∉ ", "sim": " ∼ ",
    "cdot": " · ", "times": " × ", "odot": " ⊙ ", "quad": "  ", "qquad": "    ", ",": "", ";": " ",
    ":": " ", "!": "", " ": " ", "{": "{", "}": "}", "_": "_", "%": "%", "&": "&", "#": "#",
    "$": "$", "dots": "…", "ldots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "top": "⊤",
    "bot": "⊥", "ast": "∗", "star": "⋆", "ell": "ℓ", "infty": "∞", "partial": "∂", "nabla": "∇",
    "prime": "′", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨",
    "rangle": "⟩", "approx": " ≈ ", "implies": " ⟹ ", "iff": " ⟺ ", "equiv": " ≡ ",
    "not": "¬", "setminus": " ∖ ", "circ": "∘", "pm": "±", "mp": "∓", "mapsto": " ↦ ",
    "perp": " ⊥ ", "propto": " ∝ ", "subseteq": " ⊆ ", "cup": " ∪ ", "cap": " ∩ ", "forall": "∀",
    "exists": "∃", "max": "max", "min": "min", "preceq": " ⪯ ", "succeq": " ⪰ ", "ll": " ≪ ",
    "gg": " ≫ ", "Longleftrightarrow": " ⟺ ", "Rightarrow": " ⇒ ", "rightarrow": " → ",
    "lt": "<", "gt": ">", "colon": ":", "det": "det", "dim": "dim", "inf": "inf", "sup": "sup",
    "arg": "arg", "exp": "exp", "log": "log", "ln": "ln", "sin": "sin", "cos": "cos",
    "tanh": "tanh",
}  # fmt: skip
FRACTIONS: Final = ("frac", "tfrac", "dfrac", "cfrac")
TABLES: Final = ("aligned", "align", "align*", "cases", "pmatrix", "bmatrix", "matrix", "vmatrix",
                 "array", "gathered", "split")  # fmt: skip


def text_of(side: str) -> str:
    """A side of a card, HTML with mathematics, as lines for a terminal."""
    reader = _Reader()
    reader.feed(MATHS.sub(lambda found: _escaped(formula(found[1] or found[2])), side))
    reader.close()
    text = re.sub(r"[ \t]+\n", "\n", "".join(reader.parts))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def formula(latex: str) -> str:
    """A formula in Unicode; what is not known stands as it was written, never left out."""
    import html

    source = INVISIBLE.sub("", html.unescape(latex))
    words, walker = _library()
    try:
        nodes = walker(source).get_latex_nodes()[0]
        found = words.nodelist_to_text(nodes)
    except Exception:  # noqa: BLE001 - a formula as LaTeX can be read too
        return source
    found = re.sub(r"[ \t]+", " ", found)
    lines = [re.sub(r" ([)\],;.])", r"\1", line).strip() for line in found.splitlines()]
    return "\n".join(line for line in lines if line)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Reader(HTMLParser):
    """Gathers the words of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self._newline()
        if tag == "li":
            self.parts.append("· ")
        given = dict(attrs)
        if tag == "img":
            self.parts.append(f"[picture: {given.get('alt') or 'without words'}]")
        if tag in {"script", "style"}:
            self._mute += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self.parts.append("   ")
        if tag in BLOCKS:
            self._newline()
        if tag in {"script", "style"}:
            self._mute -= 1

    def handle_data(self, data: str) -> None:
        if not self._mute:
            self.parts.append(data)

    def _newline(self) -> None:
        if self.parts and not self.parts[-1].endswith(("\n", "· ")):
            self.parts.append("\n")


@cache
def _library() -> tuple[LatexNodes2Text, Any]:
    """pylatexenc, taught what it leaves out: indices, exponents, fractions, and what is unknown."""
    from pylatexenc import latex2text as to
    from pylatexenc import latexwalker as read
    from pylatexenc import macrospec as spec

    grammar = read.get_default_latex_context_db()
    grammar.add_context_category(
        "cards",
        prepend=True,
        macros=[
            *(spec.std_macro(name, False, 2) for name in (*FRACTIONS, "overset")),
            *(spec.std_macro(name, False, 0) for name in SIGNS),
            *(spec.std_macro(name, False, 0) for name in NOTHING),
            *(spec.std_macro(name, False, 1) for name in ("boxed", "phantom", *AROUND)),
            spec.std_macro("operatorname", "*{"),
            spec.std_macro("sqrt", True, 1),
        ],
        specials=[
            spec.SpecialsSpec("^", spec.MacroStandardArgsParser("{")),
            spec.SpecialsSpec("_", spec.MacroStandardArgsParser("{")),
        ],
    )
    words = to.get_default_latex_context_db()
    words.add_context_category(
        "cards",
        prepend=True,
        macros=[
            *(to.MacroTextSpec(name, _fraction) for name in FRACTIONS),
            *(to.MacroTextSpec(name, sign) for name, sign in SIGNS.items()),
            *(to.MacroTextSpec(name, "") for name in NOTHING),
            *(to.MacroTextSpec(name, "%s") for name in AROUND),
            to.MacroTextSpec("operatorname", _operator),
            *(to.MacroTextSpec(name, _unknown) for name in ("underbrace", "overbrace")),
            to.MacroTextSpec("boxed", HIDDEN),
            to.MacroTextSpec("phantom", ""),
            to.MacroTextSpec("sqrt", _root),
            to.MacroTextSpec("overset", _under),
        ],
        specials=[
            to.SpecialsTextSpec("^", _raised),
            to.SpecialsTextSpec("_", _lowered),
        ],
        environments=[to.EnvironmentTextSpec(name, _table) for name in TABLES],
    )
    words.set_unknown_macro_spec(to.MacroTextSpec("", _unknown))
    words.set_unknown_environment_spec(to.EnvironmentTextSpec("", _unknown))
    reader = to.LatexNodes2Text(latex_context=words, math_mode="text", strict_latex_spaces=True)
    return reader, lambda source: _walker(source, grammar)


def _walker(source: str, grammar: Any) -> LatexWalker:
    from pylatexenc.latexwalker import LatexWalker

    return LatexWalker(source, latex_context=grammar, tolerant_parsing=False)


def _unknown(node: Any) -> str:
    raise LookupError(node.latex_verbatim())


def _arguments(node: Any, l2tobj: Any) -> list[str]:
    return [l2tobj.nodelist_to_text([part]) for part in node.nodeargd.argnlist if part is not None]


def _fraction(node: Any, l2tobj: Any) -> str:
    over, under = (_one(part.strip()) for part in _arguments(node, l2tobj))
    return f"{over}/{under} "


def _under(node: Any, l2tobj: Any) -> str:
    over, sign = _arguments(node, l2tobj)
    return f"{sign.rstrip()}{over.strip()} "


def _root(node: Any, l2tobj: Any) -> str:
    *degree, inside = _arguments(node, l2tobj)
    sign = {"3": "∛", "4": "∜"}.get(degree[0]) if degree else "√"
    return f"{sign or _changed(degree[0], RAISED) or ''}{'' if sign else '√'}{_one(inside.strip())}"


def _operator(node: Any, l2tobj: Any) -> str:
    return _arguments(node, l2tobj)[-1].strip()


def _raised(node: Any, l2tobj: Any) -> str:
    return _script(node, l2tobj, RAISED, "^")


def _lowered(node: Any, l2tobj: Any) -> str:
    return _script(node, l2tobj, LOWERED, "_")


def _script(node: Any, l2tobj: Any, letters: dict[str, str], mark: str) -> str:
    inside = "".join(_arguments(node, l2tobj)).strip()
    return _changed(inside, letters) or f"{mark}{_one(inside)}"


def _changed(text: str, letters: dict[str, str]) -> str:
    """Text in raised or lowered letters; empty where one of them is missing."""
    tight = text.replace(" ", "")
    return "".join(letters[c] for c in tight) if all(c in letters for c in tight) else ""


def _one(text: str) -> str:
    """Text in parentheses, unless it is one thing anyway."""
    simple = re.fullmatch(r"[\w.∞…]+[⁰-₟ᵃ-ᶿ²³¹′]*|√\w+|\[…\]", text)
    return text if simple or len(text) == 1 else f"({text})"


def _table(node: Any, l2tobj: Any) -> str:
    """Rows of an environment, cells apart."""
    rows: list[list[str]] = [[""]]
    for part in node.nodelist:
        name = getattr(part, "macroname", None) or getattr(part, "specials_chars", None)
        if name == "\\":
            rows.append([""])
        elif name == "&":
            rows[-1].append("")
        else:
            rows[-1][-1] += l2tobj.nodelist_to_text([part])
    lines = ["  ".join(cell.strip() for cell in row).strip() for row in rows]
    lines = [line for line in lines if line]
    if "matrix" in node.environmentname:
        return f"({'; '.join(lines)})"
    return "\n" + "\n".join(lines) + "\n" if len(lines) > 1 else "".join(lines)
