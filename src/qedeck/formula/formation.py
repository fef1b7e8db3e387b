"""Which trees are formulas: shapes that fit, names that stand for something, indices in their axes.

A tree is typed as a text is: every part before what it is a part of, in reading order, so that
what was never written is refused by the same rules as what was. How it is spelled is no matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from qedeck.formula.reading.binders import ONE, Slot
from qedeck.formula.reading.calculus import immovable
from qedeck.formula.reading.definitions import circular, with_axes
from qedeck.formula.reading.dependence import hidden
from qedeck.formula.reading.expressions import INDICES, declared_symbol
from qedeck.formula.reading.functions import applied, pattern
from qedeck.formula.reading.names import labels_of
from qedeck.formula.reading.shapes import (
    OPEN,
    ShapeError,
    common,
    fit,
    fit_inner,
    is_open,
    known,
    same,
    shape_of,
    spoken,
)
from qedeck.formula.reading.statements import unordered
from qedeck.formula.scope import Declared, Scope
from qedeck.formula.tree import (
    Apply,
    Basis,
    Big,
    Both,
    Call,
    Constant,
    Constants,
    Define,
    Defines,
    Derivation,
    Derivative,
    Dimension,
    Every,
    Expr,
    Gradient,
    Hull,
    Identity,
    Iff,
    Implies,
    Integers,
    Integral,
    Interval,
    Item,
    Limit,
    Listing,
    Matrix,
    Member,
    Moment,
    Negative,
    Node,
    Number,
    Optima,
    Optimum,
    Pattern,
    Permutations,
    Power,
    Product,
    Quotient,
    Range,
    Region,
    Relation,
    Restricted,
    Shape,
    Space,
    Statement,
    Subdifferential,
    Sum,
    Symbol,
    Truth,
    Vector,
    walk,
)

_MINUS_ONE = Negative(ONE)


def well_formed(statement: Statement, scope: Scope) -> bool:
    """Whether a statement says something where a scope is in force."""
    return not fault(statement, scope)


def fault(statement: Statement, scope: Scope) -> str:
    """What is wrong with a statement where a scope is in force; empty where it is well formed.

    Of a definition, the scope may know already what it introduces.
    """
    try:
        if isinstance(statement, Define | Defines):
            _definitions(statement, scope)
        else:
            _Former(scope).statement(statement)
    except ShapeError as error:
        return error.problem
    return ""


class _Former:
    """Types one formula in a scope; `free` collects the indices that it leaves free.

    Each method returns its part with the sizes that it leaves to the context filled in.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.bound: dict[str, Slot] = {}
        self.free: dict[str, Slot] = {}
        self.ended: set[str] = set()
        """Indices of operators that ended."""

    # Names

    def slot(self, name: str) -> Slot | None:
        """What binds a name, or leaves it free."""
        return self.bound.get(name) or self.free.get(name)

    def known(self, name: str) -> bool:
        """Whether a name is bound, declared or defined."""
        return name in self.bound or declared_symbol(self.scope, name) is not None

    @contextmanager
    def binding(self, name: str, slot: Slot) -> Iterator[Slot]:
        """Bind a name while a body is typed."""
        outer = self.bound.get(name)
        self.bound[name] = slot
        yield slot
        del self.bound[name]
        if outer is not None:
            self.bound[name] = outer
        elif slot.index:
            self.ended.add(name)

    def symbol(self, node: Symbol) -> Symbol:
        """A symbol with the shape that it has here."""
        slot = self.slot(node.name)
        found = declared_symbol(self.scope, node.name)
        if slot is not None:
            found = Symbol(node.name, slot.shape)
        if found is None:
            raise ShapeError(f"{node.name} is not declared", "declare it")
        for label in labels_of(node.name):
            declared = self.scope.declared.get(label)
            if label in self.bound or (declared is not None and declared.kind in INDICES):
                problem = f"{node.name} is one symbol here, and {label} an index"
                raise ShapeError(problem, "use another label")
        return found

    # Entries

    def index(self, node: Expr, axis: Dimension) -> Expr:
        """One index of an axis; a name that stands for nothing becomes a free index."""
        if not isinstance(node, Symbol):
            return self.place(node, axis)
        name, slot = node.name, self.slot(node.name)
        if slot is None and not self.known(name):
            if name in self.ended:
                problem = f"the index {name} is bound by an operator that ended before"
                raise ShapeError(problem, "use another index")
            slot = self.free.setdefault(name, Slot())
        if slot is None or not slot.index:
            return self.scalar(node, "an index that is")
        if slot.size is None:
            slot.size = None if axis == OPEN else axis
        elif not same(slot.size, axis):
            problem = f"the index {name} runs over {slot.size} and over {axis}"
            raise ShapeError(problem, "use two indices")
        return Symbol(name)

    def place(self, node: Expr, axis: Dimension) -> Expr:
        """An index that is computed: of a free one only where a definition may step from it."""
        for part in walk(node):
            if isinstance(part, Symbol) and not self.known(part.name):
                slot = self.free.get(part.name)
                if slot is None or not slot.head:
                    problem = f"the index {part.name} stands for the whole axis, which this leaves"
                    raise ShapeError(problem, "declare the index")
        index = self.scalar(node, "an index that is")
        if isinstance(index, Number) and isinstance(axis, int) and not 1 <= index.value <= axis:
            problem = f"an index outside an axis of {axis}"
            raise ShapeError(problem, f"count from 1 to {axis}")
        return index

    def axis(self, size: Dimension) -> None:
        """An axis: a number, or a name that is a dimension."""
        declared = self.scope.declared.get(size) if isinstance(size, str) else None
        if isinstance(size, str) and (declared is None or declared.kind not in _SIZES):
            raise ShapeError(f"{size} is no dimension", "declare it")

    # Parts

    def expr(self, node: Expr) -> Expr:
        """An expression."""
        made = _FORMERS[type(node)](self, node)
        shape_of(made)
        return made

    def exprs(self, nodes: Sequence[Expr]) -> tuple[Expr, ...]:
        """Several expressions, in reading order."""
        return tuple(self.expr(node) for node in nodes)

    def scalar(self, node: Expr, what: str) -> Expr:
        """An expression that must be a scalar."""
        made = self.expr(node)
        if shape_of(made):
            joined = " " if what.endswith((" by", " is")) else " of "
            raise ShapeError(f"{what}{joined}{spoken(shape_of(made))}", "write it for an entry")
        return made

    def scalars(self, nodes: Sequence[Expr], what: str) -> tuple[Expr, ...]:
        """Several expressions that must be scalars, in reading order."""
        return tuple(self.scalar(node, what) for node in nodes)

    def alike(self, nodes: Sequence[Expr]) -> tuple[Expr, ...]:
        """Several expressions brought to one shape."""
        made = self.exprs(nodes)
        model = next((t for t in made if shape_of(t) and known(shape_of(t))), made[0])
        return tuple(common(model, term)[1] for term in made)

    # Statements

    def statement(self, node: Statement) -> Statement:
        """A statement of any kind but a definition."""
        match node:
            case Relation(terms, signs):
                made = self.alike(terms)
                for sign in signs:
                    unordered(sign, shape_of(made[0]))
                return Relation(made, signs)
            case Member(element, region):
                return self.member(element, region)
            case Implies(first, second) | Iff(first, second) | Restricted(first, second):
                return type(node)(self.statement(first), self.statement(second))
            case Both(parts):
                return Both(tuple(self.statement(part) for part in parts))
            case Derivation(chains):
                return Derivation(tuple(self.statement(chain) for chain in chains))
            case Every(over, inner):
                with self.over(over):
                    return Every(over, self.statement(inner))
            case _:
                raise ShapeError("a definition inside a formula", "write = in a claim")

    def member(self, element: Expr, region: Region) -> Member:
        """`x \\in M`."""
        region, made = self.region(region), self.expr(element)
        if isinstance(region, Optima):
            made = fit(made, region.of.variable.shape)
        if isinstance(region, Hull):
            region = Hull(tuple(fit(point, shape_of(made)) for point in region.points))
        return Member(made, region)

    def region(self, node: Region) -> Region:
        """A set."""
        match node:
            case Space(shape):
                for axis in shape:
                    self.axis(axis)
            case Permutations(size):
                self.axis(size)
            case Integers(_, high) if high is not None:
                self.scalar(high, "a bound that is")
            case Interval(low, high):
                self.scalars((low, high), "a bound that is")
            case Listing(elements):
                self.exprs(elements)
            case Subdifferential(body):
                if not isinstance(body, Apply):
                    raise ShapeError("a subdifferential of no application", "write f(w)")
                self.expr(body)
            case Hull(points):
                return Hull(self.exprs(points))
            case Optima(of):
                self.expr(of)
        return node

    # Operators that bind

    @contextmanager
    def over(self, run: Range) -> Iterator[Slot]:
        """Bind an index from a first to a last value."""
        self.scalars((run.low, run.high), "a bound that is")
        axis = run.high.name if run.low == ONE and isinstance(run.high, Symbol) else None
        size = axis if axis in self.scope.declared else None
        with self.binding(run.index, Slot(size=size)) as slot:
            yield slot

    def big(self, node: Big) -> Expr:
        """A sum, product or greatest value over indices."""
        names = [run.index for run in node.ranges]
        written = all(run.written for run in node.ranges)
        bounds = None if written else _bounds(node, names)
        axes = not (written or bounds)
        with ExitStack() as stack:
            if axes:
                slots = [stack.enter_context(self.binding(name, Slot())) for name in names]
            else:
                slots = [stack.enter_context(self.over(run)) for run in node.ranges]
            plain = node.operator == "sum"
            body = self.expr(node.body) if plain else self.scalar(node.body, node.operator)
            where = self.statement(node.condition) if node.condition is not None else None
        for name, slot in zip(names, slots, strict=True):
            if axes and slot.size is None:
                raise ShapeError(f"the range of {name} is not clear", "write its bounds")
        return replace(node, body=body, condition=where)

    def optimum(self, node: Optimum) -> Expr:
        """A least or greatest value over a real variable, or where it is."""
        variable = node.variable
        for axis in variable.shape:
            self.axis(axis)
        with self.binding(variable.name, Slot(variable.shape, index=False)):
            body = self.scalar(node.body, node.operator)
            where = self.statement(node.constraint) if node.constraint is not None else None
        return replace(node, body=body, constraint=where)

    def integral(self, node: Integral) -> Expr:
        """An integral."""
        self.scalars((node.low, node.high), "a bound that is")
        with self.binding(node.variable, Slot(index=False)):
            return replace(node, body=self.scalar(node.body, "the integral"))

    def limit(self, node: Limit) -> Expr:
        """A limit."""
        target = self.scalar(node.target, "a limit point that is")
        declared = declared_symbol(self.scope, node.variable)
        shape = declared.shape if declared is not None else ()
        with self.binding(node.variable, Slot(shape, index=False)):
            return replace(node, target=target, body=self.expr(node.body))

    def derivative(self, node: Derivative) -> Expr:
        """A derivative by a real number that can move, and of which nothing hides."""
        body, variable = self.expr(node.body), self.expr(node.variable)
        symbol = variable.of if isinstance(variable, Item) else variable
        slot = self.slot(symbol.name) if isinstance(symbol, Symbol) else None
        wrong = immovable(self.scope, variable, slot)
        if wrong is None:
            wrong = hidden(self.scope, body, variable, partial=node.partial)
        if wrong is not None:
            raise ShapeError(*wrong)
        return replace(node, body=body, variable=variable)

    def gradient(self, node: Gradient) -> Expr:
        """A gradient."""
        body, variable = self.expr(node.body), self.expr(node.variable)
        if shape_of(body):
            raise ShapeError(f"the gradient of {spoken(shape_of(body))}", "use a scalar")
        if not isinstance(variable, Symbol) or not variable.shape:
            raise ShapeError("a gradient is taken by a vector", r"write \frac{d}{dx} (...)")
        return Gradient(body, variable)

    def moment(self, node: Moment) -> Expr:
        """An expectation, a variance, a covariance, a probability."""
        for name in node.over:
            self.symbol(Symbol(name))
        if len(node.arguments) != (2 if node.operator == "Cov" else 1):
            raise ShapeError(f"{node.operator} takes other arguments", "write as many as it takes")
        made: list[Node] = []
        for argument in node.arguments:
            event = isinstance(argument, Statement)
            if event != (node.operator == "P"):
                raise ShapeError(f"{node.operator} takes other arguments", "write what it takes")
            made.append(self.statement(argument) if event else self.expr(argument))  # type: ignore[arg-type]
        return replace(node, arguments=tuple(made))


