"""Defined and declared functions, families and recursions, at their use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from qedeck.formula.interpreter import Evaluation, Frame, pick
from qedeck.formula.scope import Defined
from qedeck.formula.tree import Apply, Dimension, Symbol
from qedeck.formula.values import Misshapen, T, Value, array, shape, stacked


def applied(run: Evaluation[T], node: Apply, frame: Frame[T]) -> Value[T]:
    """The value of a function at its arguments."""
    environment = frame.environment
    arguments = [run.value(argument, frame) for argument in node.arguments]
    parameters = [run.value(parameter, frame) for parameter in node.parameters]
    name = node.function + "'" * node.order
    if name in environment.functions:
        return environment.functions[name](*arguments, *parameters)
    defined = environment.definitions.get(node.function)
    if defined is None:
        raise ValueError(f"nothing is known of the function {name}")
    if node.order:
        from qedeck.formula.derivatives import primed

        return primed(run, defined, arguments, parameters, node.order, frame)
    before = leading(defined, arguments)
    if not before:
        inside = entered(defined, arguments, parameters, frame)
        return table(run, defined, inside, node.shape)
    parts = []
    for place in product(*(range(1, axis + 1) for axis in before)):
        rows = [array(argument).at(*place) for argument in arguments]
        parts.append(table(run, defined, entered(defined, rows, parameters, frame), ()))
    return stacked(parts, before)


def leading(defined: Defined, arguments: Sequence[Value[T]]) -> tuple[int, ...]:
    """Axes of the arguments before those that are declared: the function acts on each row."""
    declared = defined.scope.declared if defined.scope is not None else {}
    found = {
        shape(value)[: len(shape(value)) - len(declared[name].shape)]
        for name, value in zip(defined.arguments, arguments, strict=True)
        if name in declared
    }
    if len(found) > 1:
        raise Misshapen(f"{defined.name}: arguments with leading axes {sorted(found)}")
    return found.pop() if found else ()


def entered(
    defined: Defined,
    arguments: Sequence[Value[T]],
    parameters: Sequence[Value[T]],
    frame: Frame[T],
) -> Frame[T]:
    """The frame of a definition's body, its arguments and dimensions bound."""
    environment = frame.environment
    local = dict(zip(defined.arguments, arguments, strict=True))
    local.update(zip(defined.parameters, parameters, strict=True))
    scope = defined.scope
    sizes = dict(environment.sizes)
    values: dict[str, Value[T]] = dict(environment.values)
    definitions = dict(environment.definitions)
    if scope is not None:
        declared = {name: found.shape for name, found in scope.declared.items()}
        sizes.update(_unified(local, declared))
        if local:
            # What the body abbreviates depends on its arguments: forget the outer values.
            values = {name: v for name, v in values.items() if name not in scope.defined}
        definitions.update(scope.defined)
    # Bound indices of a use mean nothing in a body.
    hidden = frame.bound.union(local)
    indices = {name: index for name, index in environment.indices.items() if name not in hidden}
    inner = replace(
        environment,
        values={**values, **local},
        sizes=sizes,
        indices=indices,
        definitions=definitions,
    )
    return Frame(inner)


def _unified(
    local: Mapping[str, Value[T]], declared: Mapping[str, tuple[Dimension, ...]]
) -> dict[str, int]:
    """Lengths of the dimensions in the declared shapes of arguments."""
    found: dict[str, int] = {}
    for name, value in local.items():
        axes = declared.get(name, ())
        if len(axes) != len(shape(value)):
            raise Misshapen(f"{name} of shape {shape(value)} is declared with {axes}")
        for axis, length in zip(axes, shape(value), strict=True):
            known = axis if isinstance(axis, int) else found.setdefault(axis, length)
            if known != length:
                raise Misshapen(f"{name}: an axis of {length} where {axis} is {known}")
    return found


def family(
    run: Evaluation[T], defined: Defined, axes: tuple[Dimension, ...], frame: Frame[T]
) -> Value[T]:
    """The value of a defined symbol: of all members, where it is a family."""
    return table(run, defined, _inside(defined, frame), axes)


def _inside(defined: Defined, frame: Frame[T]) -> Frame[T]:
    """The frame of a defined symbol's body, one for all its uses in a frame."""
    plain = _plain(frame)
    known = plain.environment.definitions
    scope = defined.scope
    if scope is None or all(known.get(name) == inner for name, inner in scope.defined.items()):
        return plain
    key = ("inside", defined.name)
    if key not in plain.memory:
        plain.memory[key] = entered(defined, (), (), plain)
    found: Frame[T] = plain.memory[key]
    return found


def _plain(frame: Frame[T]) -> Frame[T]:
    """The frame outside of all loops: bound indices of a use mean nothing in a body."""
    if not frame.bound:
        return frame
    if "plain" not in frame.memory:
        indices = {
            name: index
            for name, index in frame.environment.indices.items()
            if name not in frame.bound
        }
        environment = replace(frame.environment, indices=indices)
        frame.memory["plain"] = Frame(environment, memory=frame.memory)
    found: Frame[T] = frame.memory["plain"]
    return found


