"""Sequents and proofs as JSON: lists, short tags, whole numbers, fractions as text.

A polynomial is a list of terms `[coefficient, atom, exponent, atom, exponent, …]`, a relation
`[sign, polynomial]`, an atom and a certificate a list that begins with its kind. What is at the
end of a list and empty is left out. What is read here is not believed; it is checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any, NoReturn, get_args

from qedeck.kernel.certificate import Certificate, Proof, Term
from qedeck.kernel.polynomials import MOST_EXPONENT, Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.terms import Atom

MOST_CHARACTERS = 2_000_000
MOST_DIGITS = 1_000
MOST_NESTING = 120
CERTIFICATES = {c.__name__: c for c in get_args(Certificate)}
ATOMS = {a.__name__: a for a in get_args(Atom)}
Reader = Callable[[Any, str], Any]


class Malformed(ValueError):
    """A text is no sequent or proof.

    Args:
        place: line and column, or the way down from the top: `goal[3][1]`.
        why: what is wrong there.
    """

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place, self.why = place, why


def to_json(item: Proof | Sequent) -> str:
    """A proof or a sequent as text."""
    return json.dumps(_written(item), separators=(",", ":"), ensure_ascii=False)


def proof_from_json(text: str) -> Proof:
    """The proof that a text says.

    Raises:
        Malformed: where it says none; in time and memory that the text's length bounds.
    """
    parts = _list(_loaded(text), "proof", 1, 2)
    values = _list(parts[1], "values") if len(parts) > 1 else []
    return Proof(_certificate(parts[0], "goal"), _all(_all_certificates, values, "values"))


def sequent_from_json(text: str) -> Sequent:
    """The sequent that a text says.

    Raises:
        Malformed: where it says none.
    """
    atoms, facts, goal = _list(_loaded(text), "sequent", 3, 3)
    return Sequent(
        _all(_atom, atoms, "atoms"), _all(_relation, facts, "facts"), _relation(goal, "goal")
    )


def _written(item: Any) -> Any:
    if isinstance(item, Polynomial):
        return [[_written(c), *(number for factor in m for number in factor)] for m, c in item]
    if isinstance(item, Relation):
        return [item.sign, _written(item.poly)]
    if is_dataclass(item):
        values = [getattr(item, f.name) for f in fields(item)]
        given = [f.default for f in fields(item)]
        while values and values[-1] == given[len(values) - 1]:
            values.pop()
        tag = [] if isinstance(item, Proof | Sequent | Term) else [type(item).__name__]
        return tag + [_written(v) for v in values]
    if isinstance(item, tuple):
        return [_written(v) for v in item]
    if isinstance(item, Fraction):
        return item.numerator if item.denominator == 1 else str(item)
    return item


def _reject(place: str, why: str) -> NoReturn:
    raise Malformed(place, why)


def _loaded(text: str) -> Any:
    if len(text) > MOST_CHARACTERS:
        _reject("1:1", f"more than {MOST_CHARACTERS} characters")
    depth = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]|\d+', text):
        part = found.group()
        depth += (part in "[{") - (part in "]}")
        if depth > MOST_NESTING or (part.isdigit() and len(part) > MOST_DIGITS):
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            _reject(f"{line}:{column}", "too deep" if depth > MOST_NESTING else "too many digits")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Malformed(f"{error.lineno}:{error.colno}", f"no JSON: {error.msg}") from error


def _list(item: Any, place: str, least: int = 0, most: int | None = None) -> list[Any]:
    if not isinstance(item, list):
        _reject(place, "a list belongs here")
    if len(item) < least or (most is not None and len(item) > most):
        _reject(place, f"a list of {len(item)} parts has no meaning here")
    return item


def _all(read: Reader, item: Any, place: str) -> tuple[Any, ...]:
    return tuple(read(part, f"{place}[{k}]") for k, part in enumerate(_list(item, place)))


def _whole(item: Any, place: str) -> Any:
    if type(item) is not int:
        _reject(place, "a whole number belongs here")
    return item


def _index(item: Any, place: str) -> Any:
    if _whole(item, place) < 0 or item > MOST_CHARACTERS:
        _reject(place, f"{item} is no index")
    return item


def _text(item: Any, place: str) -> str:
    if not isinstance(item, str):
        _reject(place, "a text belongs here")
    return item


def _fraction(item: Any, place: str) -> Any:
    if isinstance(item, str):
        if not re.fullmatch(r"-?[0-9]+/0*[1-9][0-9]*", item) or len(item) > 2 * MOST_DIGITS:
            _reject(place, "no fraction")
        return Fraction(item)
    return _whole(item, place)


def _polynomial(item: Any, place: str) -> Polynomial:
    terms = {}
    for k, part in enumerate(_list(item, place)):
        number, *flat = _list(part, f"{place}[{k}]", 1)
        if len(flat) % 2:
            _reject(f"{place}[{k}]", "an exponent is missing")
        flat = list(_all(_index, flat, f"{place}[{k}]"))
        monomial = tuple(zip(flat[::2], flat[1::2], strict=True))
        rising = all(a < b for a, b in zip(flat[::2], flat[2::2], strict=False))
        if monomial in terms or not rising or not all(0 < e <= MOST_EXPONENT for e in flat[1::2]):
            _reject(f"{place}[{k}]", "no monomial, or twice the same")
        terms[monomial] = _fraction(number, f"{place}[{k}][0]")
    return Polynomial.of(terms)


def _relation(item: Any, place: str) -> Relation:
    sign, poly = _list(item, place, 2, 2)
    if sign not in ("=", ">=", ">", "!="):
        _reject(place, "a sign is one of =, >=, >, !=")
    return Relation(_polynomial(poly, f"{place}[1]"), sign)


def _tagged(kinds: dict[str, Any], item: Any, place: str) -> Any:
    tag, *parts = _list(item, place, 1)
    kind = kinds.get(tag) if isinstance(tag, str) else None
    if kind is None:
        _reject(place, f"a kind belongs here: {', '.join(kinds)}")
    return _made(kind, parts, place, 1)


def _made(kind: Any, parts: list[Any], place: str, offset: int) -> Any:
    """An instance, each field read as its annotation says."""
    wanted = fields(kind)
    least = sum(f.default is f.default_factory for f in wanted)
    _list(parts, place, least, len(wanted))
    return kind(
        *(
            READERS[str(f.type)](part, f"{place}[{k + offset}]")
            for k, (f, part) in enumerate(zip(wanted, parts, strict=False))
        )
    )


def _certificate(item: Any, place: str) -> Any:
    return _tagged(CERTIFICATES, item, place)


def _atom(item: Any, place: str) -> Any:
    return _tagged(ATOMS, item, place)


def _all_certificates(item: Any, place: str) -> tuple[Any, ...]:
    return _all(_certificate, item, place)


def _cofactor(item: Any, place: str) -> tuple[int, Polynomial]:
    index, poly = _list(item, place, 2, 2)
    return _index(index, f"{place}[0]"), _polynomial(poly, f"{place}[1]")


def _term(item: Any, place: str) -> Any:
    return _made(Term, _list(item, place), place, 0)


def _flag(item: Any, place: str) -> bool:
    if not isinstance(item, bool):
        _reject(place, "true or false belongs here")
    return item


READERS: dict[str, Reader] = {
    "Atom": _atom,
    "Certificate": _certificate,
    "Number": _fraction,
    "Polynomial": _polynomial,
    "Relation": _relation,
    "bool": _flag,
    "int": _whole,
    "str": _text,
    "tuple[Certificate, ...]": _all_certificates,
    "tuple[Polynomial, ...]": lambda item, place: _all(_polynomial, item, place),
    "tuple[Term, ...]": lambda item, place: _all(_term, item, place),
    "tuple[int, ...]": lambda item, place: _all(_index, item, place),
    "tuple[tuple[int, Polynomial], ...]": lambda item, place: _all(_cofactor, item, place),
}
"""By the annotation of a field."""
