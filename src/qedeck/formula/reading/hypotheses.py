"""Hypotheses: declarations, assumptions, laws and abbreviations, one formula at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from lark import Token

from qedeck.errors import Mistake, SourceError
from qedeck.formula.reading.definitions import hiding, read_definitions, root_clash
from qedeck.formula.reading.expressions import CONSTANTS, Reader, names_of
from qedeck.formula.reading.lexer import tokenize
from qedeck.formula.reading.parser import Syntax, parse, plain, trees
from qedeck.formula.reading.shapes import shape_of, spoken
from qedeck.formula.reading.statements import (
    checked,
    conjuncts,
    expression_list,
    expressions,
    read_region,
)
from qedeck.formula.reading.tokens import Names
from qedeck.formula.scope import Assumed, Declared, Law, Property, Scope, SymbolKind
from qedeck.formula.span import Span
from qedeck.formula.tree import (  # fmt: skip
    Apply,
    Constant,
    Every,
    Expr,
    Hull,
    Integers,
    Listing,
    Member,
    Moment,
    Negative,
    Number,
    Optima,
    Permutations,
    Power,
    Range,
    Region,
    Relation,
    Shape,
    Space,
    Statement,
    Subdifferential,
    Sum,
    Symbol,
    walk,
)

_SET = re.compile(r"\\in(?![A-Za-z])|(?<![A-Za-z\\]):(?!=)|\\colon(?![A-Za-z])|\\sim(?![A-Za-z])")
_REALS = re.compile(r"\\in(?![A-Za-z])\s*\\mathbb\s*\{?\s*R")
_DEFINES = re.compile(r":=|\\coloneqq(?![A-Za-z])")


def _names_in(span: Span, hypotheses: Hypotheses) -> set[str]:
    """The names that a formula writes; none where it is not cut into tokens."""
    try:
        tokens = tokenize(span, hypotheses.names(declaring=True))
    except SourceError:
        return set()
    bound = {
        str(name)
        for sign, _, _, name in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False)
        if sign.type in ("BIG", "ARGOPT", "LIM")
    }
    used = {str(token).rstrip("'") for token in tokens if token.type in ("NAME", "APPLIED")}
    return used - bound


def _head_of(span: Span) -> str:
    """The name that an abbreviation introduces; empty if the formula is none."""
    sign = _DEFINES.search(span.text)
    if sign is None:
        return ""
    head = re.match(
        r"\s*(\\[A-Za-z]+(?:\s*\{[^{}]*\})?|[A-Za-z])\s*(\^\s*2)?", span.text[: sign.start()]
    )
    return head.group(1) + ("^2" if head.group(2) else "") if head else ""


def _range_of(reader: Reader, syntax: Syntax) -> tuple[str, Expr, Expr]:
    """The index of `t \\in [n]` or `1 \\le t < n`, and its ends; no name for anything else."""
    parts, nothing = trees(syntax), Number(Fraction(0))
    if not parts or len(expression_list(parts[0])) != 1:
        return "", nothing, nothing
    parts[0] = expression_list(parts[0])[0]
    if syntax.data == "member" and parts[1].data == "upto":
        region = read_region(reader, parts[1])
        if plain(parts[0]) and isinstance(region, Integers) and region.high is not None:
            return plain(parts[0]), Number(Fraction(1)), region.high
    signs = [str(c) for c in syntax.children if isinstance(c, Token) and c.type == "SIGN"]
    if syntax.data == "chain" and len(parts) == 3 and set(signs) <= {"<", "<="}:
        one = Number(Fraction(1))
        low, high = (reader.scalar(part, "a bound that is") for part in (parts[0], parts[2]))
        if signs[0] == "<":
            low = Number(low.value + 1) if isinstance(low, Number) else Sum((low, one))
        if signs[1] == "<":
            high = Sum((high, Negative(one)))
        return plain(parts[1]), low, high
    return "", nothing, nothing


class DeclaringReader(Reader):
    """A reader that may meet new names: axes become dimensions, and `new` declares the rest.

    `loose` functions are known without a link; a declaration of their name hides them.
    """

    def __init__(self, span: Span, scope: Scope, loose: frozenset[str]) -> None:
        super().__init__(span, scope)
        self.loose = loose

    def need_dimension(self, name: str, syntax: Syntax) -> None:
        declared = self.scope.declared.get(name)
        if declared is not None and declared.kind not in ("dimension", "integer", "real"):
            self.refuse(syntax, f"{name} is no number", "use another name for the axis")
        if declared is not None and declared.shape:
            self.refuse(syntax, f"{name} is an array", "use another name for the axis")
        if declared is None or declared.kind in ("real", "integer"):
            self.declare(Declared(name, "dimension"))

    def is_new(self, name: str) -> bool:
        """Whether a name stands for nothing, or only for a constant."""
        return not self.symbol_known(name) and (name in CONSTANTS or self.symbol(name) is None)

    def declare(self, declared: Declared, syntax: Syntax | None = None) -> None:
        """Put a symbol into the scope; at a place, only if its name is not taken."""
        name = declared.name
        if syntax is not None:
            self.refuse_other(declared, syntax)
            self.scope = hiding(self.scope, name, self.loose)
            old = self.scope.declared.get(name)
            if name in self.scope.defined:
                self.refuse(syntax, f"{name} is defined already", "choose another name")
            if old is not None and old != declared:
                what = "a function" if old.kind == "function" else spoken(old.shape)
                self.refuse(syntax, f"{name} is declared already, as {what}", "use one meaning")
            if root_clash(self.scope, name):
                self.refuse(syntax, f"{name} and its square are both names", "rename one of them")
        self.scope = replace(self.scope, declared={**self.scope.declared, declared.name: declared})

    def refuse_other(self, declared: Declared, syntax: Syntax) -> None:
        """Refuse a function with the name of one of the note that takes more than one argument."""
        known = self.scope.defined.get(declared.name)
        if declared.kind != "function" or known is None or declared.name not in self.loose:
            return
        if known.parameters or len(known.arguments) != 1:
            label = f"_{{{', '.join(known.parameters)}}}" if known.parameters else ""
            form = f"{known.name}{label}({', '.join(known.arguments)})"
            self.refuse(
                syntax,
                f"{declared.name} is declared as a function, and this note defines {form}",
                f"write {form} as it is defined, or choose another name here",
            )


class Hypotheses:
    """Grows a scope, formula by formula; `recent` holds the names that the last one was about."""

    def __init__(self, scope: Scope, loose: frozenset[str] = frozenset()) -> None:
        self.scope = scope
        self.loose = loose
        """Functions that no link brought in, which a declaration hides."""
        self.later = Scope()
        """What formulas that are still to come declare."""
        self.written: dict[Statement, Span] = {}
        """Where each assumption is written."""
        self.early: set[str] = set()
        """Names that were declared before the formula that declares them."""
        self.places: dict[str, Span] = {}
        """The formula that declares each name."""
        self.makers: dict[str, Span] = {}
        """The formula that defines each name, until it is read."""
        self.mine: set[str] = set()
        """Names that formulas so far define."""
        self.made: dict[int, list[str]] = {}
        """What definitions define that were read before their turn."""
        self.recent: list[str] = []
        self.earlier: list[str] = []
        """Names that formulas before the last were about, to which the last is joined."""
        self.joined = False
        """Whether no more than `and` stands between the last formula and the next."""
        self.naming = False
        """Whether the last formulas were bare names, which a word will join."""
        self.unsaid: Mistake | None = None
        """That the last formula was a bare name, unless a word says something of it."""

    def foresee(self, spans: Sequence[Span], ahead: Hypotheses) -> None:
        """Know what all formulas will declare, as their order says nothing.

        Sets are read first, then definitions: what lies in one, or is one, is more than the number
        that a relation would make of it. What does not read now is refused when its turn comes.
        """
        heads = {id(span): _head_of(span) for span in spans}
        waiting = sorted(spans, key=lambda span: (not _SET.search(span.text), not heads[id(span)]))
        while waiting:
            for k, span in enumerate(waiting):
                others = {heads[id(one)] for one in waiting if one is not span} - {""}
                before = ahead.scope
                waits = not _REALS.search(span.text) and others & _names_in(span, ahead)
                if waits or not ahead.reads(span):
                    continue
                for name in ahead.scope.declared.keys() - before.declared.keys():
                    self.places[name] = span
                for name in ahead.scope.defined.keys() - before.defined.keys():
                    self.makers[name] = span
                del waiting[k]
                break
            else:
                break
        self.later = ahead.scope

    def reads(self, span: Span) -> bool:
        """Whether a formula reads; what it declares is kept only then."""
        before = self.scope
        try:
            self.add(span)
        except SourceError:
            self.scope = before
            return False
        return True

    def prepare(self, span: Span) -> None:
        """Declare what a formula uses and later formulas declare or define."""
        used = _names_in(span, self)
        for name in sorted(used & self.makers.keys()):
            maker = self.makers.pop(name)
            if maker is not span and name not in self.scope.defined:
                self.make(maker)
        declared = dict(self.scope.declared)
        for name in sorted(used & self.places.keys() - declared.keys()):
            if self.places[name] is span:
                continue
            known = self.later.declared[name]
            for axis in (*known.shape, *(known.domain or ())):
                if axis in self.places:
                    declared.setdefault(str(axis), self.later.declared[str(axis)])
            declared[name] = known
            self.early.add(name)
        self.scope = replace(self.scope, declared=declared)

    def make(self, span: Span) -> None:
        """Read a definition before its turn."""
        state = self.recent, self.earlier, self.naming, self.unsaid
        self.naming, self.unsaid = False, None
        known = set(self.scope.defined)
        if self.reads(span):
            self.made[id(span)] = [name for name in self.scope.defined if name not in known]
        self.recent, self.earlier, self.naming, self.unsaid = state

    def names(self, *, declaring: bool = False) -> Names:
        """The names by which a formula is cut into tokens, those of later formulas among them."""
        declared = {**self.later.declared, **self.scope.declared}
        defined = {**self.later.defined, **self.scope.defined}
        return names_of(Scope(declared, defined=defined), declaring)

    def add(self, span: Span) -> None:
        """Read one formula of a hypothesis paragraph.

        Raises:
            SourceError: where it does not read.
        """
        if id(span) in self.made:
            self.recent = self.made[id(span)]
            return
        self.prepare(span)
        if self.unsaid is not None and (":=" in span.text or r"\coloneqq" in span.text):
            raise SourceError(self.unsaid)
        if ":=" in span.text or "\\coloneqq" in span.text:
            known = set(self.scope.defined)
            later = self.later.declared.keys() | self.later.defined.keys()
            _, self.scope = read_definitions(span, self.scope, "hypothesis", self.loose, later)
            self.recent = [name for name in self.scope.defined if name not in known]
            self.mine.update(self.recent)
            return
        reader = DeclaringReader(span, self.scope, self.loose)
        syntax = parse(span, self.names(declaring=True), "hypothesis")
        body = trees(syntax)[0]
        bare = str(body.data) not in ("maps", "distributed", "member", "chain", "approach")
        if self.unsaid is not None and not bare:
            raise SourceError(self.unsaid)
        before = self.recent if self.naming else []
        earlier = [*self.earlier, *self.recent] if self.joined and not self.naming else []
        match str(body.data):
            case "maps":
                self.maps(reader, body)
            case "distributed":
                self.distributed(reader, body)
            case "member":
                self.members(reader, body)
            case "chain":
                self.chain(reader, body)
            case "approach":
                reader.refuse(body, "a limit in a hypothesis", r"write \lim in the formula")
            case _:
                self.named(reader, body)
                self.recent = [*before, *self.recent]
        self.naming, self.earlier = bare, [] if bare else earlier
        unsaid = span.mistake(0, "a symbol of which nothing is said", "say it, or leave it out")
        self.unsaid = unsaid if bare else None
        self.scope = reader.scope

    def range_over(self, span: Span) -> bool:
        """Read `for t \\in [T - 1]` behind statements about t: they hold at every t of the range.

        Returns:
            Whether the formula was one; a name that is declared already has one value.
        """
        reader = Reader(span, self.scope)
        body = trees(parse(span, self.names(declaring=True), "hypothesis"))[0]
        name, low, high = _range_of(reader, body)
        mentioned = {a for a in self.scope.assumed if a.statement and name in a.statement.names}
        if not name or name not in self.early or not mentioned:
            return False
        if any(name in defined.body.names for defined in self.scope.defined.values()):
            return False
        over = Range(name, low, high)
        assumed = tuple(
            replace(one, statement=Every(over, one.statement))
            if one in mentioned and one.statement is not None else one
            for one in self.scope.assumed
        )  # fmt: skip
        declared = {k: v for k, v in self.scope.declared.items() if k != name}
        self.scope = replace(self.scope, declared=declared, assumed=assumed)
        self.early.discard(name)
        self.recent = []
        return True

    def assume(self, reader: Reader, statement: Statement) -> None:
        """Add an assumption."""
        new = tuple(Assumed(part) for part in conjuncts(statement))
        self.written.update({one.statement: reader.span for one in new if one.statement})
        reader.scope = replace(reader.scope, assumed=(*reader.scope.assumed, *new))

    def say(self, span: Span, offset: int, said: Property) -> None:
        """Apply a property word to the names just mentioned."""
        if not self.recent:
            span.refuse(offset, f"{said} says nothing of a symbol", "name the symbol before it")
        kinds = {name: self.scope.declared.get(name) for name in (*self.recent, *self.earlier)}
        for name in self.recent:
            if not _may_be(said, kinds[name], alone=len(self.recent) == 1):
                span.refuse(offset, f"{name} cannot be {said}", "say it of what can be")
        for name in self.earlier:
            if name not in self.recent and _may_be(said, kinds[name]):
                instead = f"write ${name}$ {said}, or both names before {said}"
                span.refuse(offset, f"{said} may be said of {name} too", instead)
        self.naming, self.unsaid, self.earlier = False, None, []
        assumed = Assumed(None, said, tuple(self.recent))
        self.scope = replace(self.scope, assumed=(*self.scope.assumed, assumed))

    # Forms

    def named(self, reader: DeclaringReader, syntax: Syntax) -> None:
        """Bare names, of which a word will say something."""
        names = []
        for item in expressions(reader, trees(syntax)[0]):
            expr = reader.expr(item)
            if not isinstance(expr, Symbol):
                reader.refuse(item, "a formula that assumes nothing", "write a relation")
            names.append(expr.name)
        self.recent = names

    def maps(self, reader: DeclaringReader, syntax: Syntax) -> None:
        left, domain_syntax, codomain_syntax = trees(syntax)
        domain = read_region(reader, domain_syntax)
        codomain = read_region(reader, codomain_syntax)
        if not isinstance(domain, Space) or not isinstance(codomain, Space):
            reader.refuse(domain_syntax, "a function between other sets", r"write \mathbb{R}^n")
        self.recent = []
        for item in expressions(reader, left):
            name = self.plain(reader, item)
            declared = Declared(name, "function", codomain.shape, domain.shape)
            reader.declare(declared, item)
            self.recent.append(name)

    def distributed(self, reader: DeclaringReader, syntax: Syntax) -> None:
        """`X \\sim (\\mu, \\sigma^2)`, `x_1, \\dots, x_n` iid, `q_i, k_j` iid."""
        parts = trees(syntax)
        left, law, mean_syntax, variance_syntax = parts
        iid = any(isinstance(c, Token) and c.type == "IID" for c in law.children)
        names = self.randoms(reader, left, iid)

        def fresh(name: str) -> Declared | None:
            declared = Declared(name, "real")
            reader.declare(declared)
            return declared

        reader.new = fresh
        mean, variance = reader.scalar(mean_syntax, "a mean"), reader.expr(variance_syntax)
        match variance:
            case Power(Symbol() as root, Number(value)) if value == 2:
                self.assume(reader, Relation((root, Number(Fraction(0))), (">=",)))
        new = Law(tuple(names), mean, variance, iid, 2)
        reader.scope = replace(reader.scope, laws=(*reader.scope.laws, new))
        self.recent = names

    def randoms(self, reader: DeclaringReader, left: Syntax, iid: bool) -> list[str]:
        """Names of the random symbols on the left of a law, declared as such."""
        items = expression_list(left)
        if len(items) == 3 and items[1].data == "dots":
            return [self.sequence(reader, items[0], items[2])]
        names = []
        for item in items:
            base = trees(item)[0] if item.data == "item" else item
            name = self.plain(reader, base)
            old = reader.scope.declared.get(name)
            shape: Shape = old.shape if old is not None else ()
            if item.data == "item" and not shape:
                reader.refuse(item, f"{name} has no entries", rf"declare ${name} \in ...$ first")
            if iid and not shape:
                reader.refuse(
                    item,
                    f"{name} is one variable",
                    r"declare an array $x \in \mathbb{R}^n$ first, or write x_1, \dots, x_n",
                )
            if shape and not iid:
                reader.refuse(item, f"{name} is an array", r"write \overset{\text{iid}}{\sim}")
            self.random(reader, item, name, shape)
            names.append(name)
        return names

    def sequence(self, reader: DeclaringReader, first: Syntax, last: Syntax) -> str:
        """`x_1, \\dots, x_n`: one random vector."""
        if first.data == "item" and last.data == "item":
            name = self.plain(reader, trees(first)[0])
            size = str(reader.only(trees(last)[1]).children[0])
        else:
            name, _, one = self.plain(reader, first).rpartition("_")
            other, _, size = self.plain(reader, last).rpartition("_")
            if one != "1" or other != name:
                reader.refuse(first, "dots that join nothing", r"write x_1, \dots, x_n")
        size = size.strip("{}")
        reader.need_dimension(size, last)
        self.random(reader, first, name, (size,))
        return name

    def random(self, reader: DeclaringReader, syntax: Syntax, name: str, shape: Shape) -> None:
        """Declare a random symbol; a real one of its shape becomes random."""
        old = reader.scope.declared.get(name)
        known = old is not None and old.kind in ("real", "random") and old.shape == shape
        reader.declare(Declared(name, "random", shape), None if known else syntax)

    def members(self, reader: DeclaringReader, syntax: Syntax) -> None:
        left, region_syntax = trees(syntax)
        region = read_region(reader, region_syntax)
        self.recent = []
        for item in expressions(reader, left):
            name = plain(item)
            if name in self.recent:
                reader.refuse(item, f"{name} is declared twice", "name it once")
            if name in self.early:
                self.early.discard(name)
                others = {k: v for k, v in reader.scope.declared.items() if k != name}
                reader.scope = replace(reader.scope, declared=others)
            if name in self.mine and isinstance(region, Space) and region.sign == "any":
                reader.refuse(item, f"{name} is defined already", "leave one of them out")
            if name and reader.is_new(name):
                self.declare_member(reader, item, region)
                self.recent.append(name)
            else:
                self.constrain(reader, item, region)

    def declare_member(self, reader: DeclaringReader, item: Syntax, region: Region) -> None:
        """Declare a new name as an element of a set."""
        name = plain(item)
        kind, shape = _element(region)
        later = self.later.declared.get(name)
        if kind == "integer" and later is not None and later.kind == "dimension":
            kind = "dimension"  # an axis has it as its length
        reader.declare(Declared(name, kind, shape), item)
        if not (isinstance(region, Space) and region.sign == "any"):
            self.assume(reader, Member(Symbol(name, shape), region))

    def constrain(self, reader: DeclaringReader, item: Syntax, region: Region) -> None:
        """A set that something already declared must lie in; redeclaring must agree."""
        element = reader.expr(item)
        shape = shape_of(element)
        if isinstance(region, Space) and region.shape != shape:
            reader.refuse(item, "this was declared with another shape", "use one shape")
        if isinstance(region, Space) and region.sign == "any":
            return
        self.assume(reader, Member(element, region))

    def chain(self, reader: DeclaringReader, syntax: Syntax) -> None:
        """A relation; plain new names standing alone in it become real scalars."""
        first, *rest = trees(syntax)
        moment = any(
            isinstance(token, Token) and token.type == "MOMENT"
            for token in syntax.scan_values(lambda value: isinstance(value, Token))
        )
        heads = expressions(reader, first)
        self.recent = []
        pieces = [*heads, *rest]
        for item in pieces:
            name = plain(item)
            found = reader.symbol(name) if name else None
            others_bound = all(one.data in ("number", "infinity") for one in pieces if one != item)
            if name and (found is None or (isinstance(found, Constant) and others_bound)):
                reader.declare(Declared(name, "real"))
            if name:
                self.recent.append(name)
        if moment:
            reader.new = lambda name: self.declare_random(reader, name)
        signs = [c for c in syntax.children if isinstance(c, Token) and c.type == "SIGN"]
        others = [reader.expr(item) for item in rest]
        for head in heads:
            terms = [reader.expr(head), *others]
            if self.moment_exists(reader, terms, [str(sign) for sign in signs]):
                continue
            self.assume(reader, checked(reader, [head, *rest], terms, signs))

    def declare_random(self, reader: DeclaringReader, name: str) -> Declared:
        declared = Declared(name, "random")
        reader.declare(declared)
        self.recent.append(name)
        return declared

    def moment_exists(self, reader: Reader, terms: list[Expr], signs: list[str]) -> bool:
        """`\\mathbb{E}[|X|^k] < \\infty`: a law whose moments to that order exist."""
        match terms, signs:
            case [Moment("E", (body,)), Constant("infinity")], ["<"]:
                pass
            case _:
                return False
        names = {
            part.name
            for part in walk(body)
            if isinstance(part, Symbol) and self.kind(reader, part.name) == "random"
        }
        orders = [
            int(part.exponent.value)
            for part in walk(body)
            if isinstance(part, Power) and isinstance(part.exponent, Number)
        ]
        symbolic = any(
            isinstance(part, Power) and not isinstance(part.exponent, Number) for part in walk(body)
        )
        order = 8 if symbolic else max(orders, default=1)
        law = Law(tuple(sorted(names)), order=order)
        reader.scope = replace(reader.scope, laws=(*reader.scope.laws, law))
        return True

    @staticmethod
    def kind(reader: Reader, name: str) -> str:
        declared = reader.scope.declared.get(name)
        return declared.kind if declared is not None else ""

    def plain(self, reader: Reader, syntax: Syntax) -> str:
        """The name that an item of a declaration must be."""
        if syntax.data != "name":
            reader.refuse(syntax, "only names can be declared", r"write Let $x \in \mathbb{R}^n$")
        return str(syntax.children[0])


def _may_be(said: Property, declared: Declared | None, *, alone: bool = False) -> bool:
    """Whether a property can be said of a symbol; of one `alone`, if its entries can have it."""
    if declared is None:
        return False
    match said:
        case "convex" | "differentiable" | "elementwise":
            return declared.kind == "function"
        case "independent" | "uncorrelated":
            return declared.kind == "random" and not (alone and not declared.shape)
        case "orthogonal" | "symmetric":
            return declared.kind == "real" and len(declared.shape) == 2
        case _:
            return declared.kind not in ("function", "permutation")


def _element(region: Region) -> tuple[SymbolKind, Shape]:
    """Kind and shape of the elements of a set."""
    match region:
        case Space():
            return "real", region.shape
        case Integers():
            return "integer", ()
        case Listing():
            whole = all(isinstance(e, Number) and e.value.denominator == 1 for e in region.elements)
            return ("integer" if whole else "real"), ()
        case Permutations():
            return "permutation", (region.size, region.size)
        case Subdifferential():
            assert isinstance(region.body, Apply)
            return "real", shape_of(region.body.arguments[0])
        case Hull():
            return "real", shape_of(region.points[0])
        case Optima():
            return "real", region.of.variable.shape
        case _:
            return "real", ()
