"""Substitution that respects binding: what a bound name means never changes.

A name is bound by big operators, optima, integrals, limits, derivatives, gradients, `At`, the
head of a definition, and, of random symbols, by moments. A bound name that would capture a free
name of what is put in is renamed, to a name that no author can declare. A derivative is bound
and free in its variable at once: it is taken along the variable, at its value. At another
value it becomes an `At`; so does what is put into a moment and depends on what is averaged over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.rings.ring import Unsupported
from qedeck.formula.scope import Defined
from qedeck.formula.tree import (
    Apply,
    At,
    Big,
    Define,
    Derivative,
    Dimension,
    Every,
    Expr,
    Gradient,
    Integral,
    Item,
    Limit,
    Moment,
    Node,
    Number,
    Optimum,
    Range,
    Shape,
    Symbol,
    children,
    walk,
)

N = TypeVar("N", bound=Node)
Names = frozenset[str]
Put = Mapping[str, "Expr | str"]
"""What stands for a name: an expression, or another name with the shape of the first."""

NONE: Names = frozenset()
FRESH = "#"
"""Stands in no name that an author can write."""


class Unsubstitutable(Unsupported):
    """No tree says what the tree would be: an axis of length `n + 1`, a family as a whole."""


def substituted(
    node: N,
    values: Mapping[str, Expr],
    *,
    definitions: Mapping[str, Defined] | None = None,
    random: Collection[str] | None = None,
) -> N:
    """The tree with free names replaced by expressions, all at once.

    Args:
        node: The tree.
        values: By name. A random symbol is replaced inside moments, too, of which the law is then
            that of its value.
        definitions: What names in the tree stand for: those that depend on a replaced name are
            written out.
        random: Names of the random symbols; None where they are not known, which keeps everything
            out of averages that may depend on what is averaged over.

    Raises:
        Unsubstitutable: where no tree says that.
    """
    return _Substitution(node, values, definitions or {}, random).put(node, values)


def renamed(node: N, names: Mapping[str, str]) -> N:
    """The tree with free names replaced by other names, each of the kind of the first."""
    others = {new: Symbol(new) for new in names.values()}
    return _Substitution(node, others, {}).put(node, names)


def expanded(
    node: N,
    definitions: Mapping[str, Defined],
    names: Collection[str],
    *,
    random: Collection[str] | None = None,
) -> N:
    """The tree with definitions of these names written out, and those in what they stand for.

    Raises:
        Unsubstitutable: where one is used that no single expression stands for.
    """
    return _Substitution(node, {}, definitions, random, frozenset(names)).put(node, {})


def free_names(node: Node) -> Names:
    """Names of the symbols that a tree does not bind; that of a derivative's variable is free."""
    return _free(node, False)


def mentioned(node: Node) -> Names:
    """Free names of symbols, functions and axes."""
    return _free(node, True)


def bound_by(defined: Defined) -> Names:
    """The names that a use of a definition gives values to, lengths of axes among them."""
    declared = defined.scope.declared if defined.scope is not None else {}
    axes = [axis for name in defined.arguments if name in declared for axis in declared[name].shape]
    return frozenset((*defined.arguments, *defined.parameters, *defined.indices)) | _axes(axes)


def _free(node: Node, every: bool) -> Names:
    key = "_mentioned" if every else "_free"
    known: Names | None = node.__dict__.get(key)
    if known is None:
        known = node.__dict__[key] = _found(node, every)
    return known


def _found(node: Node, every: bool) -> Names:
    def below(*parts: Node | None) -> Names:
        return NONE.union(*(_free(part, every) for part in parts if part is not None))

    match node:
        case Symbol(name, axes):
            return frozenset((name, *_axes(axes))) if every else frozenset((name,))
        case Big(_, ranges, body, condition):
            found = below(body, condition)
            for one in reversed(ranges):
                found = (found - {one.index}) | below(one.low, one.high)
            return found
        case Every(over, statement):
            return (below(statement) - {over.index}) | below(over.low, over.high)
        case Optimum(_, variable, body, condition):
            outside = frozenset(_axes(variable.shape)) if every else NONE
            return (below(body, condition) - {variable.name}) | outside
        case Integral(variable, low, high, body):
            return (below(body) - {variable}) | below(low, high)
        case Limit(variable, target, body):
            return (below(body) - {variable}) | below(target)
        case At(body, variable, point):
            return (below(body) - {variable.name}) | below(point)
        case Moment(_, _, over):
            return below(*children(node)) | frozenset(over)
        case Define(head, body):
            return below(head, body) - _heads(head)
        case _:
            found = below(*children(node))
            if every:
                found |= {node.function} if isinstance(node, Apply) else NONE
                found |= _axes((*getattr(node, "shape", ()), getattr(node, "size", 1)))
            return found


