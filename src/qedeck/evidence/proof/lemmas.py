"""Known inequalities about powers and logarithms, instantiated where their hypotheses hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import sympy as sp
from sympy import Expr, Integer

from qedeck.evidence.proof.algebra import expanded
from qedeck.evidence.proof.branch import Branch
from qedeck.evidence.proof.certificate import MIRROR, Fact, Outside, Unsupported
from qedeck.evidence.proof.normal import Atom, Normal, Split
from qedeck.evidence.proof.signs import Sign, Signs

RELATION = {"+": ">", "0+": ">=", "0": "=", "0-": "<=", "-": "<"}


def lemmas(branch: Branch, normal: Normal, signs: Signs) -> Iterator[tuple[Fact, str]]:
    """Facts about the atoms at hand, with the lemma each is an instance of."""
    for found in (
        _tangents(branch, normal),
        _logs_of_sums(normal, signs),
        _monotone(normal, signs),
        _by_exponent(normal, signs),
        _powers_of_sums(branch, normal, signs),
    ):
        while True:
            try:
                yield next(found)
            except StopIteration:
                break
            except (Split, Outside, Unsupported):
                break


def _tangents(branch: Branch, normal: Normal) -> Iterator[tuple[Fact, str]]:
    """1 − 1/t ≤ log t ≤ t − 1 for the arguments of logarithms in the goal."""
    word = "1 - 1/t ≤ log t ≤ t - 1"
    for log in sorted(
        branch.goal.left.atoms(sp.log) | branch.goal.right.atoms(sp.log), key=sp.default_sort_key
    ):
        value, argument = normal.of(log), normal.of(log.args[0])
        yield Fact(value, "<=", argument - 1), word
        yield Fact(value, ">=", 1 - 1 / argument), word


def _logs_of_sums(normal: Normal, signs: Signs) -> Iterator[tuple[Fact, str]]:
    """log(a + b) > log a for positive a and b."""
    for atom in [a for a in normal.atoms.values() if a.kind == "log"]:
        for term in _positive_terms(atom.base, signs):
            yield Fact(atom.symbol, ">", normal.log(term)), "log increases"


def _powers(normal: Normal) -> list[Atom]:
    return [a for a in normal.atoms.values() if a.kind == "power"]


def _monotone(normal: Normal, signs: Signs) -> Iterator[tuple[Fact, str]]:
    """From a ≤ b follows a^e ≤ b^e for e ≥ 0, the reverse for e ≤ 0."""
    word = "t^e is monotone for t > 0"
    atoms = _powers(normal)
    for a, b in combinations(atoms, 2):
        if a.exponent == b.exponent:
            fact = _compared(a.symbol, b.symbol, signs.of(a.base - b.base), signs.of(a.exponent))
            if fact is not None:
                yield fact, word
    for a in atoms:
        one = Integer(1)
        fact = _compared(a.symbol, one, signs.of(a.base - 1), signs.of(a.exponent))
        if fact is not None:
            yield fact, word


def _compared(a: Expr, b: Expr, gap: Sign | None, exponent: Sign | None) -> Fact | None:
    """The relation a ◇ b where the bases have a gap of that sign and the exponent has that sign."""
    if gap is None or exponent is None:
        return None
    sign = RELATION[gap]
    if exponent == "0":
        return Fact(a, "=", b)
    if "0" in exponent:
        sign = sign if len(sign) == 2 or sign == "=" else sign + "="
    return Fact(a, sign if "+" in exponent else MIRROR[sign], b)


def _by_exponent(normal: Normal, signs: Signs) -> Iterator[tuple[Fact, str]]:
    """From d ≤ e follows a^d ≤ a^e for a ≥ 1, the reverse for a ≤ 1."""
    word = "a^e is monotone in e"
    atoms = _powers(normal)
    pairs = [(a.symbol, b.symbol, a.base, a.exponent - b.exponent) for a, b in _same_base(atoms)]
    pairs += [(a.symbol, a.base, a.base, a.exponent - 1) for a in atoms]
    for a, b, base, gap in pairs:
        # log a^d − log a^e = (d − e) log a: the gap plays the exponent's part
        fact = _compared(a, b, signs.of(base - 1), signs.of(gap))
        if fact is not None:
            yield fact, word


def _same_base(atoms: list[Atom]) -> list[tuple[Atom, Atom]]:
    return [(a, b) for a, b in combinations(atoms, 2) if a.base == b.base]


def _powers_of_sums(branch: Branch, normal: Normal, signs: Signs) -> Iterator[tuple[Fact, str]]:
    """Σ tᵉ ≤ (Σ t)ᵉ ≤ n^(e−1) Σ tᵉ for n terms t > 0 and e ≥ 1; reversed for 0 < e ≤ 1."""
    for atom in _powers(normal):
        terms = _positive_terms(atom.base, signs)
        if not terms:
            continue
        e = atom.exponent
        sign = signs.of(e - 1)
        if sign in ("+", "0+", "0"):
            way = ">="
        elif sign in ("-", "0-") and signs.of(e) in ("+", "0+", "0"):
            way = "<="
        else:
            continue
        powers = sp.Add(*[normal.positive_power(t, e) for t in terms])
        yield Fact(atom.symbol, way, powers), "(a + b)^e ≥ a^e + b^e for e ≥ 1, ≤ for 0 ≤ e ≤ 1"
        for n in [len(terms), *_counts(branch, len(terms))]:
            # n^(e−1) is monotone in n, so any larger n serves as well
            scale = normal.positive_power(Integer(n), e - 1)
            mean = Fact(atom.symbol, MIRROR[way], scale * powers)
            yield mean, "power mean (Jensen for t^e)"


def _counts(branch: Branch, least: int) -> list[int]:
    """Whole numbers above a least one that stand under a power in the goal."""
    powers = branch.goal.left.atoms(sp.Pow) | branch.goal.right.atoms(sp.Pow)
    return sorted({int(e.base) for e in powers if e.base.is_Integer and e.base > least})


def _positive_terms(base: Expr, signs: Signs) -> list[Expr]:
    """The terms of a sum, where there are several and all are positive."""
    terms = sp.Add.make_args(expanded(base))
    if len(terms) < 2 or any(signs.of(t) != "+" for t in terms):
        return []
    return list(terms)