def table(
    run: Evaluation[T], defined: Defined, inside: Frame[T], axes: tuple[Dimension, ...]
) -> Value[T]:
    """All members of a family, stacked; the body itself where there are no indices."""
    key = ("table", defined.name)
    if key not in inside.memory:
        lengths = _lengths(run, defined, axes, inside)
        places = product(*(range(1, length + 1) for length in lengths))
        parts = [_at(run, defined, place, inside) for place in places]
        inside.memory[key] = stacked(parts, lengths)
    found: Value[T] = inside.memory[key]
    return found


def _lengths(
    run: Evaluation[T], defined: Defined, axes: tuple[Dimension, ...], inside: Frame[T]
) -> tuple[int, ...]:
    """How many members a family has along each index."""
    count = len(defined.indices)
    named = defined.shape[:count] if len(defined.shape) >= count else axes[:count]
    if len(named) < count:
        raise ValueError(f"the family {defined.name} has no known lengths")
    return tuple(run.size(axis, inside) for axis in named)


def member(
    run: Evaluation[T], symbol: Symbol, indices: Sequence[int | T], frame: Frame[T]
) -> Value[T] | None:
    """The member at indices of a defined family, or of what a function makes; None otherwise."""
    environment = frame.environment
    if symbol.name in environment.values or symbol.name not in environment.definitions:
        return None
    defined = environment.definitions[symbol.name]
    count = len(defined.indices)
    place = tuple(index for index in indices[:count] if isinstance(index, int))
    inside = _inside(defined, frame)
    if not count and isinstance(defined.body, Apply):
        return _made(run, defined, defined.body, indices, inside)
    if not count or len(place) < count:
        return None
    found = _at(run, defined, place, inside)
    rest = indices[count:]
    return pick(run, array(found), *rest) if rest else found


def _made(
    run: Evaluation[T], defined: Defined, call: Apply, indices: Sequence[int | T], inside: Frame[T]
) -> Value[T] | None:
    """The entry at indices of a symbol that stands for a value of a function, without the others.

    It is what the function's definition says at those indices. Where that is not plain, as for an
    index outside its axis, it is None, and all entries tell.
    """
    known, place = inside.environment, tuple(index for index in indices if isinstance(index, int))
    function = known.definitions.get(call.function)
    if ("table", defined.name) in inside.memory or len(place) < len(indices) or call.order:
        return None
    if function is None or call.function in known.functions:
        return None
    arguments = [run.value(argument, inside) for argument in call.arguments]
    before = leading(function, arguments)
    row, place = place[: len(before)], place[len(before) :]
    if not _within(row, before):
        return None
    key = ("made", defined.name, row)
    if key not in inside.memory:
        parameters = [run.value(parameter, inside) for parameter in call.parameters]
        rows = [array(one).at(*row) for one in arguments] if before else arguments
        inside.memory[key] = entered(function, rows, parameters, inside)
    body: Frame[T] = inside.memory[key]
    axes = () if before else call.shape
    count = len(function.indices)
    place, rest = place[:count], place[count:]
    if not count:
        found = table(run, function, body, axes)
    elif _within(place, _lengths(run, function, axes, body)):
        found = _at(run, function, place, body)
    else:
        return None
    return pick(run, array(found), *rest) if rest else found


def _within(place: Sequence[int], lengths: Sequence[int]) -> bool:
    """Whether there is such a place."""
    return len(place) == len(lengths) and all(
        1 <= index <= length for index, length in zip(place, lengths, strict=True)
    )


def _at(run: Evaluation[T], defined: Defined, place: tuple[int, ...], inside: Frame[T]) -> Value[T]:
    """One member of a family, remembered; a recursion is filled from its start."""
    key = ("at", defined.name, place)
    if key not in inside.memory:
        if defined.recursive and len(place) == 1:
            _fill(run, defined, place[0], inside)
        else:
            run.step()
            bound = inside.bind(dict(zip(defined.indices, place, strict=True)))
            inside.memory[key] = run.value(defined.body, bound)
    found: Value[T] = inside.memory[key]
    return found


def _fill(run: Evaluation[T], defined: Defined, place: int, inside: Frame[T]) -> None:
    """Compute a recursion up to a place, from the last member that is known."""
    start = place
    while ("at", defined.name, (start,)) not in inside.memory:
        given = f"{defined.name}_{start}"
        if given in inside.environment.values or given in inside.environment.definitions:
            value = run.value(Symbol(given), inside)
            inside.memory[("at", defined.name, (start,))] = value
            break
        run.step()
        start -= 1
        if start < 0:
            raise ValueError(f"the recursion of {defined.name} has no start")
    (index,) = defined.indices
    for k in range(start + 1, place + 1):
        value = run.value(defined.body, inside.bind({index: k}))
        inside.memory[("at", defined.name, (k,))] = value