def _axes(axes: Iterable[Dimension]) -> Names:
    return frozenset(axis for axis in axes if isinstance(axis, str))


def _heads(head: Expr) -> Names:
    """The names that stand for anything on the left of `:=`."""
    parts: tuple[Expr, ...] = ()
    if isinstance(head, Item):
        parts = (*head.indices, head.of)
        return NONE.union(*(_heads_of(part) for part in parts))
    return _heads_of(head)


def _heads_of(part: Expr) -> Names:
    match part:
        case Apply(_, arguments, parameters):
            given = (*arguments, *parameters)
            return frozenset(one.name for one in given if isinstance(one, Symbol))
        case Symbol(name):
            return frozenset((name,))
        case _:
            return frozenset(one.name for one in children(part) if isinstance(one, Symbol))


@dataclass(frozen=True, eq=False)
class _Substitution:
    """One substitution, with all names that a new one must differ from."""

    whole: Node
    values: Mapping[str, Expr]
    definitions: Mapping[str, Defined]
    random: Collection[str] | None = None
    wanted: Names = NONE
    """Definitions that are written out whether they depend on a replaced name or not."""
    entered: Names = NONE
    around: Names = NONE
    """Random symbols outside of the definition that is written out here."""

    @cached_property
    def taken(self) -> Names:
        """All names in the tree, in what is put in, and in definitions."""
        bodies = [one.body for one in reachable(self.definitions)]
        trees = [self.whole, *self.values.values(), *bodies]
        found = {*self.values, *self.definitions}
        for part in (part for tree in trees for part in walk(tree)):
            found |= _own(part)
        return frozenset(found)

    def fresh(self, name: str, values: Put) -> str:
        """A name like this one that stands nowhere, nor in what is put in here."""
        near = [frozenset((v,)) if isinstance(v, str) else mentioned(v) for v in values.values()]
        taken, base, k = self.taken.union(*near), name.partition(FRESH)[0], 1
        while f"{base}{FRESH}{k}" in taken:
            k += 1
        return f"{base}{FRESH}{k}"

    # Definitions

    def behind(self, names: Names) -> Names:
        """The names and all that their definitions depend on."""
        if names.isdisjoint(self.definitions):
            return names
        found, left = set(names), [(name, self.definitions) for name in names]
        while left:
            name, known = left.pop()
            defined = known.get(name)
            if defined is not None:
                new = mentioned(defined.body) - bound_by(defined) - found
                found |= new
                inner = known if defined.scope is None else {**known, **defined.scope.defined}
                left.extend((one, inner) for one in new)
        return frozenset(found)

    def dependent(self, node: Node, values: Put) -> Put:
        """The values that a tree depends on."""
        behind = self.behind(mentioned(node))
        return {name: value for name, value in values.items() if name in behind}

    def brought(self, node: Node, values: Put) -> Names:
        """All that a tree may mean after values are put in, and did not bind before."""
        found = [frozenset((v,)) if isinstance(v, str) else mentioned(v) for v in values.values()]
        found.extend(
            mentioned(self.definitions[name].body)
            for name in mentioned(node) & self.definitions.keys()
            if name in self.wanted or self.behind(frozenset((name,))) & values.keys()
        )
        return self.behind(NONE.union(*found))

    def opened(self, name: str, values: Put) -> Defined | None:
        """The definition of a name, where it has to be written out here."""
        defined = self.definitions.get(name)
        if defined is None or name in values:
            return None
        needed = name in self.wanted or self.behind(frozenset((name,))) & values.keys()
        if not needed:
            return None
        if defined.recursive or name in self.entered:
            raise Unsubstitutable(f"{name} at other values: it is defined by itself")
        return defined

    def body(self, defined: Defined, given: Put, values: Put) -> Expr:
        """A definition's right side at what is given to it and at these values."""
        own = defined.scope.defined if defined.scope is not None else {}
        inner = replace(
            self,
            definitions={**self.definitions, **own},
            entered=self.entered | {defined.name},
            random=self.random_in(defined),
            around=self.around | frozenset(self.random or ()),
        )
        left = {n: v for n, v in values.items() if n not in bound_by(defined)}
        return inner.put(defined.body, {**left, **given})

    def random_in(self, defined: Defined) -> Names | None:
        """The random symbols where a definition was read."""
        if defined.scope is None or self.random is None:
            return None
        own = defined.scope.declared
        outer = frozenset(self.random) - own.keys()
        return outer | {name for name, one in own.items() if one.kind == "random"}

    # Nodes

    def put(self, node: N, values: Put) -> N:
        """The tree at values: expressions are replaced by expressions, statements by statements."""
        here = self.dependent(node, values) if values else values
        if not here and not (self.wanted and self.wanted & mentioned(node)):
            return node
        made: Any = _KINDS.get(type(node), _Substitution.plain)(self, node, here)
        return made  # type: ignore[no-any-return]

    def plain(self, node: Node, values: Put) -> Node:
        """The node with all its parts at values."""
        made = {}
        for name in node.__dataclass_fields__:  # type: ignore[attr-defined]
            value = getattr(node, name)
            if name == "shape":
                value = self.axes(value, values)
            elif name == "size":
                (value,) = self.axes((value,), values)
            made[name] = self.rebuilt(value, values)
        return type(node)(**made)

    def rebuilt(self, value: Any, values: Put) -> Any:
        if isinstance(value, Node):
            return self.put(value, values)
        if isinstance(value, tuple):
            return tuple(self.rebuilt(part, values) for part in value)
        return value

    def axes(self, axes: Shape, values: Put) -> Shape:
        """Lengths of axes at values."""
        return tuple(self.axis(axis, values) for axis in axes)

    def axis(self, axis: Dimension, values: Put) -> Dimension:
        value = values.get(axis) if isinstance(axis, str) else None
        match value:
            case None:
                return axis
            case str() as name:
                return name
            case Symbol(name, ()):
                return name
            case Number(number) if number.denominator == 1 and number >= 0:
                return number.numerator
        raise Unsubstitutable(f"an axis of {axis} at another value")

    def symbol(self, node: Symbol, values: Put) -> Expr:
        value = values.get(node.name)
        if isinstance(value, Expr):
            return value
        name = value or node.name
        defined = self.opened(node.name, values)
        if defined is not None and not (defined.arguments or defined.parameters):
            if defined.indices:
                raise Unsubstitutable(f"the family {node.name} as a whole at other values")
            return self.body(defined, {}, values)
        return Symbol(name, self.axes(node.shape, values))

    def item(self, node: Item, values: Put) -> Expr:
        match node.of:
            case Symbol(name):
                defined = self.opened(name, values)
                if defined is not None and defined.indices:
                    if len(defined.indices) > len(node.indices):
                        raise Unsubstitutable(f"the family {name} as a whole at other values")
                    indices = [self.put(index, values) for index in node.indices]
                    count = len(defined.indices)
                    given = dict(zip(defined.indices, indices, strict=False))
                    body = self.body(defined, given, values)
                    return Item(body, tuple(indices[count:])) if indices[count:] else body
        made = self.plain(node, values)
        assert isinstance(made, Item)
        return made

    def apply(self, node: Apply, values: Put) -> Expr:
        defined = self.opened(node.function, values)
        if defined is None or defined.indices:
            made = self.plain(node, values)
            assert isinstance(made, Apply)
            return made
        arguments = tuple(self.put(one, values) for one in node.arguments)
        parameters = tuple(self.put(one, values) for one in node.parameters)
        given = given_to(defined, replace(node, arguments=arguments, parameters=parameters))
        if not node.order:
            return self.body(defined, given, values)
        if len(defined.arguments) != 1:
            raise Unsubstitutable(f"a derivative of {node.function}, of several arguments")
        (argument,) = defined.arguments
        variable = Symbol(self.fresh(argument, {**values, **given}))
        body = self.body(defined, {**given, argument: variable}, values)
        return At(Derivative(body, variable, False, node.order), variable, arguments[0])

    # What binds

    def inside(self, bound: Iterable[str], parts: Iterable[Node | None], values: Put) -> Put:
        """Values below what binds these names; one that would capture is given a new name."""
        below = [part for part in parts if part is not None]
        names = list(bound)
        left = {n: v for n, v in values.items() if n not in names}
        used: dict[str, Expr | str] = {}
        for part in below:
            used.update(self.dependent(part, left))
        captured = NONE.union(*(self.brought(part, used) for part in below))
        used.update((name, self.fresh(name, used)) for name in names if name in captured)
        return used

    def apart(self, node: Big, values: Put) -> Big:
        """The operator without an index that has the name of what a definition speaks of.

        An index is not seen from a definition, so that both may stand in one body.
        """
        used = [self.definitions[name] for name in mentioned(node) & self.definitions.keys()]
        meant = self.behind(NONE.union(*(mentioned(one.body) - bound_by(one) for one in used)))
        if meant.isdisjoint(one.index for one in node.ranges):
            return node
        plain = replace(self, definitions={}, wanted=NONE)
        ranges: list[Range] = []
        names: dict[str, Expr | str] = {}
        for one in node.ranges:
            low, high = plain.put(one.low, names), plain.put(one.high, names)
            names[one.index] = self.fresh(one.index, {**values, **names})
            ranges.append(Range(_renamed(one.index, names), low, high, one.written))
        condition = None if node.condition is None else plain.put(node.condition, names)
        return Big(node.operator, tuple(ranges), plain.put(node.body, names), condition)

    def big(self, node: Big, values: Put) -> Big:
        node = self.apart(node, values)
        ranges: list[Range] = []
        inner = values
        for k, one in enumerate(node.ranges):
            low, high = self.put(one.low, inner), self.put(one.high, inner)
            later = [end for r in node.ranges[k + 1 :] for end in (r.low, r.high)]
            inner = self.inside([one.index], [*later, node.body, node.condition], inner)
            ranges.append(Range(_renamed(one.index, inner), low, high, one.written))
        condition = None if node.condition is None else self.put(node.condition, inner)
        return Big(node.operator, tuple(ranges), self.put(node.body, inner), condition)

    def every(self, node: Every, values: Put) -> Every:
        over = node.over
        low, high = self.put(over.low, values), self.put(over.high, values)
        inner = self.inside([over.index], [node.statement], values)
        ranged = Range(_renamed(over.index, inner), low, high, over.written)
        return replace(node, over=ranged, statement=self.put(node.statement, inner))

    def optimum(self, node: Optimum, values: Put) -> Optimum:
        name = node.variable.name
        inner = self.inside([name], [node.body, node.constraint], values)
        variable = Symbol(_renamed(name, inner), self.axes(node.variable.shape, values))
        constraint = None if node.constraint is None else self.put(node.constraint, inner)
        return Optimum(node.operator, variable, self.put(node.body, inner), constraint)

    def integral(self, node: Integral, values: Put) -> Integral:
        low, high = self.put(node.low, values), self.put(node.high, values)
        inner = self.inside([node.variable], [node.body], values)
        return Integral(_renamed(node.variable, inner), low, high, self.put(node.body, inner))

    def limit(self, node: Limit, values: Put) -> Limit:
        target = self.put(node.target, values)
        inner = self.inside([node.variable], [node.body], values)
        return Limit(_renamed(node.variable, inner), target, self.put(node.body, inner), node.side)

    def at(self, node: At, values: Put) -> At:
        name = node.variable.name
        point = self.put(node.point, values)
        inner = self.inside([name], [node.body], values)
        variable = Symbol(_renamed(name, inner), self.axes(node.variable.shape, values))
        return At(self.put(node.body, inner), variable, point)

    def define(self, node: Define, values: Put) -> Define:
        inner = self.inside(_heads(node.head), [node.body], values)
        return Define(self.put(node.head, inner), self.put(node.body, inner))

    def derivative(self, node: Derivative, values: Put) -> Expr:
        variable = node.variable
        indices: tuple[Expr, ...] = ()
        if isinstance(variable, Item):
            indices = tuple(self.put(index, values) for index in variable.indices)
            variable = variable.of
        assert isinstance(variable, Symbol)

        def by(symbol: Symbol, body: Expr) -> Expr:
            return replace(node, body=body, variable=Item(symbol, indices) if indices else symbol)

        return self.along(node.body, variable, values, by)

    def gradient(self, node: Gradient, values: Put) -> Expr:
        return self.along(node.body, node.variable, values, lambda s, body: Gradient(body, s))

    def along(self, body: Expr, variable: Symbol, values: Put, made: Any) -> Expr:
        """A derivative along a variable, at the variable's value or at what is put for it."""
        name, axes = variable.name, self.axes(variable.shape, values)
        here = values.get(name)
        left = {n: v for n, v in self.dependent(body, values).items() if n != name}
        captured = self.brought(body, left)
        if here is None and name not in captured:
            result: Expr = made(Symbol(name, axes), self.put(body, left))
            return result
        if isinstance(here, Symbol) and here.shape == axes:
            here = here.name
        other = self.behind(mentioned(body) - {name}) | captured
        if isinstance(here, str) and here not in other:
            # Both are names of the one point: `d/dx x^2` at x = y is `d/dy y^2`.
            moved = {**left, name: here}
            there: Expr = made(Symbol(here, axes), self.put(body, moved))
            return there
        new = Symbol(self.fresh(name, values), axes)
        result = made(new, self.put(body, {**left, name: new.name}))
        point = Symbol(name, axes) if here is None else here
        return At(result, new, Symbol(point, axes) if isinstance(point, str) else point)

    def moment(self, node: Moment, values: Put) -> Expr:
        """What is put for a number stays one outside the average; a random symbol is averaged."""
        inner = dict(values)
        over = self.over(node.over, values)
        made: list[tuple[Symbol, Expr]] = []
        for name, value in values.items():
            if isinstance(value, str) or name in (node.over or self.random or ()):
                continue
            if self.averaged(value, over):
                symbol = Symbol(self.fresh(name, inner), shape_of(value))
                made.append((symbol, value))
                inner[name] = symbol
        arguments = tuple(self.put(part, inner) for part in node.arguments)
        found: Expr = replace(node, arguments=arguments, over=over)
        for symbol, value in made:
            found = At(found, symbol, value)
        return found

    def averaged(self, value: Expr, over: tuple[str, ...]) -> bool:
        """Whether an average over these, or over all, may be one of a value, too."""
        meant = self.behind(mentioned(value))
        if over:
            return not meant.isdisjoint(over)
        return bool(meant if self.random is None else meant & self.around.union(self.random))

    def over(self, names: tuple[str, ...], values: Put) -> tuple[str, ...]:
        """The random symbols averaged over, where some became expressions in others."""
        found: dict[str, None] = {}
        for name in names:
            value = values.get(name, name)
            if isinstance(value, str):
                found[value] = None
            elif isinstance(value, Symbol):
                found[value.name] = None
            elif self.random is None:
                raise Unsubstitutable(f"an average over {name} at an expression")
            else:
                meant = self.behind(mentioned(value)) & self.around.union(self.random)
                found.update(dict.fromkeys(sorted(meant)))
        return tuple(found)