_SIZES = ("dimension", "integer")


def _bounds(node: Big, names: Sequence[str]) -> bool:
    """Whether the condition below an operator bounds its indices: `1 \\le i < j \\le n`.

    Where it does, it is what binds them, in its order; elsewhere their axes bound them.

    Raises:
        ShapeError: where it binds none of them, one twice, or something else.
    """
    if len(set(names)) < len(names):
        raise ShapeError("an index is bound twice", "use two names")
    if node.condition is None:
        return False
    chain = node.condition if isinstance(node.condition, Relation) else Relation((), ())
    found = [term.name if isinstance(term, Symbol) else "" for term in chain.terms]
    inside = [name for name in found if name in names]
    if not inside:
        raise ShapeError("no new index is bound", "write its bounds")
    if len(found) > 2 and not {found[0], found[-1]} & set(names):
        if len(inside) < len(found) - 2 or not set(chain.signs) <= {"<", "<="}:
            raise ShapeError("bounds in another order", r"write 1 \le i < j \le n")
        return True
    if len(set(inside)) < len(inside):
        raise ShapeError("an index is bound twice", "use two names")
    return False


# Expressions


def _leaf(_: _Former, node: Expr) -> Expr:
    return node


def _symbol(former: _Former, node: Symbol) -> Expr:
    return former.symbol(node)


