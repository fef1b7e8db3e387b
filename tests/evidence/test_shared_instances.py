"""Mutants share instances, and what was computed on them, only where that is the same."""

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np

from qedeck.evidence.instances import Drawn, draw
from qedeck.formula.evaluate import Environment, evaluate
from qedeck.formula.rings.floats import FloatRing, exactly
from qedeck.formula.scope import Assumed, Declared, Scope
from qedeck.formula.tree import Number, Power, Relation, Sum, Symbol

X = Symbol("x")
TWO, THREE = Number(Fraction(2)), Number(Fraction(3))
FREE = Scope(declared={"x": Declared("x", "real", ())})
POSITIVE = replace(FREE, assumed=(Assumed(Relation((X, Number(Fraction(0))), (">",))),))


def test_equal_hypotheses_share_a_batch_and_others_do_not() -> None:
    drawn = Drawn()
    one = drawn.draw(FREE, {}, 50, 7, indices={}, fixed=())
    assert drawn.draw(replace(FREE), {}, 50, 7, indices={}, fixed=()) is one
    for scope, count, seed, fixed in (
        (POSITIVE, 50, 7, ()),
        (FREE, 60, 7, ()),
        (FREE, 50, 8, ()),
        (FREE, 50, 7, (("x", TWO),)),
    ):
        assert drawn.draw(scope, {}, count, seed, indices={}, fixed=fixed) is not one


def test_a_shared_batch_is_what_would_be_drawn_alone() -> None:
    shared = Drawn().draw(POSITIVE, {}, 50, 7, indices={}, fixed=())
    alone = draw(POSITIVE, {}, 50, 7)
    assert np.array_equal(shared.meets, alone.meets)
    assert np.array_equal(shared.environment.values["x"].value, alone.environment.values["x"].value)


def test_values_computed_once_are_those_of_each_formula_and_each_instance() -> None:
    ring = FloatRing()
    here = Environment(values={"x": exactly(np.array([1.0, 2.0]))})
    square, cube = Power(X, TWO), Power(X, THREE)
    assert evaluate(Sum((square, X)), here, ring).value.tolist() == [2.0, 6.0]
    assert evaluate(Sum((cube, X)), here, ring).value.tolist() == [2.0, 10.0]
    there = replace(here, values={"x": exactly(np.array([3.0, 4.0]))})
    assert evaluate(Sum((square, X)), there, ring).value.tolist() == [12.0, 20.0]


def test_trees_are_equal_in_other_processes_whose_hashes_differ() -> None:
    tree = Sum((X, TWO))
    assert hash(tree) == hash(Sum((Symbol("x"), Number(Fraction(2)))))
    code = (
        "import pickle, sys; from fractions import Fraction\n"
        "from qedeck.formula.tree import Number, Sum, Symbol\n"
        "found = pickle.loads(sys.stdin.buffer.read())\n"
        "sys.exit(found not in {Sum((Symbol('x'), Number(Fraction(2)))): 1})"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(tree),
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "12345"},
    )