def given_to(defined: Defined, node: Apply) -> dict[str, Expr]:
    """What the names of a definition stand for in an application, lengths of axes among them.

    Raises:
        Unsubstitutable: where a function is applied to each row.
    """
    found = lengths(defined, node.arguments)
    found.update(zip(defined.arguments, node.arguments, strict=True))
    found.update(zip(defined.parameters, node.parameters, strict=True))
    return found


def lengths(defined: Defined, arguments: Iterable[Expr]) -> dict[str, Expr]:
    """What the axes of a definition's arguments are long, at these arguments."""
    found: dict[str, Expr] = {}
    declared = defined.scope.declared if defined.scope is not None else {}
    for name, value in zip(defined.arguments, arguments, strict=True):
        formal = declared[name].shape if name in declared else ()
        actual = shape_of(value)
        if len(formal) != len(actual):
            raise Unsubstitutable(f"{defined.name} of each row")
        for axis, size in zip(formal, actual, strict=True):
            if isinstance(axis, str):
                length = Symbol(size) if isinstance(size, str) else Number(Fraction(size))
                if found.setdefault(axis, length) != length:
                    raise Unsubstitutable(f"{defined.name}: {axis} has two lengths")
    return found


def reachable(definitions: Mapping[str, Defined]) -> list[Defined]:
    """Definitions, and those in force where they were read."""
    found, seen = list(definitions.values()), set(map(id, definitions.values()))
    for one in found:
        for inner in one.scope.defined.values() if one.scope is not None else ():
            if id(inner) not in seen:
                seen.add(id(inner))
                found.append(inner)
    return found


def _own(part: Node) -> set[str]:
    """The names that a node has itself, bound ones too."""
    found = {getattr(part, "name", ""), getattr(part, "function", ""), getattr(part, "index", "")}
    found |= {getattr(part, "variable", ""), getattr(part, "size", "")}
    found |= {*getattr(part, "shape", ()), *(part.over if isinstance(part, Moment) else ())}
    return {name for name in found if isinstance(name, str)}


def _renamed(name: str, values: Put) -> str:
    new = values.get(name, name)
    assert isinstance(new, str)
    return new


_KINDS: dict[type[Node], Any] = {
    Symbol: _Substitution.symbol,
    Item: _Substitution.item,
    Apply: _Substitution.apply,
    Big: _Substitution.big,
    Every: _Substitution.every,
    Optimum: _Substitution.optimum,
    Integral: _Substitution.integral,
    Limit: _Substitution.limit,
    At: _Substitution.at,
    Define: _Substitution.define,
    Derivative: _Substitution.derivative,
    Gradient: _Substitution.gradient,
    Moment: _Substitution.moment,
}
