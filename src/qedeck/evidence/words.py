"""Words for what the engine found: the one place where its data becomes text for a reader.

Formulas in them are LaTeX, as `site.wording` tells them apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from qedeck.evidence.mutants import Operator
from qedeck.evidence.reasons import (
    Breaks,
    Counter,
    Derived,
    Evident,
    Misfit,
    Near,
    Nowhere,
    Plain,
    Reason,
    Rejected,
    Step,
    Told,
    Values,
)
from qedeck.evidence.record import Established, Evidence, Shape, Speaks
from qedeck.evidence.ways import WORDS, told

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
OPERATORS: Mapping[Operator, str] = {
    "sign-of-term": "sign of a term",
    "term-dropped": "term dropped",
    "subtrahends-swapped": "subtrahends swapped",
    "sign-dropped": "sign dropped",
    "factor-dropped": "factor dropped",
    "factor-inverted": "factor inverted",
    "matrices-swapped": "matrices of a product swapped",
    "denominator-dropped": "denominator dropped",
    "numerator-dropped": "numerator dropped",
    "quotient-inverted": "quotient inverted",
    "exponent-dropped": "exponent dropped",
    "exponent-raised": "exponent raised by one",
    "number-raised": "number raised by one",
    "sqrt-dropped": "root dropped",
    "abs-dropped": "absolute value dropped",
    "exp-dropped": "exponential dropped",
    "log-dropped": "logarithm dropped",
    "sgn-dropped": "sign function dropped",
    "positive-dropped": "positive part dropped",
    "transpose-dropped": "transpose dropped",
    "inverse-dropped": "inverse dropped",
    "tanh-dropped": "tanh dropped",
    "diag-dropped": "diag dropped",
    "trace-dropped": "trace dropped",
    "derivative-dropped": "derivative dropped",
    "expectation-dropped": "expectation dropped",
    "expectation-inside": "expectation moved inside",
    "sum-made-prod": "sum made a product",
    "prod-made-sum": "product made a sum",
    "max-made-min": "maximum made a minimum",
    "min-made-max": "minimum made a maximum",
    "argmax-made-argmin": "point of a maximum made a point of a minimum",
    "argmin-made-argmax": "point of a minimum made a point of a maximum",
    "argument-dropped": "argument dropped",
    "norm-order-one": "norm order made 1",
    "norm-order-two": "norm order made 2",
    "norm-order-raised": "norm order raised by one",
    "lower-bound-inward": "lower bound moved inward",
    "upper-bound-inward": "upper bound moved inward",
    "range-condition-widened": "condition of an operator widened",
    "relation-turned": "relation turned round",
    "relation-strict": "relation made strict",
    "condition-dropped": "condition dropped",
    "constraint-dropped": "constraint dropped",
    "axes-exchanged": "axes exchanged",
    "axis-dropped": "axis dropped",
    "indices-exchanged": "indices exchanged",
    "symbol-exchanged": "a symbol taken for another",
    "index-exchanged": "an index taken for another",
    "function-exchanged": "a function taken for another",
    "function-axis-exchanged": "axis of a function exchanged",
    "operator-axis-exchanged": "axis of an operator exchanged",
    "whole-number-lowered": "whole number lowered by one",
    "hypothesis-widened": "hypothesis widened",
    "hypothesis-widened-by-one": "hypothesis widened by one",
    "hypothesis-dropped": "hypothesis dropped",
}
_EVIDENT: Mapping[Evident, str] = {
    "equality is attained": "equality is attained where the page says so",
    "the formula's denial": "the formula on the page holds, so this does not",
    "the same written out": "the formula on the page comes out the same",
    "the same where defined": "where it has a value it says the same as the formula on the page",
    "an instance": "it is an instance of the formula on the page",
    "a consequence": "it follows from the formula on the page",
    "orthonormal rows": "a square matrix with orthonormal columns has orthonormal rows",
    "a domain": "the hypothesis only says where the formula has a value",
    "the same numbers": "refuted by the same numbers",
    "no value anywhere": "it has no value at any instance",
    "another shape": "the right side has another shape",
    "not needed": "it is not needed: no counterexample was found without it",
    "unnoticed": "no claim that uses the definition fails",
}

SIGNS = {"<=": r"\le", ">=": r"\ge", "!=": r"\ne", ">>": r"\succ", ">>=": r"\succeq"}


def number(value: float) -> str:
    """A number as a reader writes it: a whole number, a short fraction, or digits."""
    if not math.isfinite(value):
        return {float("inf"): r"\infty", float("-inf"): r"-\infty"}.get(value, r"\text{undefined}")
    short = Fraction(value).limit_denominator(12)
    if abs(float(short) - value) < 1e-12 * max(1.0, abs(value)):
        return _fraction(short)
    return f"{value:.6g}"


def _fraction(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return f"{sign}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def shown(value: Any) -> str:
    """A number, vector or matrix in LaTeX."""
    if isinstance(value, list):
        if value and isinstance(value[0], list):
            rows = r" \\ ".join(" & ".join(shown(part) for part in row) for row in value)
            return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
        return f"({', '.join(shown(part) for part in value)})"
    if isinstance(value, Near):
        return f"{value.digits}\\ldots"
    if isinstance(value, Fraction):
        return _fraction(value)
    return str(value) if isinstance(value, int) else number(float(value))


def assignments(values: Values) -> str:
    """`n = 2, x = (1, 0)`."""
    return ", ".join(f"{name} = {shown(value)}" for name, value in values.items())


def compared(counter: Counter) -> str:
    """`4 \\le 2 \\text{ fails}`: the two sides, and the relation that fails between them."""
    if counter.left is None:
        return ""
    sign = SIGNS.get(counter.sign, counter.sign)
    return f"{shown(counter.left)} {sign} {shown(counter.right)} \\text{{ fails}}"


def witness(counter: Counter) -> str:
    """A counterexample in one line of LaTeX."""
    sides = compared(counter)
    at = assignments(counter.values)
    return f"{at}: {sides}" if sides else at


def reason(found: Reason) -> str:
    """Why a mutant has the outcome that it has."""
    match found:
        case Counter():
            return witness(found)
        case Nowhere():
            return nowhere(found)
        case Breaks(claim, counter):
            return f"breaks {claim}: {witness(counter)}"
        case Rejected():
            return rejected(found)
        case Misfit():
            return misfit(found)
        case Derived(steps):
            return f"wherever it has a value: {proof(steps)}"
        case Plain(why):
            return _EVIDENT[why]
        case Told():
            return found.said


def nowhere(found: Nowhere) -> str:
    """An instance without a value."""
    at = assignments(found.values)
    if found.needed:
        return f"\\text{{its definition does not reach }} {at}: {found.needed} \\text{{ fails}}"
    return f"\\text{{it has no value at }} {at}"


def rejected(found: Rejected) -> str:
    """What a check found wrong."""
    if found.gap is None:
        return found.said
    if math.isnan(found.gap):
        return "one of the two values is not a number"
    return f"the two values differ by {found.gap:g}, where {found.allowed:g} is allowed"


def misfit(found: Misfit) -> str:
    """Why the counterexample on the page does not refute a formula."""
    match found.why:
        case "unmet":
            return f"it does not meet {found.formula}"
        case "missing":
            return f"it does not say what {found.said} is"
        case "no value":
            return f"it has no exact value there ({found.said})"
        case "link holds":
            return f"{found.formula} holds there"
        case "formula holds":
            return "the whole formula holds there"
        case "other sides":
            seen = "; ".join(found.sides)
            return f"no relation has the sides printed, {found.formula}; they are {seen}"


def proof(steps: Sequence[Step]) -> str:
    """How something was proved: each method once, with what a reader may check of the first."""
    named = dict.fromkeys(map(_way, steps))
    ways = ", ".join(named) or WORDS["nothing"]
    detail = steps[0].detail if steps else ""
    return f"{ways} ({detail})" if detail else ways


def _way(step: Step) -> str:
    if not step.spanned:
        return told(step.ways)
    vectors = "1 vector" if step.spanned == 1 else f"{step.spanned} vectors"
    return f"in the span of {vectors}, {told(step.ways)}"


def certificate(evidence: Evidence) -> str:
    """How a claim was proved; empty where it was not."""
    return proof(evidence.proof) if evidence.proved else ""


def refuting(evidence: Evidence) -> str:
    """The counterexample on the page: `p = \\tfrac12, x = (1, 0)`."""
    return ", ".join(f"{name} = {value}" for name, value in evidence.counterexample)


def scope(evidence: Evidence) -> str:
    """What the verdict on a statement that holds covers."""
    if evidence.verdict != "holds":
        return ""
    if evidence.kind == "definition" and evidence.level is None:
        count = len(evidence.pinned_by)
        return f"pinned by {count} claim{'s' * (count != 1)} that use it"
    match evidence.level:
        case "refuted":
            words = "the counterexample on the page holds exactly, and the search finds one too"
            return f"false: {words}"
        case "cited":
            return "on the word of its source"
        case "tested":
            return "; ".join(filter(None, [_tested(evidence), _proved_of(evidence.parts)]))
        case _:
            return f"for {symbols(evidence.speaks)}{_at(evidence.parts)}"


def _tested(evidence: Evidence) -> str:
    count = len(evidence.shapes) or 1
    several = NUMBERS[count] if count < len(NUMBERS) else str(count)
    over = f"over {several} {'shape' if count == 1 else 'shapes'}"
    return f"no counterexample in {evidence.instances:,} random instances {over}"


_FORMULA = ("statement", "definition")


def _at(parts: Sequence[Established]) -> str:
    """At which sizes, where not at every one: of the formula, and of where equality is attained."""
    formula = sizes(_common([part for part in parts if part.role in _FORMULA]))
    equality = sizes(_common([part for part in parts if part.role not in _FORMULA]))
    if formula and equality in ("", formula):
        return f", at {formula}"
    words = f", at {formula}" if formula else ""
    return words + (f"; where equality is said, at {equality}" if equality else "")


def _proved_of(parts: Sequence[Established]) -> str:
    """What is proved of a claim that is tested."""
    formula = [part for part in parts if part.role in _FORMULA]
    if not formula or not all(part.steps for part in formula):
        return ""
    at = sizes(_common(formula))
    return f"the formula is proved at {at}" if at else "the formula is proved"


def _common(parts: Sequence[Established]) -> list[Shape]:
    """The values of each dimension at which all of the parts that have it were proved."""
    values: dict[str, set[int]] = {}
    for part in parts:
        for name in dict.fromkeys(name for shape in part.shapes for name in shape):
            known = {shape[name] for shape in part.shapes if name in shape}
            values[name] = values[name] & known if name in values else known
    return [{name: value} for name, known in values.items() for value in known]


def symbols(spoken: Speaks) -> str:
    """What a statement speaks of: `all real $x$ and every distribution of $X$ that meet …`."""
    reals, functions, randoms = (
        [f"${name}$" for name in names]
        for names in (spoken.reals, spoken.functions, spoken.randoms)
    )
    parts = [f"all real {_and(reals)}"] if reals else []
    parts += [f"all functions {_and(functions)}"] if functions else []
    parts += [f"every distribution of {_and(randoms)}{_moment(spoken.moment)}"] if randoms else []
    if not parts:
        return "all values"
    meet = "meets" if randoms and len(parts) == 1 else "meet"
    return f"{', and '.join(parts)} that {meet} the hypotheses"


def _moment(order: int) -> str:
    return f" with a finite {ORDINALS[order]} moment" if 0 < order < len(ORDINALS) else ""


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def gathered(shapes: Sequence[Shape]) -> list[str]:
    """Shapes gathered by dimension, in LaTeX: `n = 1, 2, 3, 4`."""
    values: dict[str, set[int]] = {}
    for shape in shapes:
        for name, value in shape.items():
            values.setdefault(name, set()).add(value)
    return [f"{name} = {', '.join(map(str, sorted(known)))}" for name, known in values.items()]


def sizes(shapes: Sequence[Shape]) -> str:
    """Shapes gathered by dimension: `$n = 1, 2, 3, 4$`."""
    return "; ".join(f"${words}$" for words in gathered(shapes))