def _identity(_: _Former, node: Identity) -> Expr:
    return replace(node, size=OPEN)


def _constants(_: _Former, node: Constants) -> Expr:
    # What is written as a 0 takes any shape; as does an array of ones, but for its axes.
    return Constants(node.value, (OPEN,)) if node.value == 1 else Number(node.value)


def _basis(former: _Former, node: Basis) -> Expr:
    return Basis(former.index(node.index, OPEN), OPEN)


def _sum(former: _Former, node: Sum) -> Expr:
    return Sum(former.alike(node.terms))


def _negative(former: _Former, node: Negative) -> Expr:
    return Negative(former.expr(node.of))


def _product(former: _Former, node: Product) -> Expr:
    return Product(tuple(fit_inner(list(former.exprs(node.factors)))))


def _quotient(former: _Former, node: Quotient) -> Expr:
    above = former.expr(node.above)
    return replace(node, above=above, below=former.scalar(node.below, "a quotient by"))


def _power(former: _Former, node: Power) -> Expr:
    exponent = former.scalar(node.exponent, "an exponent that is")
    base = former.expr(node.base)
    shape = shape_of(base)
    if shape and not (len(shape) == 2 and same(*shape)):
        raise ShapeError(f"a power of {spoken(shape)}", "write it for an entry: x_i^2")
    return Call("inverse", (base,)) if shape and exponent == _MINUS_ONE else Power(base, exponent)


