"""Syntax trees to typed trees: every name resolved, every shape checked, nothing guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, NoReturn

from lark import Token, Tree

from qedeck.formula.reading.binders import Slot, read_big
from qedeck.formula.reading.parser import Syntax
from qedeck.formula.reading.shapes import (
    OPEN,
    ShapeError,
    common,
    fit,
    fit_inner,
    is_zero,
    known,
    shape_of,
    spoken,
    transposed,
)  # fmt: skip
from qedeck.formula.reading.statements import read_chain, read_statement
from qedeck.formula.reading.tokens import Names
from qedeck.formula.scope import Declared, Defined, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import (
    Apply,
    Basis,
    Call,
    Constant,
    Constants,
    Derivative,
    Dimension,
    Expr,
    Gradient,
    Identity,
    Integral,
    Item,
    Limit,
    Matrix,
    Moment,
    Negative,
    Node,
    Number,
    Pattern,
    Power,
    Product,
    Quotient,
    Relation,
    Shape,
    Statement,
    Sum,
    Symbol,
    Truth,
    Vector,
    walk,
)  # fmt: skip


class Reader:
    """Reads one formula in a scope. `free` collects the indices that it leaves free."""

    def __init__(self, span: Span, scope: Scope) -> None:
        self.span = span
        self.scope = scope
        self.bound: dict[str, Slot] = {}
        self.free: dict[str, Slot] = {}
        self.was_bound: dict[str, int] = {}
        self.allow_negation = False
        self.new: Callable[[str], Declared | None] = lambda name: None

    # Places and errors

    def place(self, syntax: Syntax | Token) -> int:
        """Offset of the first character of a piece of syntax."""
        if isinstance(syntax, Token):
            return syntax.start_pos or 0
        for child in syntax.children:
            if isinstance(child, Token) or child.children:
                return self.place(child)
        return 0

    def refuse(self, syntax: Syntax | Token, problem: str, instead: str) -> NoReturn:
        self.span.refuse(self.place(syntax), problem, instead)

    @contextmanager
    def fitting(self, syntax: Syntax | Token) -> Iterator[None]:
        """Turn shape errors inside into the user's error at this place."""
        try:
            yield
        except ShapeError as error:
            self.refuse(syntax, error.problem, error.instead)

    # Dispatch

    def expr(self, syntax: Syntax | Token) -> Expr:
        """Read an expression."""
        if isinstance(syntax, Token):
            self.refuse(syntax, f"{syntax.value!r} is no expression", "write an expression")
        method = getattr(self, "read_" + str(syntax.data), None)
        if method is None:
            self.refuse(syntax, "an expression is due here", "write a number, name or formula")
        with self.fitting(syntax):
            result: Expr = method(syntax)
            shape_of(result)
        return result

    def scalar(self, syntax: Syntax, what: str) -> Expr:
        """Read an expression that must be a scalar."""
        result = self.expr(syntax)
        if shape_of(result):
            self.refuse(
                syntax,
                f"{what} of {spoken(shape_of(result))}",
                "write it for an entry, as in x_i",
            )
        return result

    def list_of(self, group: Syntax) -> list[Syntax]:
        """The items of a group, paren or expressions node."""
        node = group
        while node.data in ("group", "paren", "moment_body") and node.children:
            inner = [child for child in node.children if isinstance(child, Tree)]
            node = inner[0]
        return [child for child in node.children if isinstance(child, Tree)]

    def only(self, group: Syntax) -> Syntax:
        """The one item of a group."""
        items = self.list_of(group)
        if len(items) != 1:
            self.refuse(items[1], "a list where one expression is due", "write one expression")
        return items[0]

    # Leaves

    def read_number(self, syntax: Syntax) -> Expr:
        return Number(Fraction(str(syntax.children[0])))

    def read_infinity(self, syntax: Syntax) -> Expr:
        del syntax
        return Constant("infinity")

    def read_ones(self, syntax: Syntax) -> Expr:
        del syntax
        return Constants(Fraction(1), (OPEN,))

    def read_name(self, syntax: Syntax) -> Expr:
        token = syntax.children[0]
        assert isinstance(token, Token)
        symbol = self.symbol(str(token))
        if symbol is None:
            self.undeclared(token)
        return symbol

    def symbol(self, name: str) -> Expr | None:
        """What a name stands for here; None if it is not declared."""
        for table in (self.bound, self.free):
            if name in table:
                return Symbol(name, table[name].shape)
        plain = self.declared_symbol(name)
        if plain is not None:
            return plain
        square = self.declared_symbol(name + "^2")
        if square is not None and not square.shape:
            return Call("sqrt", (square,))
        fresh = self.new(name)
        if fresh is not None:
            return Symbol(name, fresh.shape)
        constants: dict[str, Expr] = {
            r"\pi": Constant("pi"), "e": Constant("e"), r"\mathrm{i}": Constant("i"),
            "I": Identity(OPEN),
        }  # fmt: skip
        return constants.get(name)

    def declared_symbol(self, name: str) -> Symbol | None:
        """A declared or defined symbol that is no function."""
        declared = self.scope.declared.get(name)
        if declared is not None and declared.kind == "index":
            return Symbol(name)
        if declared is not None and declared.kind != "function":
            return Symbol(name, declared.shape)
        defined = self.scope.defined.get(name)
        if defined is not None and not defined.arguments:
            return Symbol(name, defined.shape)
        return None

    def undeclared(self, token: Token) -> NoReturn:
        name = str(token)
        if name in ("E", "Var", "Cov"):
            self.refuse(token, f"{name} is not declared", r"write \mathbb{E}[X] for expectation")
        if name in self.was_bound:
            self.refuse(
                token,
                f"the index {name} is bound by an operator that ended before",
                "put the operator's whole body in parentheses",
            )
        if name in self.scope.defined:
            self.refuse(token, f"{name} is a function", f"write {name}(...)")
        self.refuse(token, f"{name} is not declared", f"write Let ${name} \\in ...$ before it")

    # Arithmetic

    def flat(self, syntax: Syntax, kind: tuple[str, ...]) -> list[Syntax | Token]:
        """Children of a left-associative chain, flattened."""
        first = syntax.children[0]
        if isinstance(first, Tree) and first.data in kind:
            return [*self.flat(first, kind), *syntax.children[1:]]
        return list(syntax.children)

    def read_plus(self, syntax: Syntax) -> Expr:
        terms: list[Expr] = []
        pieces = self.flat_sum(syntax)
        for k, (sign, piece) in enumerate(pieces):
            if k < len(pieces) - 1:
                self.check_open_ended(piece)
            term = self.expr(piece)
            terms.append(Negative(term) if sign == "-" else term)
        with self.fitting(syntax):
            model = next((t for t in terms if shape_of(t) and known(shape_of(t))), terms[0])
            terms = [common(model, term)[1] for term in terms]
        return Sum(tuple(terms))

    read_minus = read_plus

    def flat_sum(self, syntax: Syntax) -> list[tuple[str, Syntax]]:
        if syntax.data in ("plus", "minus"):
            left, _, right = syntax.children
            assert isinstance(left, Tree) and isinstance(right, Tree)
            return [*self.flat_sum(left), ("-" if syntax.data == "minus" else "+", right)]
        if syntax.data == "negative":
            inner = syntax.children[1]
            assert isinstance(inner, Tree)
            return [("-", inner)]
        return [("+", syntax)]

    def check_open_ended(self, syntax: Syntax) -> None:
        """Refuse `\\lim f + g` and `\\arg\\min_w f + g`, which have two readings."""
        last = syntax
        while last.data == "product_tail":
            child = last.children[-1]
            assert isinstance(child, Tree)
            last = child
        word = str(last.children[0]) if last.children else ""
        if last.data == "limit" or (last.data == "big" and word.startswith("arg")):
            self.refuse(
                last,
                "a sum after this operator has two readings",
                "put the operator with its body, or the whole sum, in parentheses",
            )

    def read_negative(self, syntax: Syntax) -> Expr:
        inner = syntax.children[1]
        assert isinstance(inner, Tree)
        return Negative(self.expr(inner))

    def read_times(self, syntax: Syntax) -> Expr:
        parts = self.flat(syntax, ("times",))
        return self.product(syntax, parts)

    def read_product_tail(self, syntax: Syntax) -> Expr:
        first, *rest = syntax.children
        head = self.flat(first, ("times",)) if self.is_times(first) else [first]
        return self.product(syntax, [*head, *rest])

    @staticmethod
    def is_times(syntax: Any) -> bool:
        return isinstance(syntax, Tree) and syntax.data == "times"

    def product(self, syntax: Syntax, parts: list[Syntax | Token]) -> Expr:
        factors: list[Expr] = []
        hadamard = False
        for part in parts:
            if isinstance(part, Token):
                if part.value == r"\times":
                    self.refuse(part, r"\times is for shapes", r"write \cdot, or nothing")
                hadamard = part.value == r"\odot"
                if hadamard and sum(bool(shape_of(f)) for f in factors) > 1:
                    self.refuse(
                        part,
                        r"\odot after a product has two readings",
                        r"write (A x) \odot y or A (x \odot y)",
                    )
                continue
            factor = self.expr(part)
            if hadamard:
                left, right = common(factors.pop(), factor)
                factors.append(Call("hadamard", (left, right)))
                hadamard = False
            else:
                factors.append(factor)
        with self.fitting(syntax):
            factors = fit_inner(factors)
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def read_slash(self, syntax: Syntax) -> Expr:
        above, _, below = syntax.children
        assert isinstance(above, Tree) and isinstance(below, Tree)
        return Quotient(self.expr(above), self.scalar(below, "a quotient by"), slash=True)

    def read_fraction(self, syntax: Syntax) -> Expr:
        _, above, below = syntax.children
        assert isinstance(above, Tree) and isinstance(below, Tree)
        return Quotient(self.expr(self.only(above)), self.scalar(self.only(below), "a quotient by"))

    def read_binomial(self, syntax: Syntax) -> Expr:
        groups = [child for child in syntax.children if isinstance(child, Tree)]
        upper, lower = (self.scalar(self.only(group), "a binomial") for group in groups)
        return Call("binomial", (upper, lower))

    def read_power(self, syntax: Syntax) -> Expr:
        base_syntax, _, group = syntax.children
        assert isinstance(base_syntax, Tree) and isinstance(group, Tree)
        if base_syntax.data == "call":
            self.refuse(
                base_syntax,
                "a power after a function has two readings",
                r"write (\exp(x))^2 or \exp(x^2)",
            )
        exponent_syntax = self.only(group)
        exponent = self.scalar(exponent_syntax, "an exponent that is")
        is_e = base_syntax.data == "name" and str(base_syntax.children[0]) == "e"
        if is_e and self.declared_symbol("e") is None:
            return Call("exp", (exponent,))
        base = self.expr(base_syntax)
        shape = shape_of(base)
        if exponent == Negative(Number(Fraction(1))) and len(shape) == 2:
            return Call("inverse", (base,))
        if shape and len(shape) != 2:
            self.refuse(base_syntax, f"a power of {spoken(shape)}", "write it for an entry: x_i^2")
        return Power(base, exponent)

    def read_transpose(self, syntax: Syntax) -> Expr:
        inner = syntax.children[0]
        assert isinstance(inner, Tree)
        of = self.expr(inner)
        if not shape_of(of):
            self.refuse(inner, "the transpose of a scalar", "drop it")
        transposed(shape_of(of))
        return Call("transpose", (of,))

    def read_pseudoinverse(self, syntax: Syntax) -> Expr:
        inner = syntax.children[0]
        assert isinstance(inner, Tree)
        of = self.expr(inner)
        if len(shape_of(of)) != 2:
            self.refuse(inner, f"the pseudoinverse of {spoken(shape_of(of))}", "use a matrix")
        return Call("pseudoinverse", (of,))

    def read_factorial(self, syntax: Syntax) -> Expr:
        inner = syntax.children[0]
        assert isinstance(inner, Tree)
        return Call("factorial", (self.scalar(inner, "the factorial"),))

    # Delimiters and functions

    def read_paren(self, syntax: Syntax) -> Expr:
        items = self.list_of(syntax)
        if len(items) == 1:
            return self.expr(items[0])
        if any(item.data == "dots" for item in items):
            return self.pattern(syntax, items)
        return Vector(tuple(self.scalar(item, "an entry that is") for item in items))

    def pattern(self, syntax: Syntax, items: list[Syntax]) -> Expr:
        at = [k for k, item in enumerate(items) if item.data == "dots"]
        if len(at) != 1 or at[0] == 0 or at[0] == len(items) - 1:
            self.refuse(syntax, "dots that join nothing", r"write (1, 0, \dots, 0)")
        entries = [self.scalar(item, "an entry that is") for item in items if item.data != "dots"]
        head, first, last = entries[: at[0] - 1], entries[at[0] - 1], entries[at[0]]
        tail = entries[at[0] + 1 :]
        size: Dimension = OPEN
        if first != last:
            ends = [node for node in walk(last) if node not in walk(first)]
            names = list({n for n in ends if isinstance(n, Symbol) and not n.shape})
            if head or tail or len(names) != 1 or Number(Fraction(1)) not in walk(first):
                self.refuse(syntax, "this pattern is not clear", r"write (s_1, \dots, s_n)")
            size = names[0].name
        return Pattern(tuple(head), first, last, tuple(tail), size)

    def read_positive(self, syntax: Syntax) -> Expr:
        inner = syntax.children[0]
        assert isinstance(inner, Tree)
        return Call("positive", (self.scalar(self.only(inner), "the positive part"),))

    def read_absolute(self, syntax: Syntax) -> Expr:
        inner = next(child for child in syntax.children if isinstance(child, Tree))
        return Call("abs", (self.scalar(inner, "the absolute value"),))

    def read_norm(self, syntax: Syntax) -> Expr:
        trees = [child for child in syntax.children if isinstance(child, Tree)]
        of = self.expr(trees[0])
        shape = shape_of(of)
        if len(trees) == 2:
            label = self.only(trees[1])
            if label.data == "name" and str(label.children[0]) == "F":
                if len(shape) != 2:
                    self.refuse(label, f"a Frobenius norm of {spoken(shape)}", r"write \|x\|_2")
                return Call("frobenius", (of,))
            order = self.scalar(label, "an order that is")
        else:
            order = Number(Fraction(2))
        if len(shape) != 1:
            self.refuse(
                trees[0],
                f"a p-norm of {spoken(shape)}",
                r"write |a| for a scalar, \|A\|_F for a matrix",
            )
        return Call("norm", (of, order))

    def read_inner(self, syntax: Syntax) -> Expr:
        left, right = (self.expr(c) for c in syntax.children if isinstance(c, Tree))
        left, right = common(left, right)
        if len(shape_of(left)) != 1:
            self.refuse(syntax, "an inner product takes two vectors", r"write x^\top y")
        return Call("inner", (left, right))

    def read_truth(self, syntax: Syntax) -> Expr:
        inner = next(child for child in syntax.children if isinstance(child, Tree))
        return Truth(self.statement(inner))

    def read_sqrt(self, syntax: Syntax) -> Expr:
        group = syntax.children[-1]
        assert isinstance(group, Tree)
        return Call("sqrt", (self.scalar(self.only(group), "the root"),))

    def read_root(self, syntax: Syntax) -> Expr:
        order, group = (child for child in syntax.children if isinstance(child, Tree))
        return Call(
            "sqrt",
            (self.scalar(self.only(group), "the root"), self.scalar(order, "an order that is")),
        )

    def read_bare(self, syntax: Syntax) -> Expr:
        name, inner = syntax.children
        assert isinstance(inner, Tree)
        return self.called(str(name), [inner], syntax)

    def read_call(self, syntax: Syntax) -> Expr:
        name, paren = syntax.children
        assert isinstance(paren, Tree)
        return self.called(str(name), self.list_of(paren), syntax)

    def called(self, name: str, items: list[Syntax], syntax: Syntax) -> Expr:
        arity = {"max": None, "min": None}.get(name, 1)
        if arity is not None and len(items) != arity:
            if name == "diag":
                return Call("diag", (self.pattern_or_vector(syntax, items),))
            self.refuse(items[-1], f"{name} takes one argument", "write one")
        if name in ("trace", "det", "diag", "rank"):
            of = self.expr(items[0])
            square = len(shape_of(of)) == 2
            if not (square or (name == "diag" and len(shape_of(of)) == 1)):
                self.refuse(items[0], f"{name} of {spoken(shape_of(of))}", "use a matrix")
            return Call(name, (of,))
        if len(items) < 2 and arity is None:
            self.refuse(syntax, f"{name} of one thing", f"write \\{name}(a, b) or \\{name}_i x_i")
        return Call(name, tuple(self.scalar(item, f"{name}") for item in items))

    def pattern_or_vector(self, syntax: Syntax, items: list[Syntax]) -> Expr:
        if any(item.data == "dots" for item in items):
            return self.pattern(syntax, items)
        return Vector(tuple(self.scalar(item, "an entry that is") for item in items))

    def read_matrix(self, syntax: Syntax) -> Expr:
        rows: list[list[Expr]] = [[]]
        for child in syntax.children:
            if isinstance(child, Tree):
                rows[-1].append(self.scalar(child, "an entry that is"))
            elif child.type == "NEWROW":
                rows.append([])
        if len({len(row) for row in rows}) != 1:
            self.refuse(syntax, "rows of different lengths", "write as many entries in each")
        return Matrix(tuple(map(tuple, rows)))

    # Indices

    def read_item(self, syntax: Syntax) -> Expr:
        base_syntax, _, group = syntax.children
        assert isinstance(base_syntax, Tree) and isinstance(group, Tree)
        root = self.root_of_square(base_syntax)
        basis = self.basis(base_syntax, group)
        if basis is not None:
            return basis
        base = root if root is not None else self.expr(base_syntax)
        shape = shape_of(base)
        items = self.index_items(group, len(shape))
        if len(items) > len(shape):
            problem = f"{len(items)} indices on {spoken(shape)}"
            self.refuse(group, problem, "write an index for each axis, or declare the name")
        indices = tuple(self.index(item, axis) for item, axis in zip(items, shape, strict=False))
        item = Item(base, indices)
        return Call("sqrt", (item,)) if root is not None else item

    def root_of_square(self, syntax: Syntax) -> Symbol | None:
        """The symbol `\\sigma^2` where `\\sigma` alone is written and only its square is known."""
        if syntax.data != "name":
            return None
        name = str(syntax.children[0])
        if name in self.bound or self.declared_symbol(name) is not None:
            return None
        square = self.declared_symbol(name + "^2")
        return square if square is not None and square.shape else None

    def basis(self, syntax: Syntax, group: Syntax) -> Expr | None:
        if syntax.data != "name" or str(syntax.children[0]) not in ("e", r"\mathbf{e}"):
            return None
        name = str(syntax.children[0])
        if self.declared_symbol(name) is not None or name in self.bound:
            return None
        return Basis(self.scalar(self.only(group), "an index that is"), OPEN)

    def index_items(self, group: Syntax, axes: int) -> list[Syntax]:
        """The indices of a subscript: `ic` and `i,c` are two where there are two axes."""
        items = self.list_of(group)
        if len(items) == 1 and self.is_times(items[0]) and axes > 1:
            parts = self.flat(items[0], ("times",))
            trees = [part for part in parts if isinstance(part, Tree)]
            if all(part.data in ("name", "number") for part in trees) and len(trees) == len(parts):
                return trees
        if len(items) == 1 and items[0].data == "number" and axes > 1:
            digits = str(items[0].children[0])
            if len(digits) > 1:
                self.refuse(items[0], f"the index {digits} has two readings", "write x_{1,2}")
        return items

    def index(self, syntax: Syntax, axis: Dimension) -> Expr:
        """Read one index of an axis; a new plain name becomes a free index."""
        if syntax.data == "name":
            name = str(syntax.children[0])
            slot = self.bound.get(name) or self.free.get(name)
            if slot is None and self.symbol_known(name) is False:
                if name in self.was_bound:
                    token = syntax.children[0]
                    assert isinstance(token, Token)
                    self.undeclared(token)
                slot = self.free.setdefault(name, Slot())
            if slot is not None and slot.index:
                if slot.size is None:
                    slot.size = axis
                elif slot.size != axis and OPEN not in (slot.size, axis):
                    self.refuse(
                        syntax,
                        f"the index {name} runs over {slot.size} and over {axis}",
                        "use two indices",
                    )
                return Symbol(name)
        return self.scalar(syntax, "an index that is")

    def symbol_known(self, name: str) -> bool:
        return self.declared_symbol(name) is not None or name in self.bound

    # Applications

    def read_application(self, syntax: Syntax) -> Expr:
        token = syntax.children[0]
        assert isinstance(token, Token)
        trees = [child for child in syntax.children if isinstance(child, Tree)]
        name = str(token).rstrip("'")
        order = len(str(token)) - len(name)
        parameters: tuple[Expr, ...] = ()
        if len(trees) == 2:
            parameters = tuple(self.expr(item) for item in self.list_of(trees[0]))
        arguments = tuple(self.expr(item) for item in self.list_of(trees[-1]))
        declared = self.scope.declared.get(name)
        if declared is not None and declared.kind == "function":
            return self.apply_declared(syntax, declared, arguments, order)
        defined = self.scope.defined.get(name)
        if defined is None:
            self.undeclared(token)
        return self.apply_defined(syntax, defined, arguments, parameters, order)

    def apply_declared(
        self, syntax: Syntax, declared: Declared, arguments: tuple[Expr, ...], order: int
    ) -> Expr:
        if len(arguments) != 1:
            self.refuse(syntax, f"{declared.name} takes one argument", "write one")
        (argument,) = arguments
        domain = declared.domain or ()
        with self.fitting(syntax):
            _, argument = common(Symbol("", domain), argument)
        return Apply(declared.name, (argument,), (), declared.shape, order)

    def apply_defined(
        self,
        syntax: Syntax,
        defined: Defined,
        arguments: tuple[Expr, ...],
        parameters: tuple[Expr, ...],
        order: int,
    ) -> Expr:
        if len(arguments) != len(defined.arguments) or len(parameters) != len(defined.parameters):
            wanted = ", ".join(defined.arguments)
            self.refuse(syntax, f"{defined.name} takes other arguments", f"write ({wanted})")
        own = defined.scope.declared if defined.scope is not None else {}
        sizes: dict[Dimension, Dimension] = {}
        leading: Shape = ()
        read: list[Expr] = []
        for name, argument in zip(defined.arguments, arguments, strict=True):
            wanted_shape = own[name].shape if name in own else ()
            argument = fit(argument, wanted_shape) if is_zero(argument) else argument
            read.append(argument)
            shape = shape_of(argument)
            extra = len(shape) - len(wanted_shape)
            if extra < 0 or (extra and (len(arguments) > 1 or not wanted_shape)):
                self.refuse(
                    syntax,
                    f"{defined.name} takes {spoken(wanted_shape)}, not {spoken(shape)}",
                    "give it an argument of that shape",
                )
            leading = shape[:extra]
            for formal, actual in zip(wanted_shape, shape[extra:], strict=True):
                if sizes.setdefault(formal, actual) != actual:
                    self.refuse(syntax, f"{formal} is {sizes[formal]} and {actual}", "use one size")
        shape = (*leading, *(sizes.get(axis, axis) for axis in defined.shape))
        return Apply(defined.name, tuple(read), parameters, shape, order)

    # Calculus and probability

    def read_partial(self, syntax: Syntax) -> Expr:
        body, variable = (child for child in syntax.children if isinstance(child, Tree))
        return Derivative(self.expr(body), self.variable(variable), partial=True)

    def variable(self, syntax: Syntax) -> Expr:
        """Read what a derivative is taken by: a symbol or an entry."""
        result = self.expr(syntax)
        inner = result.of if isinstance(result, Item) else result
        if not isinstance(inner, Symbol):
            self.refuse(syntax, "a derivative by an expression", "differentiate by a symbol")
        return result

    def read_derivative(self, syntax: Syntax) -> Expr:
        token, body = syntax.children
        assert isinstance(token, Token) and isinstance(body, Tree)
        variable = self.symbol(str(token))
        if not isinstance(variable, Symbol):
            self.undeclared(token)
        return Derivative(self.expr(body), variable, partial=False)

    def read_gradient(self, syntax: Syntax) -> Expr:
        trees = [child for child in syntax.children if isinstance(child, Tree)]
        body = self.expr(trees[-1])
        if shape_of(body):
            self.refuse(trees[-1], f"the gradient of {spoken(shape_of(body))}", "use a scalar")
        if len(trees) == 2:
            variable = self.expr(self.only(trees[0]))
        elif isinstance(body, Apply) and isinstance(body.arguments[0], Symbol):
            variable = body.arguments[0]
        else:
            self.refuse(syntax, "a gradient without its variable", r"write \nabla_x (...)")
        if not isinstance(variable, Symbol) or not variable.shape:
            self.refuse(syntax, "a gradient is taken by a vector", r"write \frac{d}{dx} (...)")
        return Gradient(body, variable)

    def read_limit(self, syntax: Syntax) -> Expr:
        group, body = (child for child in syntax.children if isinstance(child, Tree))
        name_syntax, target_syntax = (c for c in group.children if isinstance(c, Tree))
        side = next((c for c in group.children if isinstance(c, Token) and c.type == "SIDE"), None)
        if name_syntax.data != "name":
            self.refuse(name_syntax, "a limit in an expression", r"write \lim_{p \to \infty}")
        name = str(name_syntax.children[0])
        target = self.scalar(target_syntax, "a limit point that is")
        declared = self.declared_symbol(name)
        with self.binding(name, Slot(declared.shape if declared else (), index=False)):
            inner = self.expr(body)
        return Limit(name, target, inner, 0 if side is None else (1 if side == "+" else -1))

    def read_integral(self, syntax: Syntax) -> Expr:
        low, high, body = (child for child in syntax.children if isinstance(child, Tree))
        name = str(syntax.children[-1])
        bounds = [self.scalar(self.only(group), "a bound that is") for group in (low, high)]
        with self.binding(name, Slot(index=False)):
            inner = self.scalar(body, "the integral")
        return Integral(name, bounds[0], bounds[1], inner)

    def read_moment(self, syntax: Syntax) -> Expr:
        token = syntax.children[0]
        trees = [child for child in syntax.children if isinstance(child, Tree)]
        body = trees[-1]
        over: tuple[str, ...] = ()
        if len(trees) == 2:
            names = [self.expr(item) for item in self.list_of(trees[0])]
            over = tuple(name.name for name in names if isinstance(name, Symbol))
        inner = next(child for child in body.children if isinstance(child, Tree))
        operator: Any = str(token)
        if operator == "P":
            return Moment("P", (self.statement(inner),), over)
        items = self.list_of(body)
        arguments: tuple[Node, ...] = tuple(self.expr(item) for item in items)
        if inner.data == "event" or len(items) != (2 if operator == "Cov" else 1):
            self.refuse(
                syntax, f"{operator} takes other arguments", r"write \operatorname{Cov}(X, Y)"
            )
        return Moment(operator, arguments, over)

    @contextmanager
    def binding(self, name: str, slot: Slot) -> Iterator[Slot]:
        """Bind a name while a body is read."""
        outer = self.bound.get(name)
        self.bound[name] = slot
        try:
            yield slot
        finally:
            del self.bound[name]
            if outer is not None:
                self.bound[name] = outer
            elif slot.index:
                self.was_bound[name] = 1

    def read_big(self, syntax: Syntax) -> Expr:
        return read_big(self, syntax)

    def statement(self, syntax: Syntax) -> Statement:
        """Read a statement."""
        return read_statement(self, syntax)

    def chain(self, syntax: Syntax) -> Relation:
        """Read a chain of relations over expressions."""
        return read_chain(self, syntax)

    def need_dimension(self, name: str, syntax: Syntax) -> None:
        """Require that a name is a dimension."""
        declared = self.scope.declared.get(name)
        if declared is None or declared.kind not in ("dimension", "integer"):
            self.refuse(syntax, f"{name} is no dimension", "declare it by $x \\in \\mathbb{R}^n$")


def names_of(scope: Scope, declaring: bool = False) -> Names:
    """The names that the lexer needs to know."""
    functions = {d.name for d in scope.declared.values() if d.kind == "function"}
    functions |= {d.name for d in scope.defined.values() if d.arguments}
    known_names = {d.name for d in scope.declared.values()} - functions
    known_names |= {d.name for d in scope.defined.values() if not d.arguments}
    scalars = {d.name for d in scope.declared.values() if not d.shape}
    scalars |= {d.name for d in scope.defined.values() if not d.shape}
    return Names(
        frozenset(known_names), frozenset(functions), frozenset(scalars & known_names), declaring
    )