def _truth(former: _Former, node: Truth) -> Expr:
    return Truth(former.statement(node.statement))


def _apply(former: _Former, node: Apply) -> Expr:
    parameters, arguments = former.exprs(node.parameters), former.exprs(node.arguments)
    made = applied(former.scope, node.function, arguments, parameters, node.order)
    if made is None:
        problem = f"the function {node.function} is neither declared nor defined"
        raise ShapeError(problem, "declare it")
    return made


def _item(former: _Former, node: Item) -> Expr:
    base = former.expr(node.of)
    shape = shape_of(base)
    if len(node.indices) > len(shape):
        problem = f"{len(node.indices)} indices on {spoken(shape)}"
        raise ShapeError(problem, "write an index for each axis")
    pairs = zip(node.indices, shape, strict=False)
    return Item(base, tuple(former.index(index, axis) for index, axis in pairs))


def _vector(former: _Former, node: Vector) -> Expr:
    return Vector(former.scalars(node.entries, _ENTRY))


def _pattern(former: _Former, node: Pattern) -> Expr:
    head, tail = former.scalars(node.head, _ENTRY), former.scalars(node.tail, _ENTRY)
    first, last = former.scalars((node.first, node.last), _ENTRY)
    return pattern(head, first, last, tail)


def _matrix(former: _Former, node: Matrix) -> Expr:
    if len({len(row) for row in node.rows}) != 1:
        raise ShapeError("rows of different lengths", "write as many entries in each")
    return Matrix(tuple(former.scalars(row, _ENTRY) for row in node.rows))


_ENTRY = "an entry that is"


# Built-in functions


def _call(former: _Former, node: Call) -> Expr:
    """A built-in function at arguments that it takes."""
    name, arguments = node.function, node.arguments
    if name in ("inner", "hadamard"):
        left, right = common(*former.exprs(arguments))
        made = Call(name, (left, right))
    elif name in _ARRAYS:
        made = Call(name, former.exprs(arguments))
    elif name == "norm":
        of, order = former.expr(arguments[0]), former.scalar(arguments[1], "an order that is")
        made = Call(name, (of, order))
    else:
        made = Call(name, former.scalars(arguments, name))
    wrong = _misapplied(name, len(arguments), shape_of(made.arguments[0]))
    if wrong:
        raise ShapeError(wrong, "give it what it takes")
    return made


_ARRAYS = ("transpose", "pseudoinverse", "inverse", "frobenius", "trace", "det", "diag", "rank")


def _misapplied(name: str, count: int, shape: Shape) -> str:
    """What is wrong with a built-in function of so many arguments, the first of some shape."""
    square = len(shape) == 2 and same(*shape)
    match name:
        case "transpose" if not shape:
            return "the transpose of a scalar"
        case "pseudoinverse" if len(shape) != 2:
            return f"the pseudoinverse of {spoken(shape)}"
        case "inverse" if shape and not square:
            return f"a power of {spoken(shape)}"
        case "frobenius" if len(shape) != 2:
            return f"a Frobenius norm of {spoken(shape)}"
        case "norm" if len(shape) != 1:
            return f"a p-norm of {spoken(shape)}"
        case "inner" if len(shape) != 1:
            return f"an inner product of {spoken(shape)} with another"
        case "max" | "min" if count < 2:
            return f"{name} of one thing"
        case "diag" if len(shape) == 1:
            return ""
        case "rank" if len(shape) == 2:
            return ""
        case "trace" | "det" | "diag" | "rank" if not square:
            return f"{name} of {spoken(shape)}"
        case _:
            return ""


_FORMERS: Mapping[type[Expr], Callable[[_Former, Any], Expr]] = {
    Number: _leaf, Constant: _leaf, Symbol: _symbol, Identity: _identity, Constants: _constants,
    Basis: _basis, Sum: _sum, Negative: _negative, Product: _product, Quotient: _quotient,
    Power: _power, Call: _call, Truth: _truth, Apply: _apply,
    Item: _item, Vector: _vector, Pattern: _pattern, Matrix: _matrix, Big: _Former.big,
    Optimum: _Former.optimum, Integral: _Former.integral, Moment: _Former.moment,
    Derivative: _Former.derivative, Gradient: _Former.gradient, Limit: _Former.limit,
}  # fmt: skip
"""What types each kind of expression."""


# Definitions


def _definitions(statement: Define | Defines, scope: Scope) -> None:
    """Refuse a definition, or several, of which a right side says nothing.

    What they introduce is not known before, and no index that only the formula leaves free.
    """
    parts = statement.parts if isinstance(statement, Defines) else (statement,)
    new = {head.name for part in parts if isinstance(head := _introduced(part), Symbol)}
    families = [scope.defined[name].scope for name in new & scope.defined.keys()]
    local = {name for inner in families if inner is not None for name in inner.declared}
    now = Scope(
        {n: d for n, d in scope.declared.items() if d.kind != "index" or n in local},
        scope.assumed,
        scope.laws,
        {name: one for name, one in scope.defined.items() if name not in new},
    )
    for part in parts:
        head = _introduced(part)
        shape = _defined(part, now)
        if isinstance(head, Symbol) and head.name in scope.defined:
            known_as = replace(scope.defined[head.name], shape=shape)
            now = replace(now, defined={**now.defined, head.name: known_as})


def _introduced(define: Define) -> Expr:
    """What a definition introduces: the symbol, or the function at its arguments."""
    return define.head.of if isinstance(define.head, Item) else define.head


def _defined(define: Define, scope: Scope, *, family: bool = True) -> Shape:
    """The shape of what a definition introduces; not a `family`, its subscript is a label."""
    head = _introduced(define)
    written = define.head.indices if family and isinstance(define.head, Item) else ()
    indices = tuple(index.name for index in written if isinstance(index, Symbol))
    arguments = (*head.arguments, *head.parameters) if isinstance(head, Apply) else ()
    own = {a.name: Declared(a.name, "real", a.shape) for a in arguments if isinstance(a, Symbol)}
    scope = replace(scope, declared={**own, **scope.declared})
    former = _Former(scope)
    former.free = {name: Slot(head=True) for name in indices if not former.known(name)}
    recursive = isinstance(head, Symbol) and bool(indices) and head.name in define.body.names
    if isinstance(head, Symbol) and recursive:
        itself = Declared(head.name, "real", (OPEN,) * len(indices))
        former.scope = replace(scope, declared={**scope.declared, head.name: itself})
    body = former.expr(define.body)
    unused = [name for name, slot in former.free.items() if name in indices and slot.size is None]
    if unused and not recursive:
        return _defined(define, scope, family=False)
    extra = next((name for name in former.free if name not in indices), None)
    if extra is not None:
        raise ShapeError(f"the index {extra} stands on the right of := alone", "sum over it")
    sizes = shape_of(head)[: len(indices)]
    if isinstance(head, Symbol) and recursive:
        body = with_axes(body, head.name, sizes)
        if circular(body, head.name, indices):
            problem = f"{head.name} rests on another member of itself than the one before"
            raise ShapeError(problem, "step back by one")
    if any(map(is_open, walk(body))):
        raise ShapeError("the size of this is not clear", "write it beside something with a size")
    return (*sizes, *shape_of(body))
